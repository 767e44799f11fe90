"""The Linux machine itself: load, memory, disk, CPU temperature, network and uptime.

Reads the kernel's files and not gpiozero's internal devices, whose import takes 120 ms and 11 MB.
Sources: Linux Documentation/filesystems/proc.rst, driver-api/thermal/sysfs-api.rst and
hwmon/sysfs-interface.rst; statvfs(3).
"""

import os
from collections.abc import Callable
from glob import glob
from re import fullmatch
from typing import TypeVar

from byteport.errors import BadReading, ChipNotFound

_LOAD, _MEMORY, _UPTIME = "/proc/loadavg", "/proc/meminfo", "/proc/uptime"
_NETWORK = "/proc/net/dev"
_CPU_ZONES = "cpu|soc|x86_pkg_temp|bcm2835"  # in a thermal zone's type; acpitz and others lie
_CPU_CHIPS = ("coretemp", "k10temp", "zenpower", "cpu_thermal")  # hwmon, where no zone is the CPU's
_MAX_BYTES = 1_000_000

Values = TypeVar("Values")


class System:
    """The machine this runs on; ``root`` is where its /proc, /sys and disk are.

    An instance's CHANNELS leave out what the machine has not: a CPU temperature, a network.
    Network bytes are counted since the start, over all interfaces but the loopback.
    """

    BUS = "kernel"
    CHANNELS: tuple[tuple[str, str, int], ...] = (
        ("load_1min", "/", 2),
        ("memory_used", "%", 1),
        ("memory_available", "KiB", 0),
        ("disk_used", "%", 1),
        ("disk_free", "GB", 3),
        ("uptime", "s", 0),
        ("cpu_temperature", "Cel", 1),
        ("net_received", "B", 0),
        ("net_sent", "B", 0),
    )

    def __init__(self, root: str = "/") -> None:
        self._root = root.rstrip("/")
        for path in (_LOAD, _MEMORY, _UPTIME):
            if not os.path.isfile(self._root + path):
                raise ChipNotFound(f"system: {self._root}{path} is missing: is this Linux?")
        self._temperature_path = cpu_temperature_path(self._root)
        self._has_network = os.path.isfile(self._root + _NETWORK)
        self.CHANNELS = tuple(
            channel
            for channel in System.CHANNELS
            if (self._temperature_path or not channel[0].startswith("cpu"))
            and (self._has_network or not channel[0].startswith("net"))
        )

    def start(self) -> int:
        """Return 0: the kernel has every value at hand."""
        return 0

    def read(self) -> tuple[float, ...]:
        """Return the present values in the order and units of CHANNELS."""
        values = [_parsed(self._root + _LOAD, parse_load)]
        values += _parsed(self._root + _MEMORY, parse_memory)
        values += disk_usage(self._root or "/")
        values.append(_parsed(self._root + _UPTIME, parse_uptime))
        if self._temperature_path:
            values.append(_parsed(self._temperature_path, parse_temperature))
        if self._has_network:
            values += _parsed(self._root + _NETWORK, parse_network)
        return tuple(values)


def cpu_temperature_path(root: str) -> str:
    """Return the file of the CPU's temperature in 0.001 Cel, empty where the machine has none."""
    for zone in sorted(glob(f"{root}/sys/class/thermal/thermal_zone*"), key=_zone_number):
        if fullmatch(f".*({_CPU_ZONES}).*", _name(f"{zone}/type").lower()):
            return f"{zone}/temp"
    for chip in sorted(glob(f"{root}/sys/class/hwmon/hwmon*")):
        path = f"{chip}/temp1_input"
        if _name(f"{chip}/name") in _CPU_CHIPS and os.path.isfile(path):
            return path
    return ""


def disk_usage(path: str) -> tuple[float, float]:
    """Return (used % as df shows it, free GB) of the file system at path."""
    try:
        disk = os.statvfs(path)
    except OSError as error:
        raise BadReading(f"system: disk at {path}: {error.strerror}") from None
    used = disk.f_blocks - disk.f_bfree
    if used < 0 or used + disk.f_bavail <= 0:
        raise BadReading(f"system: disk at {path} has no size")
    return 100 * used / (used + disk.f_bavail), disk.f_bavail * disk.f_frsize / 1e9


def parse_load(text: str) -> float:
    load, _, _, _, _ = text.split()
    return _number(load)


def parse_memory(text: str) -> tuple[float, float]:
    """Return (used %, available KiB)."""
    sizes = dict(line.split(":", 1) for line in text.splitlines())
    total, total_unit = sizes["MemTotal"].split()
    available, available_unit = sizes["MemAvailable"].split()
    total_kib, available_kib = _number(total), _number(available)
    if (total_unit, available_unit) != ("kB", "kB") or not 0 <= available_kib <= total_kib != 0:
        raise ValueError
    return 100 * (total_kib - available_kib) / total_kib, available_kib


def parse_uptime(text: str) -> float:
    uptime_s, _ = text.split()
    return _number(uptime_s)


def parse_temperature(text: str) -> float:
    if not fullmatch("-?[0-9]{1,6}\n", text) or not -60_000 < int(text) < 150_000:
        raise ValueError
    return int(text) / 1000


def parse_network(text: str) -> tuple[float, float]:
    """Return (bytes received, bytes sent) of all interfaces but the loopback."""
    head, columns, *interfaces = text.splitlines()
    if not (head.startswith("Inter-") and "bytes" in columns and text.endswith("\n")):
        raise ValueError
    received = sent = 0
    for line in interfaces:
        name, separator, counters = line.rpartition(":")
        values = [int(counter) for counter in counters.split()]
        if not separator or len(values) != 16 or min(values) < 0:
            raise ValueError
        if name.strip() != "lo":
            received += values[0]
            sent += values[8]
    return received, sent


def _parsed(path: str, parse: Callable[[str], Values]) -> Values:
    try:
        with open(path, encoding="latin-1") as file:
            text = file.read(_MAX_BYTES)
    except OSError as error:
        raise BadReading(f"system: {path} cannot be read: {error.strerror}") from None
    try:
        return parse(text)
    except (ValueError, KeyError):
        raise BadReading(f"system: {path} makes no sense: {text[:80]!r}") from None


def _number(text: str) -> float:
    if not fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise ValueError
    return float(text)


def _name(path: str) -> str:
    try:
        with open(path, encoding="latin-1") as file:
            return file.read(100).strip()
    except OSError:
        return ""


def _zone_number(path: str) -> int:
    return int(path.rpartition("zone")[2])
