"""What a board tells of itself, as readings: the driver of a sensor that every board has."""

import gc

import machine  # type: ignore[import-not-found]

from byteport.compat import const
from byteport.station_sensors import Sensor

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.station import Station

_DECIMALS = {"battery": 3}


def telemetry(station: "Station", now: int) -> Sensor:
    """Return a sensor that reads what station.json lists."""
    interval_ms = station.settings["telemetry_interval_ms"]
    sensor = Sensor(
        station, {"name": "board", "interval_ms": interval_ms, "deadline_ms": 10000}, now
    )
    sensor.driver = BoardFigures(station)
    return sensor


class BoardFigures:
    """reset_cause once after a start, free_heap, rssi while there is a link, battery in V, dropped
    readings since the last time, and the backlog."""

    CHANNELS: "tuple[tuple[str, str, int], ...]" = ()

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._names: "list[str]" = list(station.settings["telemetry"])
        if station.woke and "reset_cause" in self._names:
            self._names.remove("reset_cause")
        self._battery_at: "dict[str, Any]" = station.settings.get("battery", {})
        self._adc: "Any" = None
        if "battery" in self._names:
            from byteport.station_pins import analog_input

            self._adc = analog_input(self._battery_at["pin"])

    def start(self) -> int:
        return 0

    def read(self) -> "tuple[Any, ...]":
        """Return what there is now, in the order of CHANNELS."""
        found = [(name, getattr(self, "_" + name)()) for name in list(self._names)]
        found = [pair for pair in found if pair[1] is not None]
        self.CHANNELS = tuple([(name, "", _DECIMALS.get(name, 0)) for name, _ in found])
        return tuple([value for _, value in found])

    def _reset_cause(self) -> str:
        self._names.remove("reset_cause")
        return _cause()

    def _free_heap(self) -> int:
        gc.collect()
        free: int = gc.mem_free()  # type: ignore[attr-defined]
        return free

    def _rssi(self) -> "Any":
        wifi = self._station.wifi
        try:
            return wifi.wlan.status("rssi") if wifi.up else None
        except OSError:
            return None  # the link has just gone

    def _battery(self) -> "Any":
        adc: "Any" = self._adc
        volts = adc.read_uv() / 1000000 if hasattr(adc, "read_uv") else adc.read_u16() * 3.3 / 65535
        return volts * self._battery_at.get("scale", 1.0)

    def _dropped(self) -> int:
        outbox = self._station.outbox
        dropped = outbox.dropped
        outbox.reported(dropped)
        return dropped

    def _backlog(self) -> int:
        return len(self._station.outbox)


def _cause() -> str:
    cause = machine.reset_cause()
    for name in ("PWRON", "HARD", "WDT", "DEEPSLEEP", "SOFT", "BROWN_OUT"):
        if getattr(machine, name + "_RESET", None) == cause:
            return name.lower()
    return str(cause)
