"""The output that sends to Byteport, or to an agent's gateway, which speaks the same."""

import logging
from collections.abc import Callable
from random import random

from byteport_agent.clock import Clock
from byteport_agent.config import Device, Output
from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.byteport_link import ByteportLink, packing_of
from byteport_agent.delivery.device_queue import DeviceQueue
from byteport_agent.delivery.dispatch import Dispatch
from byteport_agent.delivery.feed import Feed
from byteport_agent.delivery.notices import Notices
from byteport_agent.delivery.output import OutputStatus
from byteport_agent.delivery.pace import Pace
from byteport_agent.delivery.sender import Sender
from byteport_agent.delivery.service import Service
from byteport_agent.delivery.status import status_of
from byteport_agent.outbox import Outbox
from byteport_agent.pulse import Pulse

HOLD_MIN_MS = 300_000  # where somebody has to mend something
HOLD_MAX_MS = 3_600_000


class ByteportOutput:
    """Sends what the outbox has for this output; see `Output`.

    Every reading is confirmed before it is acknowledged, and acknowledged at once: a kill repeats
    at most what is under way, one call per connection (with ``packets`` one call is many readings;
    of a reading that had to be sent in parts, all of them). Byteport keeps one value per field and
    time, so a repeated reading changes nothing there. HTTP_PROXY, .netrc and the like are ignored.
    """

    def __init__(
        self,
        settings: Output,
        device: Device,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        chance: Callable[[], float] = random,
    ) -> None:
        self._settings = settings
        self._outbox = outbox
        self._clock = clock
        self.pulse = Pulse(f"output {settings.name}", clock)
        self._dispatch = new_dispatch(settings, outbox, clock, log, chance)
        keys = [key.secret for key in (device.key, settings.legacy_key) if key is not None]
        answers = Answers(device.namespace, keys, clock)
        self._sender = Sender(
            self._dispatch,
            lambda: ByteportLink(settings, device, answers),
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
    chance: Callable[[], float] = random,
) -> Dispatch:
    """Return the decisions of an output with these settings."""

    def retry() -> Backoff:
        return Backoff(settings.retry_min_ms, settings.retry_max_ms, chance)

    def hold() -> Backoff:
        return Backoff(HOLD_MIN_MS, HOLD_MAX_MS, chance)

    def new_queue(device: str, looked_to: int) -> DeviceQueue:
        return DeviceQueue(device, looked_to, retry(), hold())

    name = settings.name
    return Dispatch(
        Feed(outbox, name, new_queue),
        Service(retry(), hold()),
        Pace(settings.max_rate),
        packing_of(settings),
        Notices(
            lambda text: log.warning("%s: %s", name, text),
            lambda text: log.info("%s: %s", name, text),
        ),
        clock,
        settings.connections,
    )
