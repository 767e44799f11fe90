"""A simulated Byteport on loopback: takes what clients store, remembers it, and fails as told.

    with SimulatedByteport() as server:
        server.storm(share=0.3, seed=7)                       # a third of all calls goes wrong
        server.inject(Reply(503), when=during(0, 60_000))     # and for a minute, all of them
        ...                                                   # send readings to server.url
        assert [float(reading.values["temp"]) for reading in server.kept] == [21.5, 21.6, 21.7]
        assert server.duplicates <= server.ambiguous

Schedules are those of `byteport_mocks.faults`; they count calls, from 1 on, since the fault was
injected, and look at the server's clock. What is a store call, what it may say and how a wrong one
is refused: Byteport API document v1.6, "Storing with an API key".
"""

import socket
import ssl
import time
from collections.abc import Callable, Collection, Sequence
from random import Random
from typing import TYPE_CHECKING, Protocol

from byteport.store_call import RefusalError
from byteport_mocks.faults import Fault
from byteport_mocks.scripted_server import Reply, Request, ScriptedServer
from byteport_mocks.store_calls import Message, StoreCall, Stored, read_call

if TYPE_CHECKING:
    from byteport_mocks.faults import Schedule

LOST_REQUEST = Reply(reset=True)
LOST_ANSWER = Reply(reset=True, stored=True)
CUT_ANSWER = Reply(cut_at=20)
FAILED = Reply(500)
FAILED_AFTER_STORING = Reply(500, stored=True)
UNAVAILABLE = Reply(503)
STORM = (LOST_REQUEST, LOST_ANSWER, CUT_ANSWER, FAILED, FAILED_AFTER_STORING, UNAVAILABLE)


class Ticks(Protocol):
    """A clock, such as a `VirtualClock`."""

    def ticks_ms(self) -> int: ...


class SimulatedByteport(ScriptedServer):
    """Takes any namespace, key and device, or those that are named only.

    ``stored`` has each reading that was stored, in order of arrival, repeats included; ``messages``
    those of the log channels, ``heartbeats`` the devices of calls without a field. ``ambiguous``
    counts the readings that were stored while their sender was not told so, and had to send them
    again; ``faults`` the calls that went wrong as told. Without a ``clock``, time is real and
    begins with the block.
    """

    def __init__(
        self,
        namespace: str = "",
        key: str = "",
        devices: Collection[str] = (),
        clock: Ticks | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(self._reply, tls)
        self._place = namespace, key, devices
        self._clock = clock
        self._began = time.monotonic_ns()
        self._faults: list[ReplyFault] = []
        self._confirming: dict[int, int] = {}  # readings that a connection's last answer confirms
        self.stored: list[Stored] = []
        self.messages: list[Message] = []
        self.heartbeats: list[str] = []
        self.ambiguous = 0
        self.faults = 0

    def __enter__(self) -> "SimulatedByteport":
        self._began = time.monotonic_ns()
        super().__enter__()
        return self

    @property
    def kept(self) -> list[Stored]:
        """What was stored, each reading once, in the order in which each came first."""
        return list(dict.fromkeys(self._copy()))

    @property
    def duplicates(self) -> int:
        """How many readings came again that were stored already."""
        stored = self._copy()
        return len(stored) - len(set(stored))

    def values(self, field: str, device: str = "") -> list[str]:
        """Return what was kept of a field as it was sent, of one device where it is named."""
        return [
            reading.values[field]
            for reading in self.kept
            if field in reading.values and device in ("", reading.device)
        ]

    def inject(
        self,
        reply: Reply,
        when: "Schedule | None" = None,
        match: Callable[[Request], bool] | None = None,
    ) -> "ReplyFault":
        """Answer so when it is due, in place of what is right; of several, the first injected.

        ``match`` chooses the calls that the fault counts and can hit. It is returned, and counts
        its ``hits``.
        """
        if not isinstance(reply, Reply):
            raise TypeError(f"{reply!r} is no Reply, such as Reply(503)")
        return self._add(ReplyFault([reply], when, match))

    def storm(self, share: float, seed: int = 1, replies: Sequence[Reply] = STORM) -> "ReplyFault":
        """Answer a share of all calls by one of these, both at random; the same for a seed."""
        chance = Random(seed)  # noqa: S311 (to be repeatable)
        fault = ReplyFault(replies, lambda _count, _ms: chance.random() < share, None, chance)
        return self._add(fault)

    def clear(self) -> None:
        """Answer all calls as is right from now on."""
        with self._lock:
            self._faults = []

    def _add(self, fault: "ReplyFault") -> "ReplyFault":
        with self._lock:
            self._faults.append(fault)
        return fault

    def _copy(self) -> list[Stored]:
        with self._lock:
            return list(self.stored)

    def _ticks_ms(self) -> int:
        if self._clock is None:
            return (time.monotonic_ns() - self._began) // 1_000_000
        return self._clock.ticks_ms()

    def _reply(self, request: Request) -> Reply:
        """Choose the answer, and store what it says is stored; called under the lock."""
        now_ms = self._ticks_ms()
        due = [fault for fault in self._faults if fault.hits_call(request, now_ms)]
        reply = due[0].reply() if due else Reply()
        self.faults += len(due[:1])
        self._confirming[request.connection] = 0
        if not _stores(reply):
            return reply
        try:
            call = read_call(request, *self._place)
        except RefusalError as refused:
            return Reply(refused.status, {"Content-Type": "text/plain"}, f"{refused}\n".encode())
        self._store(call)
        if _confirms(reply):
            self._confirming[request.connection] = len(call.readings)
        else:
            self.ambiguous += len(call.readings)
        return reply

    def _store(self, call: StoreCall) -> None:
        self.stored += call.readings
        self.messages += call.messages
        if not (call.readings or call.messages):
            self.heartbeats.append(call.device)

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        try:
            return super()._answer(connection, request)
        except OSError:  # the client is gone and has not heard
            with self._lock:
                self.ambiguous += self._confirming.pop(request.connection, 0)
            raise


class ReplyFault(Fault):
    """A fault of a service: one of some replies, in place of the right one."""

    def __init__(
        self,
        replies: Sequence[Reply],
        when: "Schedule | None",
        match: Callable[[Request], bool] | None = None,
        chance: Random | None = None,
    ) -> None:
        super().__init__(when)
        self._replies = replies
        self._match = match
        self._chance = chance

    def hits_call(self, request: Request, now_ms: int) -> bool:
        """Count a call and return whether it goes wrong."""
        return (self._match is None or self._match(request)) and self.begin(None, now_ms)

    def reply(self) -> Reply:
        return self._chance.choice(self._replies) if self._chance else self._replies[0]


def _stores(reply: Reply) -> bool:
    if reply.stored is not None:
        return reply.stored
    return reply.status == 200 and reply.raw is None and not (reply.reset or reply.hang)


def _confirms(reply: Reply) -> bool:
    """Tell whether a client that waits long enough knows from this that its call is stored."""
    whole = reply.cut_at is None or reply.cut_at >= len(reply.head() + reply.body)
    late = reply.after_s or reply.drip_s or reply.hang
    plain = reply.status == 200 and reply.raw is None and not reply.body
    return plain and whole and not late and not reply.reset
