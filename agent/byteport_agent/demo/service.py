"""What stands for Byteport in the demo, on loopback: now and then it is away, and readings wait."""

from time import monotonic

from byteport_mocks.scripted_server import Reply, Request, ScriptedServer

_PERIOD_S, _BEGIN_S, _END_S = 600, 210, 255


class DemoService(ScriptedServer):
    """Confirms everything and keeps nothing, so that a demo may run for months."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self._began = monotonic()

    def forget(self) -> None:
        """Let go of what has come."""
        with self._lock:
            self.requests.clear()

    def _reply(self, _: Request) -> Reply:
        away = _BEGIN_S <= (monotonic() - self._began) % _PERIOD_S < _END_S
        return Reply(503 if away else 200)
