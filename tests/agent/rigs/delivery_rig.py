"""What the tests of sending are made of: an outbox, an output's decisions, and time that is free.

A `Rig` makes the calls that a `Dispatch` decides on, one after another in this thread, and lets the
clock jump over every wait. What a call comes to is said by a function: a script, or a real link.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from agent_rig import KEY, NAMESPACE
from outbox_rig import BOOT, SetClock

from byteport.compat import ticks_ms
from byteport_agent.clock import unix_ms
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.byteport_link import ByteportLink, packing_of
from byteport_agent.delivery.dispatch import Wait
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.sending_output import new_dispatch
from byteport_agent.delivery.status import status_of
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.outbox import Entry, Limits, Outbox, Reading

LEGACY_KEY = "canary-l3gacy/+=&%"
DELIVERED = Outcome(Kind.DELIVERED)
HOUR_MS = 3_600_000

Answer = Callable[[Call], Outcome]


def output_settings(**settings: Any) -> ByteportTarget:
    """Return an output's settings, with a legacy key where it sends packets."""
    if settings.get("packets"):
        settings["legacy_key"] = FoundKey(Secret(LEGACY_KEY), "a test")
    return ByteportTarget(**{"type": "byteport", "name": "byteport", "max_rate": 1000, **settings})


def device_settings() -> Device:
    return Device(namespace=NAMESPACE, uid="barDev1", key=FoundKey(Secret(KEY), "a test"))


def numbered(number: int, device: str = "barDev1", **fields: str) -> Reading:
    return Reading(device, "porch", (("n1", f"{number}"), *fields.items()), number)


def number_of(entry: Entry) -> int:
    return int(entry.fields[0][1])


class Said(logging.Handler):
    """A logger's lines, each with its level."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.log = logging.Logger("test")
        self.log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.getMessage()}")


class Rig:
    """One output and its outbox; ``sent`` are its calls in order, ``times`` when they were made."""

    def __init__(
        self,
        path: Path,
        answer: Answer = lambda _: DELIVERED,
        chance: Callable[[], float] = lambda: 0.5,
        outputs: Iterable[str] = ("byteport",),
        limits: Limits = Limits(),  # noqa: B008 (it is a tuple)
        **settings: Any,
    ) -> None:
        self.clock = SetClock()
        self.path = path
        self.said = Said()
        self.answer = answer
        self.call_ms = 50
        self.sent: list[Call] = []
        self.times: list[int] = []
        self.settings = output_settings(**settings)
        self._outputs = tuple(outputs)
        self._limits = limits
        self._chance = chance
        self.boot = BOOT
        self.made = 0
        self.open()

    def open(self) -> None:
        """Begin as a new process does, with what the file knows."""
        self.outbox = Outbox(
            str(self.path), self._outputs, self.clock, print, self._limits, boot=self.boot
        )
        packing = packing_of(self.settings)
        self.dispatch = new_dispatch(
            self.settings, self.outbox, self.clock, self.said.log, packing, self._chance
        )

    def reopen(self) -> None:
        self.outbox.close()
        self.open()

    def put(self, devices: str | Iterable[str] = ("barDev1",), **fields: str) -> None:
        """Append a reading of each device; their values are consecutive numbers."""
        for device in devices:
            reading = numbered(self.made, device, **fields)
            self.outbox.append([reading._replace(ticks_ms=self.clock.ticks)])
            self.made += 1
            self.clock.ticks += 1
        self.dispatch.news()

    def run(self, for_ms: int = HOUR_MS // 60, calls: int = 1 << 30) -> None:
        """Make calls, and let that time pass, or until there were so many calls."""
        end, last = self.clock.ticks + for_ms, len(self.sent) + calls
        while self.clock.ticks < end and len(self.sent) < last:
            step = self.dispatch.next()
            if isinstance(step, Wait):
                self.clock.ticks = min(self.clock.ticks + step.ms, end)
                if step.for_news:
                    self.dispatch.news()
            else:
                self.sent.append(step)
                self.times.append(self.clock.ticks)
                outcome = self.answer(step)
                self.clock.ticks += self.call_ms
                self.dispatch.answered(step, outcome)

    def numbers(self, device: str | None = None) -> list[int]:
        """Return what was sent, of a device or of all, whatever was answered."""
        return [
            number_of(entry)
            for call in self.sent
            for entry in call.entries
            if device in (None, call.device)
        ]

    def waits(self) -> list[int]:
        """Return the times between calls, without the call's own."""
        pairs = zip(self.times, self.times[1:], strict=False)
        return [then - before - self.call_ms for before, then in pairs]

    def status(self) -> Any:
        name = self.settings.name
        backlog, lost = self.outbox.backlog(name), self.outbox.lost(name)
        return status_of(
            self.dispatch, name, self.settings.type, backlog, lost, self.clock.ticks_ms()
        )

    def state(self) -> tuple[str, int, int]:
        """Return the state, how many wait and how many were given up."""
        status = self.status()
        return status.state, status.backlog, status.rejected


@contextmanager
def to_server(path: Path, url: str, **settings: Any) -> Iterator[Rig]:
    """Return a rig whose calls go to a server, by the real link, and its file and link closed."""
    rig = Rig(path, url=url, **settings)
    device, keys = device_settings(), [Secret(KEY), Secret(LEGACY_KEY)]
    link = ByteportLink(rig.settings, device, Answers(NAMESPACE, keys, rig.clock))
    rig.answer = link.send
    with closing(link):
        yield rig
    rig.outbox.close()


class Scripted:
    """Answers the calls with outcomes in their order, the last for ever."""

    def __init__(self, *kinds: Kind | Outcome) -> None:
        self._left = [kind if isinstance(kind, Outcome) else Outcome(kind, "why") for kind in kinds]

    def __call__(self, _: Call) -> Outcome:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


class RealClock:
    """The machine's time; nobody waits by it."""

    def ticks_ms(self) -> int:
        return ticks_ms()

    def unix_ms(self) -> int:
        return unix_ms()

    def wait_ms(self, _: int) -> bool:
        raise AssertionError
