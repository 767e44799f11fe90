"""Looks for sensors that the kernel shows: 1-Wire, IIO, hwmon, and the machine's pins."""

import fcntl
from collections import Counter
from collections.abc import Callable, Iterator
from glob import glob
from struct import unpack

from byteport_agent.scanning.finds import Find, Section
from byteport_drivers.linux import hwmon, iio
from byteport_drivers.linux.ds18b20 import probes
from byteport_drivers.linux.kernel_files import entries, optional_text

_W1 = "/sys/bus/w1/devices"
_CHIP_INFO = 0x8044B401  # GPIO_GET_CHIPINFO_IOCTL of uapi/linux/gpio.h


def kernel_sections(root: str) -> Iterator[Section]:
    """Yield the sections of those that are there."""
    for section in (
        _w1_section(root),
        _class_section("IIO", f"{root}/sys/bus/iio/devices", "iio", iio.channels_of, True),
        _class_section("hwmon", f"{root}/sys/class/hwmon", "hwmon", hwmon.channels_of, False),
        _gpio_section(root),
    ):
        if section.finds:
            yield section


def _w1_section(root: str) -> Section:
    finds = []
    known = probes(root + _W1)
    for name in entries(root + _W1):
        if name in known:
            settings = {"driver": "ds18b20", "address": name}
            finds.append(Find(f"{name}: ds18b20 by its family", settings, sure=True))
        elif "-" in name:
            finds.append(Find(f"{name}: no driver here for family {name.partition('-')[0]}"))
    return Section("1-Wire", finds)


def _class_section(
    title: str, devices: str, driver: str, channels_of: Callable[[str], dict[str, str]], sure: bool
) -> Section:
    names = {entry: optional_text(f"{devices}/{entry}/name") for entry in entries(devices)}
    count = Counter(names.values())
    finds = []
    for entry, name in names.items():
        channels = ", ".join(channels_of(f"{devices}/{entry}"))
        if name and channels:
            settings = {"driver": driver, "device": name if count[name] == 1 else entry}
            finds.append(Find(f"{entry}: {name}: {channels}", settings, sure))
        elif name:
            finds.append(Find(f"{entry}: {name}: no value that can be read"))
    return Section(title, finds)


def _gpio_section(root: str) -> Section:
    paths = sorted(glob(f"{root}/dev/gpiochip[0-9]*"), key=lambda path: (len(path), path))
    return Section(
        "pins: driver = gpio, button, pir, …", [Find(_chip_text(path)) for path in paths]
    )


def _chip_text(path: str) -> str:
    """Return a pin controller's label and number of lines, which it tells without harm."""
    name = path.rpartition("/")[2]
    try:
        with open(path, "rb", buffering=0) as file:
            info = fcntl.ioctl(file, _CHIP_INFO, bytes(68))
    except PermissionError:
        return f"{name}: no permission: 'sudo usermod -aG gpio $USER' and log in again"
    except OSError:
        return name
    _, label, lines = unpack("32s32sI", info)
    return f"{name}: {lines} lines ({label.rstrip(bytes(1)).decode('latin-1')})"
