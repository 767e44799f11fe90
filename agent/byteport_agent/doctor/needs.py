"""What a configuration needs of the machine: device files of buses, and pins."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from re import sub

from byteport_agent.buses.shared import root_of
from byteport_agent.config import Configuration, Sensor

Devices = dict[str, list[str]]  # device file, empty for a kind without: names of its sensors


@dataclass(frozen=True)
class Needs:
    """By the drivers' BUS, what is needed; ``known`` is False where there is no configuration."""

    known: bool = False
    kinds: Mapping[str, Devices] = field(default_factory=dict)

    def of(self, kind: str) -> Devices:
        return self.kinds.get(kind, {})


def needs_of(configuration: Configuration | None) -> Needs:
    """Return what a configuration's sensors need."""
    if configuration is None:
        return Needs()
    kinds: dict[str, Devices] = {}
    for sensor in configuration.sensors:
        devices = kinds.setdefault(_kind(sensor), {})
        devices.setdefault(device_file(sensor.bus), []).append(sensor.name)
    return Needs(True, kinds)


def device_file(bus: str) -> str:
    """Return the device file behind a bus's name: /dev/spidev0.0 for spi-0.0."""
    if not bus:
        return ""
    name = sub(r"^spi-", "spidev", root_of(bus))
    return name if name.startswith("/") else f"/dev/{name}"


def _kind(sensor: Sensor) -> str:
    """Return the driver's BUS; a DHT that the kernel reads needs no pin of ours."""
    return "kernel" if sensor.options.get("backend") == "iio" else sensor.found.bus
