"""Any sensor that the kernel drives under IIO: temperature, humidity, pressure, light, ADCs, …

A value is in_X_input, or (in_X_raw + in_X_offset) * in_X_scale, where scale and offset may stand
for all channels of the kind, or of the device. Units are those of Linux
Documentation/ABI/testing/sysfs-bus-iio (temp in 0.001 Cel, humidity in 0.001 %, pressure in kPa,
voltage in mV, …), turned into SenML's. HID inclinometers give radians where it says degrees
(hid-sensor-attributes.c). Witness: that document, whose examples and rules the tests repeat.
"""

import os
from math import degrees
from re import fullmatch

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux.kernel_files import entries, optional_text, read_number

_DEVICES = "/sys/bus/iio/devices"
_IN_RADIANS = "incli_3d"  # the name of every HID inclinometer
_CHANNEL = r"in_([a-z]+)(\d*)(?:-([a-z]+)(\d+))?(?:_([a-z0-9]+))?_(raw|input)"

# kind in the kernel: name, factor, SenML unit, decimals
_KINDS: dict[str, tuple[str, float, str, int]] = {
    "temp": ("temperature", 0.001, "Cel", 2),
    "humidityrelative": ("humidity", 0.001, "%RH", 1),
    "pressure": ("pressure", 10.0, "hPa", 2),
    "voltage": ("voltage", 0.001, "V", 4),
    "altvoltage": ("altvoltage", 0.001, "V", 4),
    "current": ("current", 0.001, "A", 4),
    "power": ("power", 0.001, "W", 4),
    "energy": ("energy", 1.0, "J", 1),
    "resistance": ("resistance", 1.0, "Ohm", 1),
    "capacitance": ("capacitance", 1e-9, "F", 12),
    "illuminance": ("illuminance", 1.0, "lx", 2),
    "intensity": ("intensity", 1.0, "/", 1),
    "uvindex": ("uvindex", 1.0, "/", 2),
    "proximity": ("proximity", 1.0, "m", 4),
    "distance": ("distance", 1.0, "m", 4),
    "accel": ("accel", 1.0, "m/s2", 4),
    "anglvel": ("anglvel", 1.0, "rad/s", 4),
    "magn": ("magn", 1e-4, "T", 8),
    "rot": ("rot", 1.0, "deg", 2),
    "incli": ("incli", 1.0, "deg", 2),
    "angl": ("angl", 1.0, "rad", 4),
    "concentration": ("concentration", 1.0, "%", 4),
    "ph": ("ph", 1.0, "pH", 2),
    "electricalconductivity": ("electricalconductivity", 1.0, "S/m", 5),
    "massconcentration": ("massconcentration", 1.0, "ug/m3", 1),
    "velocity": ("velocity", 1.0, "m/s", 3),
    "count": ("count", 1.0, "count", 0),
    "steps": ("steps", 1.0, "count", 0),
}


class IIO:
    """One IIO device, by its name ("bme280"), label, place on its bus ("1-0076") or "iio:device0".

    Without ``channels`` it has all that the kernel shows; an instance's CHANNELS name them.
    """

    BUS = "kernel"
    CHANNELS: tuple[tuple[str, str, int], ...] = ()

    def __init__(
        self, device: str, channels: "list[str] | tuple[str, ...]" = (), *, root: str = "/"
    ) -> None:
        self._sensor = f"iio {device}"
        self._path = find_device(root.rstrip("/") + _DEVICES, device, "iio")
        self._id = optional_text(f"{self._path}/name")
        found = channels_of(self._path)
        for name in channels:
            if name not in found:
                raise ChipNotFound(f"{self._sensor} has no channel {name!r}: {_listed(found)}")
        if not found:
            raise ChipNotFound(f"{self._sensor} has no channel that can be read")
        self._attributes = [found[name] for name in channels or found]
        self.CHANNELS = tuple(
            (name, *_KINDS[kind_of(attribute)][2:])
            for name, attribute in zip(channels or found, self._attributes, strict=True)
        )

    def start(self) -> int:
        """Return 0: the kernel measures when it is read, or has a sample."""
        return 0

    def read(self) -> tuple[float, ...]:
        """Return a value of each channel in the order and units of CHANNELS."""
        if optional_text(f"{self._path}/name") != self._id:  # numbers may be given out anew
            raise ChipNotFound(f"{self._sensor}: {self._path} is gone or another device now")
        return tuple(read_channel(self._path, name, self._sensor) for name in self._attributes)


def find_device(devices: str, wanted: str, kind: str) -> str:
    """Return the directory of the one device that has this name, label, place or number."""
    found = {}
    for entry in entries(devices):
        path = f"{devices}/{entry}"
        name = optional_text(f"{path}/name")
        if name:
            place = os.path.basename(os.path.dirname(os.path.realpath(path)))
            found[entry] = (name, entry, optional_text(f"{path}/label"), place)
    matches = [entry for entry, names in found.items() if wanted and wanted in names]
    if len(matches) == 1:
        return f"{devices}/{matches[0]}"
    if matches:
        raise ChipNotFound(f"{kind} {wanted}: there are {', '.join(matches)}: write which one")
    present = ", ".join(names[0] for names in found.values())
    raise ChipNotFound(
        f"{kind} {wanted}: the kernel has no such device"
        + (f": it has {present}" if present else ": is its overlay or module loaded?")
    )


def channels_of(path: str) -> dict[str, str]:
    """Return the attribute to read for each channel's name."""
    found: dict[str, str] = {}
    for attribute in entries(path):
        match = fullmatch(_CHANNEL, attribute)
        if match is None or match[1] not in _KINDS:
            continue
        kind, index, _, other, modifier, form = match.groups(default="")
        name = _KINDS[kind][0] + index + f"_{other}" * bool(other) + f"_{modifier}" * bool(modifier)
        if form == "input" or name not in found:
            found[name] = attribute
    return dict(sorted(found.items()))


def read_channel(path: str, attribute: str, sensor: str) -> float:
    """Return a channel's value in the unit of its kind."""
    value = read_number(f"{path}/{attribute}", sensor)
    if attribute.endswith("_raw"):
        offset = _shared(path, attribute, "offset", 0.0, sensor)
        value = (value + offset) * _shared(path, attribute, "scale", 1.0, sensor)
    kind = kind_of(attribute)
    value *= _KINDS[kind][1]
    if kind == "incli" and optional_text(f"{path}/name") == _IN_RADIANS:
        value = degrees(value)
    if value - value != 0:
        raise BadReading(f"{sensor}: {attribute} is {value}")
    return value


def kind_of(attribute: str) -> str:
    """Return the kernel's word for what an attribute measures."""
    match = fullmatch(_CHANNEL, attribute)
    assert match is not None
    return match[1]


def _shared(path: str, attribute: str, what: str, default: float, sensor: str) -> float:
    """Return scale or offset: the channel's own, its kind's, all inputs', the device's, or none."""
    own = attribute.removesuffix("_raw")
    kind = kind_of(attribute)
    modifier = own.rpartition("_")[2]
    stems = (own, f"in_{kind}_{modifier}", f"in_{kind}-{kind}", f"in_{kind}", "in")
    for stem in (*(f"{stem}_" for stem in stems), ""):
        if stem == f"in_{kind}-{kind}_" and "-" not in own:
            continue
        file = f"{path}/{stem}{what}"
        if os.path.exists(file):
            return read_number(file, sensor)
    return default


def _listed(names: dict[str, str]) -> str:
    return f"it has {', '.join(names)}" if names else "it has none"
