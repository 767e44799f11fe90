"""A TCP proxy on loopback that makes a good network a bad one, for tests of whatever uses one.

    with ChaosProxy(("127.0.0.1", server.port), delay_s=0.025) as proxy:  # a round trip of 50 ms
        client = Client("myownspace", "key", "barDev1", url=proxy.url)
        proxy.to_client.loss = 0.3                                        # from now on
        proxy.inject(Reset(after_bytes=range(2000), direction=TO_CLIENT, when=every(3)))
        ...
        assert proxy.resets == 1

`Line` says how a direction can be, `network_faults` what can go wrong and when. A new connection
costs a round trip before its first byte, as its handshake would.
"""

import socket
import time
from random import Random

from byteport_mocks.chaos_link import Link, reset_on_close
from byteport_mocks.chaos_links import Links
from byteport_mocks.chaos_pipe import Line, Pipe
from byteport_mocks.faults import Fault
from byteport_mocks.network_faults import Break, Mute, Refuse, Stall, StateFault
from byteport_mocks.socket_loop import READ, SocketLoop

_BACKLOG = 128
_LOOK_S = 0.005  # how often a fault that lasts for a time is looked at


class ChaosProxy:
    """Passes connections at ``port`` on to ``upstream``, a (host, port), as badly as told.

    ``delay_s`` and the like are those of `Line`, for both directions; ``to_server`` and
    ``to_client`` change them singly. The same ``seed`` picks the same losses and places. It counts
    ``connections`` and what it did to them: ``resets``, ``closes``, ``muted``. At most
    ``max_connections`` are open, each for ``max_s``; one too many, or too old, is reset.
    """

    def __init__(
        self,
        upstream: tuple[str, int],
        delay_s: float = 0.0,
        bytes_per_s: float = 0.0,
        slice_bytes: int = 0,
        loss: float = 0.0,
        retransmit_s: float = 0.2,
        seed: int = 1,
        max_connections: int = 256,
        max_s: float = 300.0,
    ) -> None:
        self.to_server = Line(delay_s, bytes_per_s, slice_bytes, loss, retransmit_s)
        self.to_client = Line(delay_s, bytes_per_s, slice_bytes, loss, retransmit_s)
        self.port = 0
        self.connections = 0
        self._upstream = upstream
        self._chance = Random(seed)  # noqa: S311 (to be repeatable)
        self._bounds = max_connections, max_s
        self._faults: list[Fault] = []
        self._listener: socket.socket | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def resets(self) -> int:
        return self._links.resets

    @property
    def closes(self) -> int:
        return self._links.closes

    @property
    def muted(self) -> int:
        return self._links.muted

    @property
    def breaks(self) -> int:
        """How many connections it has ended or muted: each may have cost one answer."""
        return self.resets + self.closes + self.muted

    def inject(self, fault: Fault) -> Fault:
        """Add a fault of `network_faults`, in force when this returns it; ``hits`` counts."""
        self._loop.call(lambda: self._faults.append(fault))
        return fault

    def clear(self) -> None:
        """Remove all faults; what they did to connections stays done."""
        self._loop.call(self._faults.clear)

    def reset_connections(self) -> None:
        """Break every connection that is open now."""
        self._loop.call(self._links.reset_all)

    def __enter__(self) -> "ChaosProxy":
        self._started = time.monotonic()
        # holds the port while nobody listens, so that no other process gets it
        self._holder = _bound(0)
        self.port = self._holder.getsockname()[1]
        self._loop = SocketLoop("chaos-proxy", self._turn)
        self._links = Links(self._loop)
        self._set_listening(True)
        self._loop.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.stop()  # from here on this is the only thread
        self._set_listening(False)
        self._links.close()
        self._holder.close()
        self._loop.close()

    # Below here runs in the loop's thread

    def _turn(self) -> float:
        """Do what is due; return the seconds until something else is."""
        now = time.monotonic()
        lasting = [fault for fault in self._faults if isinstance(fault, StateFault)]
        holding = [fault for fault in lasting if fault.holds(self._ms(now))]
        refused = any(isinstance(fault, Refuse) for fault in holding)
        self._set_listening(not refused)
        if refused:
            self._links.reset_all()
        self._links.reset_older(now - self._bounds[1])
        wait_s = self._links.turn(now, any(isinstance(fault, Stall) for fault in holding))
        return min(wait_s, _LOOK_S) if lasting else wait_s

    def _ms(self, now: float) -> int:
        return int((now - self._started) * 1000)

    def _set_listening(self, wanted: bool) -> None:
        if wanted and self._listener is None:
            self._listener = _bound(self.port)
            self._listener.listen(_BACKLOG)
            self._listener.setblocking(False)
            self._loop.watch(self._listener, READ, self._accept)
        elif self._listener is not None and not wanted:
            self._loop.forget(self._listener)
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket, _events: int) -> None:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # it has gone already
        now = time.monotonic()
        self.connections += 1
        faults = [fault for fault in self._faults if not isinstance(fault, StateFault)]
        due = [fault for fault in faults if fault.begin(None, self._ms(now))]
        if len(self._links) >= self._bounds[0]:
            reset_on_close(client)
            client.close()
        elif any(isinstance(fault, Mute) for fault in due):
            self._links.add_muted(client, now)
        else:
            self._open(client, [fault for fault in due if isinstance(fault, Break)], now)

    def _open(self, client: socket.socket, faults: list[Break], now: float) -> None:
        family = socket.AF_INET6 if ":" in self._upstream[0] else socket.AF_INET
        server = socket.socket(family)
        opens_at = now + self.to_server.delay_s + self.to_client.delay_s
        pipes = [Pipe(line, self._chance, opens_at) for line in (self.to_server, self.to_client)]
        link = Link(client, server, (pipes[0], pipes[1]), now)
        for fault in faults:
            link.ways[fault.direction].arm(fault, fault.limit(self._chance))
        server.connect_ex(self._upstream)
        self._links.add(link)


def _bound(port: int) -> socket.socket:
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("127.0.0.1", port))
    return sock
