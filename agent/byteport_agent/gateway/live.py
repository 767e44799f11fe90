"""What dashboards are told without asking: one thread writes to all of them, once a second.

A dashboard is an answer that goes on (server-sent events, WHATWG HTML 9.2): a socket and no thread.
One that takes nothing is closed before what waits for it is much.
"""

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from byteport.names import LOG_LEVELS
from byteport_agent.background import GRACE_MS, Background
from byteport_agent.clock import Clock
from byteport_agent.gateway.devices import MOST_SHOWN
from byteport_agent.outbox import Entry

MOST_FOLLOWERS = 64
_ROUND_MS = 1000
_STATUS_MS = 10_000
_COMMENT_MS = 15_000
_MOST_MESSAGES = 100  # in one round
_MOST_VALUES = 2000

State = dict[str, Any]


class Follower(Protocol):
    """A connection whose answer goes on."""

    streams: bool
    connected: bool

    def stream(self, data: bytes) -> bool: ...

    def give_up(self) -> None: ...


class Live(Background):
    """``status`` and ``problems`` are asked while anybody follows."""

    def __init__(
        self,
        clock: Clock,
        log: logging.Logger,
        status: Callable[[], State],
        problems: Callable[[], State],
    ) -> None:
        super().__init__("gateway live", clock)
        self._log = log
        self._status = status
        self._problems = problems
        self._followers: list[Follower] = []
        self._values: dict[tuple[str, str], tuple[str, int]] = {}
        self._messages: list[State] = []
        self._told_problems: object = None
        self._status_at = self._comment_at = clock.ticks_ms()

    def __len__(self) -> int:
        return len(self._followers)

    @property
    def full(self) -> bool:
        return len(self._followers) >= MOST_FOLLOWERS

    def stream(self, follower: Follower) -> Iterator[bytes]:
        """Yield what a connection gets first; once that is sent, tell it of all that comes."""
        yield event("hello", {"now_ms": self._clock.unix_ms()})
        with self._condition:
            follower.streams = True
            self._followers.append(follower)
            self._told_problems = None
            self._condition.notify()

    def heard(self, entries: Sequence[Entry]) -> None:
        """Note what came; cheap while nobody follows."""
        if not self._followers:
            return
        with self._condition:
            for entry in entries:
                if entry.ts_ms is not None:
                    self._note(entry, entry.ts_ms)

    def _note(self, entry: Entry, ts_ms: int) -> None:
        for name, text in entry.fields:
            key = entry.device, name
            if name in LOG_LEVELS:
                about = {"ts_ms": ts_ms, "device": entry.device, "level": name, "text": text}
                self._messages = [*self._messages, about][-_MOST_MESSAGES:]
            elif len(self._values) < _MOST_VALUES or key in self._values:
                known = self._values.get(key)
                if known is None or known[1] <= ts_ms:
                    self._values[key] = text[:MOST_SHOWN], ts_ms

    def _run(self) -> None:
        while True:
            with self._condition:
                self.pulse.beat(GRACE_MS)
                self._condition.wait(_ROUND_MS / 1000 if self._followers else GRACE_MS / 2000)
                if self._stopping:
                    return
                followers = list(self._followers)
                values, self._values = self._values, {}
                messages, self._messages = self._messages, []
            if followers:
                self._tell(followers, self._round(values, messages))

    def _round(
        self, values: dict[tuple[str, str], tuple[str, int]], messages: list[State]
    ) -> bytes:
        """Return the events of this second."""
        now, parts = self._clock.ticks_ms(), []
        if values:
            rows = [[*key, *value] for key, value in values.items()]
            parts.append(event("values", {"now_ms": self._clock.unix_ms(), "values": rows}))
        parts += [event("message", each) for each in messages]
        try:
            parts += self._states(now)
        except Exception:  # of a status that others make: the stream goes on without
            self._log.exception("gateway: the status of this agent failed")
        if now >= self._comment_at and not parts:
            parts.append(b":\n\n")
        if parts:
            self._comment_at = now + _COMMENT_MS
        return b"".join(parts)

    def _states(self, now: int) -> list[bytes]:
        parts = []
        problems = self._problems()
        if problems["problems"] != self._told_problems:
            self._told_problems = problems["problems"]
            parts.append(event("problems", problems))
        if now >= self._status_at:
            self._status_at = now + _STATUS_MS
            parts.append(event("status", self._status()))
        return parts

    def _tell(self, followers: list[Follower], data: bytes) -> None:
        gone = [each for each in followers if not _send(each, data)]
        with self._condition:
            self._followers = [each for each in self._followers if each not in gone]
        for each in gone:
            each.give_up()


def _send(follower: Follower, data: bytes) -> bool:
    try:
        return follower.stream(data) if data else follower.connected
    except Exception:  # waitress's own, of a connection that was closed just now
        return False


def event(name: str, data: State) -> bytes:
    """Return a server-sent event; JSON has no line break outside of its texts, where it is \\n."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode(
        errors="replace"
    )
