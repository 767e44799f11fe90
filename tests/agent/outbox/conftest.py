"""What the outbox's tests share."""

from collections.abc import Iterator
from contextlib import suppress

import pytest

from byteport_agent.outbox import Outbox


@pytest.fixture(autouse=True)
def _outboxes_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test left open to stand for a process that died."""
    opened: list[Outbox] = []
    make = Outbox.__init__

    def recording(self: Outbox, *args: object, **options: object) -> None:
        opened.append(self)
        make(self, *args, **options)

    monkeypatch.setattr(Outbox, "__init__", recording)
    yield
    for outbox in opened:
        with suppress(Exception):  # one that could not be opened, or whose disk still fails
            outbox.close()
