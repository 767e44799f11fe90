"""What every output has that sends from the log, whatever it speaks: decisions, threads, a status.

A kind of output adds a link, which carries one call, and says which entries may share one.
"""

import logging
from collections.abc import Callable
from random import random

from byteport_agent.clock import Clock
from byteport_agent.config import Output
from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.device_queue import CAPACITY, DeviceQueue
from byteport_agent.delivery.dispatch import Dispatch
from byteport_agent.delivery.feed import ROWS, Feed
from byteport_agent.delivery.notices import Notices
from byteport_agent.delivery.output import OutputStatus
from byteport_agent.delivery.pace import Pace
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.sender import Link, Sender
from byteport_agent.delivery.service import Service
from byteport_agent.delivery.status import status_of
from byteport_agent.outbox import Outbox
from byteport_agent.pulse import Pulse

_HOLD_MIN_MS = 300_000  # where somebody has to mend something
_HOLD_MAX_MS = 3_600_000


class SendingOutput:
    """An `Output` over links that ``new_link`` makes; ``chance`` returns numbers from 0 to 1.

    One whose connection ``stays`` has it from the start, and again after it was `lost`.
    """

    def __init__(
        self,
        settings: Output,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        new_link: Callable[[], Link],
        packing: Packing,
        chance: Callable[[], float] = random,
        stays: bool = False,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._clock = clock
        self.pulse = Pulse(f"output {settings.name}", clock)
        self._dispatch = new_dispatch(settings, outbox, clock, log, packing, chance, stays)
        self._sender = Sender(
            self._dispatch,
            new_link,
            settings.connections,
            settings.timeout_ms,
            self.pulse,
            clock,
            log,
        )

    @property
    def name(self) -> str:
        return self._settings.name

    def start(self) -> None:
        self._sender.start()

    def wake(self) -> None:
        self._sender.wake()

    def lost(self, reason: str) -> None:
        """Hear from a link that its connection was lost between calls."""
        self._sender.lost(reason)

    def stop(self, within_ms: int) -> None:
        self._sender.stop(within_ms)

    def status(self) -> OutputStatus:
        backlog, lost = self._outbox.backlog(self.name), self._outbox.lost(self.name)
        kind, now = self._settings.type, self._clock.ticks_ms()
        with self._sender.lock:
            return status_of(self._dispatch, self.name, kind, backlog, lost, now)


def new_dispatch(
    settings: Output,
    outbox: Outbox,
    clock: Clock,
    log: logging.Logger,
    packing: Packing,
    chance: Callable[[], float] = random,
    stays: bool = False,
) -> Dispatch:
    """Return the decisions of an output with these settings."""

    def retry() -> Backoff:
        return Backoff(settings.retry_min_ms, settings.retry_max_ms, chance)

    def hold() -> Backoff:
        return Backoff(_HOLD_MIN_MS, _HOLD_MAX_MS, chance)

    def new_queue(device: str, looked_to: int) -> DeviceQueue:
        return DeviceQueue(device, looked_to, retry(), hold(), max(CAPACITY, packing.most))

    name = settings.name
    return Dispatch(
        Feed(outbox, name, new_queue, max(ROWS, packing.most)),
        Service(retry(), hold()),
        Pace(settings.max_rate),
        packing,
        Notices(
            lambda text: log.warning("%s: %s", name, text),
            lambda text: log.info("%s: %s", name, text),
        ),
        clock,
        settings.connections,
        stays,
    )
