"""Takes calls of the store API in groups: checked, appended, synced, and only then answered.

One thread for all clients. A client that waits for its answer is a socket and a parsed request, so
a hundred of them share one commit and one sync, and no thread of theirs exists.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Protocol

from byteport_agent.clock import Clock
from byteport_agent.gateway.pace import Pace
from byteport_agent.gateway.repeats import Repeats
from byteport_agent.gateway.rights import Rights
from byteport_agent.gateway.store_requests import Addressed, Request, read_calls
from byteport_agent.outbox import Outbox, Reading
from byteport_agent.pulse import Pulse
from byteport_agent.store_call import RefusalError

_IDLE_MS = 10_000
_GRACE_MS = 60_000
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


@dataclass
class Counts:
    """What happened since the start; calls, but for ``stored``: readings."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    last_ms: int | None = None


class Intake:
    """``committed`` is called after each commit, ``heard`` with a device and when it called."""

    def __init__(
        self,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        rights: Rights,
        repeats: Repeats,
        committed: Callable[[], object],
        heard: Callable[[str, int], object],
    ) -> None:
        self._outbox = outbox
        self._clock = clock
        self._log = log
        self._rights = rights
        self._repeats = repeats
        self._committed = committed
        self._heard = heard
        self._pace = Pace()
        self._condition = Condition()
        self._came: deque[Client] = deque()
        self._stopping = False
        self._group: list[Client] = []
        self._readings: list[Reading] = []
        self._thread = Thread(target=self._run, name="gateway intake", daemon=True)
        self.counts = Counts()
        self.pulse = Pulse("gateway intake", clock)

    def start(self) -> None:
        self._thread.start()

    def take(self, client: Client) -> None:
        """Have a request answered; returns at once."""
        with self._condition:
            self._came.append(client)
            self._condition.notify()

    def stop(self, within_ms: int) -> None:
        """Answer what has come, and end."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(within_ms / 1000)
        self.pulse.rest()

    def _run(self) -> None:
        while (came := self._next()) is not None:
            for client in came:
                self._guarded(client)
            full = len(self._group) >= _MOST_TOGETHER
            if self._group and (full or not self._wait_ms()):
                self._store()

    def _next(self) -> list[Client] | None:
        """Wait for calls, or until the group is due; return None at the end."""
        with self._condition:
            while not self._came:
                if self._group:
                    wait_ms = self._wait_ms()
                elif self._stopping:
                    return None
                else:
                    wait_ms = _IDLE_MS
                self.pulse.beat(wait_ms + _GRACE_MS)
                if not wait_ms or (not self._condition.wait(wait_ms / 1000) and self._group):
                    break
            self.pulse.beat(_GRACE_MS)
            came = list(self._came)
            self._came.clear()
            return came

    def _wait_ms(self) -> int:
        return 0 if self._stopping else self._pace.wait_ms(self._clock.ticks_ms())

    def _guarded(self, client: Client) -> None:
        """Read a call; what nobody expected is one client's trouble."""
        try:
            self._read(client)
        except RefusalError as refused:
            self.counts.refused += 1
            self._pace.gone(client)
            text = self._rights.hidden_in(refused.text)
            client.answer(refused.status, f"{text}\n", refused.retry_after_s)
        except Exception:
            self._log.exception("gateway: a call from %s failed", client.address)
            self._pace.gone(client)
            client.answer(500, "not stored: a mistake in this program, see its log\n")

    def _read(self, client: Client) -> None:
        self._rights.refuse_waiting(client.address)
        calls = read_calls(client.store_request)
        for each in calls:
            self._rights.check(each, client.address)
        if self._outbox.trouble:  # not into its memory: the client has it in a safer place
            raise self._not_stored()
        now_ms, ticks_ms = self._clock.unix_ms(), self._clock.ticks_ms()
        fresh = [reading for each in calls if (reading := self._fresh(each, ticks_ms)) is not None]
        for each in calls:
            self._heard(each.device, now_ms)
        self._readings += fresh
        self._group.append(client)
        self._pace.came(client)

    def _fresh(self, addressed: Addressed, ticks_ms: int) -> Reading | None:
        """Return the reading that a call is, None for a heartbeat and for what is stored."""
        call = addressed.call
        fields = call.fields + call.messages
        if not fields:
            return None
        if call.ts_ms is not None and self._repeats.seen(addressed.device, call.ts_ms, fields):
            self.counts.repeated += 1
            return None
        return Reading(addressed.device, "", fields, ticks_ms, call.ts_ms)

    def _store(self) -> None:
        """Put a group on the disk and answer it."""
        began = self._clock.ticks_ms()
        group, readings = self._group, self._readings
        self._group, self._readings = [], []
        if readings:
            self._outbox.append(readings)
            self._committed()
        synced = self._outbox.sync()
        if synced:
            self.counts.stored += len(readings)
            self.counts.last_ms = self._clock.unix_ms()
        staying = [client for client in group if self._answer(client, synced)]
        self._pace.stored(began, staying)

    def _answer(self, client: Client, synced: bool) -> bool:
        if synced:
            return client.answer(200)
        refusal = self._not_stored()
        return client.answer(refusal.status, f"{refusal.text}\n", refusal.retry_after_s)

    def _not_stored(self) -> RefusalError:
        why = self._outbox.trouble or "the disk failed just now"
        return RefusalError(503, f"not stored: {why}", retry_after_s=5)
