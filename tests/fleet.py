"""A fleet of agents whose service comes back, in virtual time: when each sends what it has waiting.

Each is an output's real decisions, `new_dispatch` with all that is behind it, over a log that makes
up its readings. Calls take no time: nothing but those decisions slows an agent down. One agent runs
after the other, as none waits for another, so that a hundred thousand need no more memory than one.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, cast

from byteport_agent.brokers.fallback import packing_of as brokers_packing_of
from byteport_agent.config import ByteportTarget, MqttTarget
from byteport_agent.delivery.byteport_link import packing_of
from byteport_agent.delivery.dispatch import Dispatch, Wait
from byteport_agent.delivery.outcome import Kind, Outcome
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.sending_output import new_dispatch
from byteport_agent.outbox import Entry
from byteport_agent.outbox.log_file import Look

OUTAGE_MS = 3_600_000
AFTER_MS = 900_000  # in which all must have drained
HTTP = ByteportTarget(type="byteport", name="fleet")
MQTT = MqttTarget(type="mqtt", name="fleet", url="mqtt://127.0.0.1")
Target = ByteportTarget | MqttTarget
_NOBODY = logging.Logger("fleet", logging.CRITICAL)
_DOWN, _UP = Outcome(Kind.UNKNOWN, "down"), Outcome(Kind.DELIVERED)


@dataclass
class Recovery:
    """What a service got by the second, from the moment when it was back; ``drained`` all agents.

    Those that had drained went on with what they measured meanwhile.
    """

    calls: Counter[int] = field(default_factory=Counter)
    readings: Counter[int] = field(default_factory=Counter)
    drained: int = 0
    last_s: int = 0

    def count(self, after_ms: int, readings: int) -> None:
        self.calls[after_ms // 1000] += 1
        self.readings[after_ms // 1000] += readings

    def most_over_mean(self, of: "Counter[int]", span_s: int = 1) -> float:
        """Return the busiest second, or span, over the mean until the last agent had drained."""
        spans = range(0, self.last_s + 1, span_s)
        sums = [sum(of[second] for second in range(at, at + span_s)) for at in spans]
        return max(sums) * len(sums) / sum(sums)


class MadeUpLog:
    """An `Outbox`, as far as a `Dispatch` asks it: a reading each ``every_ms`` of its own time."""

    numbering = 0

    def __init__(self, every_ms: int, phase_ms: int) -> None:
        self.now = 0
        self._every_ms, self._phase_ms = every_ms, phase_ms
        self._settled = self.told = 0

    def ticks_ms(self) -> int:
        return self.now

    unix_ms = ticks_ms

    def made(self) -> int:
        return max(self.now - self._phase_ms, 0) // self._every_ms

    def next_ms(self) -> int:
        """Return when there is another."""
        return (self.made() + 1) * self._every_ms + self._phase_ms

    def delivered(self, _: str) -> tuple[int, dict[str, int]]:
        return self._settled, {}

    def cursor(self, _: str) -> int:
        return self._settled

    def backlog(self, _: str = "") -> int:
        return self.made() - self._settled

    def acknowledge(self, _: str, number: int, *, dead: Iterable[object] = ()) -> None:
        assert not dead
        self._settled = number

    def look(self, after: int, rows: int, _: Callable[[int, str], bool]) -> Look:
        to = min(after + rows, self.made())
        fields = (("temperature", "21.50"),)
        entries = [
            Entry(n, n, None, n, "barDev1", "porch", fields) for n in range(after + 1, to + 1)
        ]
        return Look(entries, to, to == self.made())


def recovered(
    agents: int, every_ms: int, settings: Target = MQTT, outage_ms: int = OUTAGE_MS, seed: int = 20
) -> Recovery:
    """Let a service come back, which each agent lost at a time of its own before."""
    chance, recovery = Random(seed), Recovery()
    for _ in range(agents):
        log = MadeUpLog(every_ms, chance.randrange(every_ms))
        log.now = chance.randrange(60_000)  # within which all have met the outage
        made_up = cast(Any, log)
        dispatch = new_dispatch(
            settings,
            made_up,
            made_up,
            _NOBODY,
            _packing(settings),
            chance.random,
            stays=isinstance(settings, MqttTarget),
        )
        _run(dispatch, log, outage_ms, recovery)
    return recovery


def _packing(settings: ByteportTarget | MqttTarget) -> Packing:
    if isinstance(settings, MqttTarget):
        return brokers_packing_of(settings)
    return packing_of(settings)


def _run(dispatch: Dispatch, log: MadeUpLog, back_at: int, recovery: Recovery) -> None:
    while log.now < back_at or log.backlog():
        step = dispatch.next()
        if isinstance(step, Wait):
            _wait(dispatch, log, step)
        elif log.now < back_at:
            dispatch.answered(step, _DOWN)
        else:
            recovery.count(log.now - back_at, len(step.entries))
            dispatch.answered(step, _UP)
    recovery.drained += 1
    recovery.last_s = max(recovery.last_s, (log.now - back_at) // 1000)
    while (next_ms := log.next_ms()) < back_at + AFTER_MS:
        log.now = next_ms
        recovery.count(next_ms - back_at, 1)  # from now on each is sent when it is made


def _wait(dispatch: Dispatch, log: MadeUpLog, wait: Wait) -> None:
    """Sleep as `Sender` does: to the end, or until there is news if it listens for them."""
    until = log.now + wait.ms
    if wait.for_news:
        until = log.now if log.made() > log.told else min(until, log.next_ms())
    log.now = until
    if wait.for_news:
        log.told = log.made()
        dispatch.news()
