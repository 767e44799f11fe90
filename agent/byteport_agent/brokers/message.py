"""What a broker is given: where to, and what."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from byteport_agent.delivery.outcome import Call


class Message(NamedTuple):
    """One message; a broker keeps the last of a topic that are to be ``retained``."""

    topic: str
    payload: bytes
    retained: bool = False


class Dialect(Protocol):
    """How readings become messages; raises InvalidData for what it cannot say."""

    def opened(self) -> None:
        """Hear that a connection is new: what was told of in advance is told again."""
        ...

    def preface(self, call: Call) -> Sequence[Message]:
        """Return what has to be known before a call's messages, which were not told of yet."""
        ...

    def messages(self, call: Call) -> Sequence[Message]:
        """Return a call's messages; the same call makes the same bytes."""
        ...

    def farewell(self) -> Message | None:
        """Return what is left behind at an orderly end, and where the connection is lost."""
        ...
