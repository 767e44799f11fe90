"""Any sensor that the kernel shows under hwmon: temperatures, voltages, currents, fans, power.

Files and units are those of Linux Documentation/hwmon/sysfs-interface.rst (temp in 0.001 Cel, in
and curr in 0.001 V and A, power in uW, energy in uJ, humidity in 0.001 %, fan in 1/min), turned
into SenML's. A temperature whose sensor the kernel calls faulty is refused.
Witness: that document, whose rules the tests repeat.
"""

from re import fullmatch, sub

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux.iio import find_device
from byteport_drivers.linux.kernel_files import entries, optional_text, read_number

_DEVICES = "/sys/class/hwmon"
_INPUT = r"(temp|in|curr|power|energy|humidity|fan|freq)(\d{1,3})_(input|average)"

# kind in the kernel: name, factor, SenML unit, decimals
_KINDS: dict[str, tuple[str, float, str, int]] = {
    "temp": ("temperature", 1e-3, "Cel", 2),
    "in": ("voltage", 1e-3, "V", 3),
    "curr": ("current", 1e-3, "A", 3),
    "power": ("power", 1e-6, "W", 3),
    "energy": ("energy", 1e-6, "J", 3),
    "humidity": ("humidity", 1e-3, "%RH", 1),
    "fan": ("fan", 1.0, "1/min", 0),
    "freq": ("frequency", 1.0, "Hz", 0),
}


class Hwmon:
    """One chip under hwmon, by its name ("coretemp", "sht3x") or "hwmon0".

    A channel is named after its label, else its kind and number ("temperature1"). Without
    ``channels`` it has all that the kernel shows; an instance's CHANNELS name them.
    """

    BUS = "kernel"
    CHANNELS: tuple[tuple[str, str, int], ...] = ()

    def __init__(
        self, device: str, channels: "list[str] | tuple[str, ...]" = (), *, root: str = "/"
    ) -> None:
        self._sensor = f"hwmon {device}"
        self._path = find_device(root.rstrip("/") + _DEVICES, device, "hwmon")
        self._id = optional_text(f"{self._path}/name")
        found = channels_of(self._path)
        for name in channels:
            if name not in found:
                listed = ", ".join(found) or "none"
                raise ChipNotFound(f"{self._sensor} has no channel {name!r}: it has {listed}")
        if not found:
            raise ChipNotFound(f"{self._sensor} has no channel that can be read")
        self._files = [found[name] for name in channels or found]
        self.CHANNELS = tuple((name, *_kind(found[name])[2:]) for name in channels or found)

    def start(self) -> int:
        """Return 0: the kernel measures when it is read, or has a sample."""
        return 0

    def read(self) -> tuple[float, ...]:
        """Return a value of each channel in the order and units of CHANNELS."""
        if optional_text(f"{self._path}/name") != self._id:  # numbers may be given out anew
            raise ChipNotFound(f"{self._sensor}: {self._path} is gone or another device now")
        return tuple(self._value(file) for file in self._files)

    def _value(self, file: str) -> float:
        stem = file.rpartition("_")[0]
        if optional_text(f"{self._path}/{stem}_fault") == "1":
            raise BadReading(f"{self._sensor}: the kernel calls {stem} faulty: is it connected?")
        return read_number(f"{self._path}/{file}", self._sensor) * _kind(file)[1]


def channels_of(path: str) -> dict[str, str]:
    """Return the file to read for each channel's name."""
    found: dict[str, str] = {}
    for file in entries(path):
        match = fullmatch(_INPUT, file)
        if match is None:
            continue
        stem = match[1] + match[2]
        label = sub(r"\W+", "_", optional_text(f"{path}/{stem}_label")).strip("_").lower()
        name = label or _KINDS[match[1]][0] + match[2]
        if label and name in found:
            name = f"{name}_{stem}"  # two with one label
        if match[3] == "input" or name not in found:
            found[name] = file
    return found


def _kind(file: str) -> tuple[str, float, str, int]:
    match = fullmatch(_INPUT, file)
    assert match is not None
    return _KINDS[match[1]]
