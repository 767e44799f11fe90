"""Puts readings on the disk in groups, and answers whose they are once they are synced.

A thread of its own: while it waits for the disk, the next calls are read. A client that waits for
its answer is a socket and a parsed request, so a hundred of them share one commit and one sync.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from byteport.store_call import RefusalError
from byteport_agent.background import GRACE_MS, IDLE_MS, Background
from byteport_agent.clock import Clock
from byteport_agent.gateway.pace import Pace
from byteport_agent.gateway.store_requests import Request
from byteport_agent.outbox import Outbox, Reading

_MOST_TOGETHER = 500


class Client(Protocol):
    """A connection whose request waits for an answer."""

    @property
    def address(self) -> str: ...

    @property
    def store_request(self) -> Request: ...

    def answer(self, status: int, text: str = "", retry_after_s: int = 0) -> bool:
        """Answer the request; return whether the connection stays open."""
        ...


class Accepted(NamedTuple):
    """A call that is right, and its readings: none of a heartbeat, and of what is stored."""

    client: Client
    readings: Sequence[Reading]


@dataclass
class Counts:
    """What happened since the start: readings that were stored, came again, calls refused."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    last_ms: int | None = None


class Storing(Background):
    """``committed`` is called after each commit; `stop` stores and answers what has come."""

    def __init__(self, outbox: Outbox, clock: Clock, committed: Callable[[], object]) -> None:
        super().__init__("gateway storing", clock)
        self._outbox = outbox
        self._committed = committed
        self._pace = Pace()
        self._waiting: list[Accepted] = []
        self.counts = Counts()

    def put(self, accepted: Accepted) -> None:
        """Have a call stored and answered; returns at once."""
        with self._condition:
            self._waiting.append(accepted)
            self._pace.came(accepted.client, self._clock.ticks_ms())
            self._condition.notify()

    def not_stored(self) -> RefusalError:
        """Return the answer to calls that the disk does not take."""
        why = self._outbox.trouble or "the disk failed just now"
        return RefusalError(503, f"not stored: {why}", retry_after_s=5)

    def _run(self) -> None:
        while group := self._next():
            self._store(group)

    def _next(self) -> list[Accepted]:
        """Wait for a group and return it, an empty one at the end."""
        with self._condition:
            while not self._due():
                self._idle(self._wait_ms() if self._waiting else IDLE_MS)
            self.pulse.beat(GRACE_MS)
            group, self._waiting = (
                self._waiting[:_MOST_TOGETHER],
                self._waiting[_MOST_TOGETHER:],
            )
            self._pace.begins(self._clock.ticks_ms())
            return group

    def _due(self) -> bool:
        if not self._waiting or self._stopping:
            return self._stopping
        return len(self._waiting) >= _MOST_TOGETHER or not self._wait_ms()

    def _wait_ms(self) -> int:
        return self._pace.wait_ms(len(self._waiting), self._clock.ticks_ms())

    def _store(self, group: list[Accepted]) -> None:
        readings = [reading for accepted in group for reading in accepted.readings]
        if readings:
            self._outbox.append(readings)
            self._committed()
        synced = self._outbox.sync()
        if synced:
            self.counts.stored += len(readings)
            self.counts.last_ms = self._clock.unix_ms()
        for accepted in group:
            self._answer(accepted.client, synced)

    def _answer(self, client: Client, synced: bool) -> None:
        if not synced:
            refusal = self.not_stored()
            client.answer(refusal.status, f"{refusal.text}\n", refusal.retry_after_s)
        elif client.answer(200):
            with self._condition:
                self._pace.answered(client, self._clock.ticks_ms())
