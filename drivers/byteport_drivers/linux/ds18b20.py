"""Maxim DS18B20 and DS1822: temperature probes on 1-Wire, through the kernel's w1_therm.

Datasheet DS18B20 (19-7487): figure 4 and table 1 (temperature), figure 9 (scratchpad), 1-Wire CRC.
Kernel: Documentation/w1/slaves/w1_therm.rst; in drivers/w1/slaves/w1_therm.c (w1_slave_show) an
empty file is a failed conversion, and the second line repeats the last good one: it is not used.
Witnesses: the datasheet's table 1, and w1thermsensor 2.3.0 on the same files.
"""

import os
from re import fullmatch

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux.kernel_files import entries, read_text
from byteport_drivers.linux.w1_bulk import conversions_of

_DEVICES = "/sys/bus/w1/devices"
_FAMILIES = ("28", "22")  # DS18B20, DS1822: one scratchpad
_POWER_ON_RAW = 0x0550  # 85 degrees: what a probe shows that has not converted
_POWER_ON_CEL = 85.0
_NEAR_KELVIN = 10.0  # how close the reading before must be for 85.0 to be true
_LINE = r"((?:[0-9a-f]{2} ){9}): crc=[0-9a-f]{2} (YES|NO)"


class DS18B20:
    """One probe, by its address such as "28-00000a1b2c3d"; without one the only probe there is.

    Exactly 85.0 is what a probe shows after its power failed: it is a reading only where the one
    before was within 10 degrees of it.
    """

    BUS = "w1"
    CHANNELS = (("temperature", "Cel", 3),)

    def __init__(self, address: str = "", *, root: str = "/") -> None:
        devices = root.rstrip("/") + _DEVICES
        self._address = address or _only_probe(devices)
        self._sensor = f"ds18b20 {self._address}"
        self._path = f"{devices}/{self._address}/w1_slave"
        if not fullmatch(r"[0-9a-f]{2}-[0-9a-f]{12}", str(self._address)):
            raise ChipNotFound(f"{self._sensor}: write an address such as 28-00000a1b2c3d")
        if not self._address.startswith(_FAMILIES):
            raise ChipNotFound(f"{self._sensor} is another kind of chip: a DS18B20's begins 28-")
        if not os.path.exists(self._path):
            raise ChipNotFound(f"{self._sensor} is not on the bus: {_present(devices)}")
        self._bulk = conversions_of(_master(devices, self._address))
        self._bulk.probes.add(self)
        self._round = 0
        self._last_cel: float | None = None

    def start(self) -> int:
        """Convert on all probes of the bus where there are several; a single one does in read()."""
        self._round, wait_ms = self._bulk.ready(self._round)
        return wait_ms

    def read(self) -> tuple[float]:
        """Return a new temperature; the kernel takes 750 ms for that where start() did nothing."""
        temperature = parse(read_text(self._path, self._sensor), self._sensor)
        if temperature == _POWER_ON_CEL and not self._is_hot():
            self._last_cel = None
            raise BadReading(
                f"{self._sensor} shows 85.0, its power-on value: power supply or wiring?"
            )
        self._last_cel = temperature
        return (temperature,)

    def close(self) -> None:
        """Take no more part in the conversions of all probes."""
        self._bulk.probes.discard(self)

    def _is_hot(self) -> bool:
        last = self._last_cel
        return last is not None and abs(last - _POWER_ON_CEL) <= _NEAR_KELVIN


def parse(text: str, sensor: str = "ds18b20") -> float:
    """Return the temperature in the text of w1_slave, whose CRC is checked here once more."""
    match = fullmatch(_LINE, text.partition("\n")[0])
    if match is None:
        raise BadReading(f"{sensor}: w1_slave makes no sense: {text[:80]!r}")
    scratchpad = bytes.fromhex(match[1])
    if match[2] != "YES" or crc8(scratchpad) != 0:
        raise BadReading(f"{sensor}: wrong checksum: wiring, cable length or pull-up resistor?")
    return temperature_of(scratchpad, sensor)


def temperature_of(scratchpad: bytes, sensor: str = "ds18b20") -> float:
    """Return degrees; bits that the resolution leaves undefined count as 0."""
    resolution = scratchpad[4]
    if resolution & 0x9F != 0x1F:  # zeros all along have a right checksum
        raise BadReading(f"{sensor}: its data line is held low or it is no DS18B20")
    undefined = 3 - (resolution >> 5)
    raw = int.from_bytes(scratchpad[:2], "little", signed=True) >> undefined << undefined
    if not -55 * 16 <= raw <= 125 * 16:
        raise BadReading(f"{sensor}: {raw / 16} degrees is beyond -55 to 125")
    return raw / 16


def crc8(data: bytes) -> int:
    """Return Maxim's CRC (x^8 + x^5 + x^4 + 1, reflected); 0 over data and its CRC."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


def probes(devices: str) -> list[str]:
    """Return the addresses of the probes on all 1-Wire buses."""
    return [name for name in entries(devices) if name.startswith(tuple(f + "-" for f in _FAMILIES))]


def _only_probe(devices: str) -> str:
    found = probes(devices)
    if len(found) != 1:
        raise ChipNotFound(f"ds18b20: {_present(devices)}" + ": give its address" * bool(found))
    return found[0]


def _present(devices: str) -> str:
    if not os.path.isdir(devices):
        return "1-Wire is off: add dtoverlay=w1-gpio to /boot/firmware/config.txt and restart"
    found = probes(devices)
    if not found:
        return "no probe is there: wiring, 4.7 kOhm pull-up or power?"
    return f"there is {', '.join(found)}"


def _master(devices: str, address: str) -> str:
    """Return the directory of the bus that a probe is on, which in sysfs is its parent."""
    parent = os.path.dirname(os.path.realpath(f"{devices}/{address}"))
    if os.path.basename(parent).startswith("w1_bus_master"):
        return parent
    masters = [name for name in entries(devices) if name.startswith("w1_bus_master")]
    return f"{devices}/{masters[0]}" if masters else devices
