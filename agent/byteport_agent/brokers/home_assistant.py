"""Tells Home Assistant of each field before its first value, over the same broker.

Source: Home Assistant's documentation, "MQTT" (discovery) and "MQTT sensor"; device classes and
their units as in "Sensor entity".
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from byteport import __version__
from byteport_agent.brokers.message import Message
from byteport_agent.sampling.sensor_status import SensorStatus

_LATE = 3  # so many times as long as values are apart
_LATE_S = 5
_UNITS = {  # by SenML's: Home Assistant's unit, and the device class if that is certain
    "Cel": ("°C", "temperature"),
    "%RH": ("%", "humidity"),
    "Pa": ("Pa", "atmospheric_pressure"),
    "hPa": ("hPa", "atmospheric_pressure"),
    "lx": ("lx", "illuminance"),
    "V": ("V", "voltage"),
    "mV": ("mV", "voltage"),
    "A": ("A", "current"),
    "mA": ("mA", "current"),
    "W": ("W", "power"),
    "Hz": ("Hz", "frequency"),
    "m": ("m", "distance"),
    "cm": ("cm", "distance"),
    "mm": ("mm", "distance"),
    "s": ("s", "duration"),
    "B": ("B", "data_size"),
    "KiB": ("KiB", "data_size"),
    "GB": ("GB", "data_size"),
    "dBm": ("dBm", "signal_strength"),
    "ppm": ("ppm", ""),
    "ppb": ("ppb", ""),
    "ug/m3": ("µg/m³", ""),
    "m/s2": ("m/s²", ""),
    "Ohm": ("Ω", ""),
}
_CLASSES = {  # of units that several quantities have, by the field's name
    ("ppm", "co2"): "carbon_dioxide",
    ("ug/m3", "pm1"): "pm1",
    ("ug/m3", "pm2_5"): "pm25",
    ("ug/m3", "pm25"): "pm25",
    ("ug/m3", "pm10"): "pm10",
}
_NO_UNIT = ("", "/", "count")


class Discovery:
    """What was told of which field; ``state_topic`` returns that of (device, sensor, field)."""

    def __init__(
        self,
        prefix: str,
        namespace: str,
        agent: str,
        state_topic: Callable[[str, str, str], str],
        availability_topic: str,
        statuses: Callable[[], Sequence[SensorStatus]],
    ) -> None:
        self._prefix = prefix
        self._namespace = namespace
        self._agent = agent
        self._state_topic = state_topic
        self._availability_topic = availability_topic
        self._statuses = statuses
        self._told: set[tuple[str, str, str]] = set()

    def forget(self) -> None:
        """Tell all again, each before its next value."""
        self._told.clear()

    def messages(self, device: str, sensor: str, fields: Iterable[str]) -> list[Message]:
        """Return what is to be told of fields that come next."""
        new = [name for name in fields if (device, sensor, name) not in self._told]
        if not new:
            return []
        own = device == self._agent
        found = [each for each in self._statuses() if own and each.name == sensor]
        status = found[0] if found else None
        self._told.update((device, sensor, name) for name in new)
        return [self._message(device, sensor, name, status) for name in new]

    def _message(
        self, device: str, sensor: str, field: str, status: SensorStatus | None
    ) -> Message:
        node, entity = _id(device), _id("_".join(filter(None, (sensor, field))))
        topic = f"{self._prefix}/sensor/{node}/{entity}/config"
        about = self._about(device, sensor, field)
        if status is not None and field in status.units:
            about.update(_quantity(field, status.units[field], status.values.get(field, "")))
            about.update(_expiry(status.every_ms.get(field)))
        return Message(topic, json.dumps(about, ensure_ascii=False).encode(), True)

    def _about(self, device: str, sensor: str, field: str) -> dict[str, Any]:
        guid = f"{self._namespace}.{device}"
        about: dict[str, Any] = {"identifiers": [guid], "name": device}
        if device == self._agent:
            about["sw_version"] = __version__
        else:
            about["via_device"] = f"{self._namespace}.{self._agent}"
        return {
            "name": field,
            "unique_id": f"{guid}.{sensor}.{field}",
            "state_topic": self._state_topic(device, sensor, field),
            "availability_topic": self._availability_topic,
            "device": about,
            "origin": {"name": "byteport-agent", "sw_version": __version__},
        }


def _quantity(field: str, unit: str, text: str) -> dict[str, Any]:
    """Return unit and classes of a field, of which a text has none."""
    shown, kind = _UNITS.get(unit, (unit, ""))
    kind = kind or next((_CLASSES[each] for each in _CLASSES if each == (unit, field)), "")
    found = {} if unit in _NO_UNIT else {"unit_of_measurement": shown}
    if kind:
        found["device_class"] = kind
    if found or _is_number(text):
        found["state_class"] = "measurement"
    return found


def _expiry(every_ms: int | None) -> dict[str, Any]:
    return {} if every_ms is None else {"expire_after": _LATE * every_ms // 1000 + _LATE_S}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _id(name: str) -> str:
    """Return a name as a topic of discovery may have it: letters, digits, _ and -."""
    return name.replace(":", "_")
