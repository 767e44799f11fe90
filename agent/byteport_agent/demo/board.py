"""A board at the pond, that stores at the gateway by HTTP as a real one does."""

from collections.abc import Callable
from time import localtime

from byteport import Client
from byteport.errors import SendError
from byteport_agent.clock import Clock
from byteport_agent.demo.station import BOARD, NAMESPACE
from byteport_agent.demo.weather import weather
from byteport_agent.keys import Secret

INTERVAL_MS = 10_000
_TIMEOUT_S = 5


class PondBoard:
    """Stores what is due whenever it is called; ``tell`` hears of what goes wrong."""

    def __init__(self, url: str, key: Secret, clock: Clock, tell: Callable[[str], object]) -> None:
        self._client = Client(NAMESPACE, key.reveal(), BOARD, url, timeout=_TIMEOUT_S)
        self._clock = clock
        self._tell = tell

    def store(self) -> None:
        """Measure and store once."""
        now_ms = self._clock.unix_ms()
        now = weather(now_ms / 1000, localtime().tm_gmtoff)
        fields = {"pond_temp": f"{now.pond_temperature:.2f}", "battery": f"{now.battery:.2f}"}
        try:
            self._client.store(fields)
        except SendError as error:
            self._tell(f"{BOARD} could not store: {error}")

    def close(self) -> None:
        self._client.close()
