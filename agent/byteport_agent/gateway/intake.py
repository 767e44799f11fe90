"""Reads calls of the store API: what they say, whether they may, and what of it is new."""

import logging
from collections.abc import Callable

from byteport.store_call import RefusalError
from byteport_agent.background import GRACE_MS, Background
from byteport_agent.clock import Clock
from byteport_agent.gateway.repeats import Repeats
from byteport_agent.gateway.rights import Rights
from byteport_agent.gateway.store_requests import Addressed, read_calls
from byteport_agent.gateway.storing import Accepted, Client, Storing
from byteport_agent.outbox import Outbox, Reading


class Intake(Background):
    """A thread between the sockets and the disk; ``heard`` gets a device and when it called.

    `stop` reads what has come.
    """

    def __init__(
        self,
        storing: Storing,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        rights: Rights,
        repeats: Repeats,
        heard: Callable[[str, int], object],
    ) -> None:
        super().__init__("gateway intake", clock)
        self._storing = storing
        self._outbox = outbox
        self._log = log
        self._rights = rights
        self._repeats = repeats
        self._heard = heard
        self._came: list[Client] = []

    def take(self, client: Client) -> None:
        """Have a request answered; returns at once."""
        with self._condition:
            self._came.append(client)
            self._condition.notify()

    def _run(self) -> None:
        while clients := self._next():
            for client in clients:
                self._guarded(client)

    def _next(self) -> list[Client]:
        """Wait for calls and return them, none at the end."""
        with self._condition:
            while not self._came and not self._stopping:
                self._idle()
            self.pulse.beat(GRACE_MS)
            clients, self._came = self._came, []
            return clients

    def _guarded(self, client: Client) -> None:
        """Read a call; what nobody expected is one client's trouble."""
        try:
            accepted = self._read(client)
        except RefusalError as refused:
            self._storing.counts.refused += 1
            text = self._rights.hidden_in(refused.text)
            client.answer(refused.status, f"{text}\n", refused.retry_after_s)
        except Exception:
            self._log.exception("gateway: a call from %s failed", client.address)
            client.answer(500, "not stored: a mistake in this program, see its log\n")
        else:
            self._storing.put(accepted)

    def _read(self, client: Client) -> Accepted:
        self._rights.refuse_waiting(client.address)
        calls = read_calls(client.store_request)
        for each in calls:
            self._rights.check(each, client.address)
        if self._outbox.trouble:  # not into its memory: the client has it in a safer place
            raise self._storing.not_stored()
        now_ms, ticks_ms = self._clock.unix_ms(), self._clock.ticks_ms()
        for each in calls:
            self._heard(each.device, now_ms)
        found = (self._reading(each, ticks_ms) for each in calls)
        return Accepted(client, [reading for reading in found if reading is not None])

    def _reading(self, addressed: Addressed, ticks_ms: int) -> Reading | None:
        """Return what a call is to store, None for a heartbeat and for what is stored."""
        call = addressed.call
        fields = call.fields + call.messages
        if not fields:
            return None
        if call.ts_ms is not None and self._repeats.seen(addressed.device, call.ts_ms, fields):
            self._storing.counts.repeated += 1
            return None
        return Reading(addressed.device, "", fields, ticks_ms, call.ts_ms)
