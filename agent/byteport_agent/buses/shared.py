"""Each bus is opened once, however many sensors are on it, and so are the channels behind it.

"i2c-1/0x70/3" is channel 3 of the TCA9548A at 0x70 on i2c-1; a channel may have a multiplexer
again. All that share a bus belong into one lane: `root_of` is its name.
"""

from collections.abc import Callable
from typing import Any

from byteport.errors import ChipNotFound
from byteport_agent.buses.bus_errors import bus_error_text
from byteport_agent.buses.bus_names import open_bus


class Buses:
    """The open buses of one agent; close them when no driver uses them any more.

    Threads may use it together, where those on one bus take turns.
    """

    def __init__(self, open_bus: Callable[..., Any] = open_bus) -> None:
        self._open_bus = open_bus
        self._buses: dict[str, Any] = {}
        self._multiplexers: dict[str, Any] = {}

    def open(self, name: str, **options: object) -> Any:
        """Return the bus of this name; the options count when it is opened first."""
        if name not in self._buses:
            self._buses[name] = (
                self._channel(name) if name != root_of(name) else self._open_bus(name, **options)
            )
        return self._buses[name]

    def close(self) -> None:
        """Close all of them."""
        for name in list(self._buses):
            self.let_go(name)

    def let_go(self, name: str) -> None:
        """Close a bus and forget what is behind it; the next use opens it anew."""
        root = root_of(name)
        for place in [each for each in list(self._multiplexers) if root_of(each) == root]:
            del self._multiplexers[place]
        for each in [each for each in list(self._buses) if root_of(each) == root]:
            bus = self._buses.pop(each)
            if hasattr(bus, "close"):  # a channel has nothing to close
                bus.close()

    def _channel(self, name: str) -> Any:
        place, _, number = name.rpartition("/")
        return self._multiplexer(place).channel(int(number))

    def _multiplexer(self, place: str) -> Any:
        if place not in self._multiplexers:
            from byteport_drivers.tca9548a import TCA9548A

            bus, _, address = place.rpartition("/")
            parent = self.open(bus)
            try:
                self._multiplexers[place] = TCA9548A(parent, int(address, 16))
            except OSError as error:
                text = bus_error_text(error, "tca9548a", f"{address} on {bus}")
                raise ChipNotFound(text) from None
        return self._multiplexers[place]


def root_of(name: str) -> str:
    """Return the bus itself, where this is a channel behind it."""
    return name.partition("/0x")[0]
