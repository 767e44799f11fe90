"""Makes the driver of a sensor, on the board's own buses and pins."""

import machine  # type: ignore[import-not-found]

from byteport.compat import const
from byteport.errors import DriverError

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any


class Buses:
    """The buses of station.json, each opened when a driver first uses it."""

    def __init__(self, settings: "dict[str, dict[str, Any]]") -> None:
        self._settings = settings
        self._open: "dict[str, Any]" = {}

    def new_driver(self, settings: "dict[str, Any]") -> "Any":
        """Return a sensor's driver; raises DriverError where there is none, and what it raises."""
        kind = _driver_class(settings["driver"])
        options = dict(settings.get("options", ()))
        if "address" in settings:
            options["address"] = settings["address"]
        place = []
        if "bus" in settings:
            place = [self._bus(settings["bus"])]
        elif "pin" in settings:
            from byteport.station_pins import pin_for

            place = [pin_for(kind.BUS, settings["pin"], settings.get("pull"))]
        return kind(*place, **options)

    def _bus(self, name: str) -> "Any":
        if name not in self._open:
            options = self._settings.get(name, {})
            kind, number = name.split("-")
            if kind == "i2c":
                pins = {role: machine.Pin(options[role]) for role in ("sda", "scl")}
                self._open[name] = machine.I2C(
                    int(number), freq=options.get("freq", 100000), **pins
                )
            else:
                from byteport.station_pins import new_bus

                self._open[name] = new_bus(kind, int(number), options)
        return self._open[name]


def _driver_class(name: str) -> "Any":
    wanted = name.replace("_", "")
    for package in ("byteport_drivers.board.", "byteport_drivers."):
        try:
            module = __import__(package + name, None, None, ("*",))
        except ImportError as error:
            missing = str(error).split("'")
            if len(missing) < 2 or not (package + name).startswith(missing[1]):  # it needs that
                raise DriverError(f"driver {name}: {error}")
            continue
        for each in dir(module):
            if each.lower() == wanted:
                return getattr(module, each)
    raise DriverError(f"there is no driver {name} here: flash this board again")
