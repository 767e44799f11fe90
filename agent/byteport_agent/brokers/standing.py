"""A connection to a broker that stays: one client of a library at a time, in a thread of its own.

When to connect again, and what to send again, is decided in `delivery`, for all kinds of outputs
alike, and not by the library. Its socket is made here, so that one deadline holds for all addresses
and TLS, an environment variable names no proxy, and a thread that waits can be cut off.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from socket import SHUT_RDWR, socket
from threading import Condition
from time import monotonic
from typing import Any

from byteport.compat import ticks_ms
from byteport.compat_tls import tls_context
from byteport.errors import Unreachable
from byteport_agent.brokers.words import connect_error
from byteport_agent.delivery.around import Arrived
from byteport_agent.delivery.line import Line
from byteport_agent.keys import Secret

_SHORT_S = 60


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where a broker is, and how this client presents itself."""

    url: str
    host: str
    port: int
    secure: bool
    user: str | None = None
    password: Secret | None = None
    ca: str | None = None
    client_certificate: str | None = None
    client_key: str | None = None
    window: int = 20
    messages_from: str = ""  # where messages to this device come, empty where none are taken

    def tls(self) -> Any:
        """Return TLS settings that check the broker's certificate, None without TLS."""
        if not self.secure:
            return None
        context = tls_context(self.ca, verify=True)
        if self.client_certificate is not None:
            context.load_cert_chain(self.client_certificate, self.client_key)
        return context


@dataclass
class State:
    """What is known of one client; what its thread changes is guarded by ``changed``."""

    client: Any
    opened_s: float = 0.0
    answer: Any = None  # to its signing in
    granted: Any = None  # to its asking for messages
    gone: str = ""
    confirmed: set[Any] = field(default_factory=set)


@dataclass(frozen=True)
class Hearers:
    """Who hears, in the client's thread and without waiting: of a connection that broke, of \
messages to this device, and whether the broker is there."""

    lost: Callable[[str], object]
    take: Callable[[Arrived], object]
    reached: Callable[[bool], object]


class Standing(ABC):
    """What the connections to MQTT and STOMP brokers share; for one thread, but `cut` for any."""

    def __init__(self, broker: Broker, hearers: Hearers) -> None:
        self.changed = Condition()
        self.state: State | None = None
        self._broker = broker
        self._hearers = hearers
        self._line = Line()
        self._socket: socket | None = None
        self._deadline_s = 0.0

    def open(self, deadline_s: float) -> bool:
        """Connect, sign in and ask for messages where it is not so; return whether it had to."""
        if self.state is not None and not self.state.gone:
            return False
        self.drop()
        self._deadline_s = deadline_s
        self.state = state = State(self._new_client())
        try:
            self._connect(state)
        except BaseException:
            self.drop()
            raise
        state.opened_s = monotonic()
        self._hearers.reached(True)
        return True

    def cut(self) -> None:
        """End what waits in another thread, for good."""
        self._line.cut()

    def drop(self) -> None:
        """End the client that is there, and its thread."""
        state, self.state = self.state, None
        if state is None:
            return
        self._hearers.reached(False)
        if self._socket is not None:
            with suppress(OSError):  # not SSLSocket's, see Line
                socket.shutdown(self._socket, SHUT_RDWR)
            self._socket = None
        self._end(state.client)

    def of(self, client: object) -> State | None:
        """Return the state of a client, None for one of before; ``changed`` is held."""
        return self.state if self.state is not None and self.state.client is client else None

    def wait(self, state: State, condition: Callable[[], object], deadline_s: float) -> None:
        """Wait until something is so, the connection is gone, or it is late."""
        with self.changed:
            left_s = max(deadline_s - monotonic(), 0)
            self.changed.wait_for(lambda: state.gone or condition(), left_s)

    def confirmed(self, state: State, of: list[Any], name: str) -> tuple[int, Unreachable | None]:
        """Return how many were confirmed without a gap; drop the client if those are not all."""
        with self.changed:
            missing = (at for at, each in enumerate(of) if each not in state.confirmed)
            count = next(missing, len(of))
            why = state.gone or f"no {name} in time for {len(of) - count} messages"
        if count == len(of):
            return count, None
        self.drop()
        return count, Unreachable(f"{self._broker.url}: {why}")

    def went(self, client: object, why: str) -> None:
        """Hear that a client's connection is gone."""
        with self.changed:
            state = self.of(client)
            if state is None or state.gone:
                return
            state.gone = why
            standing = state.opened_s > 0
            self.changed.notify_all()
        self._hearers.reached(False)
        if standing:
            self._hearers.lost(f"{self._broker.url}: {why}")

    def is_short(self, client: object) -> bool:
        """Tell whether a connection that is gone was there for a moment only."""
        state = self.of(client)
        return state is not None and state.opened_s > 0 and monotonic() - state.opened_s < _SHORT_S

    def opened_socket(self) -> socket:
        """Return a new socket to the broker; raises Unreachable."""
        broker = self._broker
        ends = ticks_ms() + int(1000 * (self._deadline_s - monotonic()))
        try:
            self._socket = self._line.open(broker.host, broker.port, broker.tls(), ends)
        except (OSError, ValueError) as error:
            raise Unreachable(f"{broker.url}: {connect_error(error)}") from None
        return self._socket

    @abstractmethod
    def _new_client(self) -> Any:
        """Return a client that has not connected yet."""

    @abstractmethod
    def _connect(self, state: State) -> None:
        """Connect and sign in; raises a SendError."""

    @abstractmethod
    def _end(self, client: Any) -> None:
        """Wait for the end of a client's thread, whose socket is shut down."""
