"""A Byteport for the demo to send to, on loopback: now and then it is away, and readings wait."""

from byteport_mocks.byteport_server import UNAVAILABLE, SimulatedByteport

_PERIOD_MS, _BEGIN_MS, _END_MS = 600_000, 210_000, 255_000


class DemoByteport(SimulatedByteport):
    """Takes everything and keeps nothing, so that a demo may run for months."""

    def __enter__(self) -> "DemoByteport":
        super().__enter__()
        self.inject(UNAVAILABLE, lambda _count, ms: _BEGIN_MS <= ms % _PERIOD_MS < _END_MS)
        return self

    def forget(self) -> None:
        """Let go of what it has taken."""
        with self._lock:
            self.requests.clear()
            self.stored.clear()
            self.messages.clear()
            self.heartbeats.clear()
