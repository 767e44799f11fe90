"""A Raspberry Pi's buses, pins and sensor files, for a program that opens them by itself.

    with SimulatedPi(tmp_path) as pi:
        air = pi.attach(SimulatedBME280())                    # to i2c-1
        dust = pi.attach(SimulatedPMS5003(), "/dev/serial0")
        probe = pi.w1.add(temperature=-18.0)                  # a DS18B20 in /sys/bus/w1
        tank = SimulatedHCSR04(pi.pin(23), pi.pin(24), pi.clock)
        pi.pin(17).state                                      # what a program has written

While it is entered, smbus2, spidev, pyserial and gpiozero find what is wired here, and so do those
who read /sys/bus/w1, /sys/bus/iio and /sys/class/hwmon. All of it shares one virtual clock.
"""

from contextlib import ExitStack
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Any, TypeVar

from byteport_mocks.clock import VirtualClock
from byteport_mocks.fronts.gpio_pins import Pin, Pins, simulated_pins
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.fronts.linux_files import moved
from byteport_mocks.fronts.pyserial import simulated_serial
from byteport_mocks.fronts.spidev import simulated_spidev
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.linux_tree import HwmonTree, IIOTree, W1Tree
from byteport_mocks.spi import SimulatedSPI, SPIChip
from byteport_mocks.uart import SimulatedUART, UARTDevice

if TYPE_CHECKING:
    from byteport_mocks.device import Device

    Part = TypeVar("Part", bound=Device)

_FOLDERS = ("/sys/bus/w1", "/sys/bus/iio", "/sys/class/hwmon")


class SimulatedPi:
    """One Raspberry Pi; ``folder`` is where its sensor files are kept.

    ``i2c``, ``spi`` and ``uarts`` are its buses, by number, (bus, device) and path; there is i2c-1
    from the first, and others as soon as something is attached to them.
    """

    def __init__(self, folder: "Path | str", clock: "VirtualClock | None" = None) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self.i2c: "dict[int, SimulatedI2C]" = {1: SimulatedI2C(self.clock)}
        self.spi: "dict[tuple[int, int], SimulatedSPI]" = {}
        self.uarts: "dict[str, SimulatedUART]" = {}
        self.root = Path(folder)
        self.w1 = W1Tree(self.root)
        self.iio = IIOTree(self.root)
        self.hwmon = HwmonTree(self.root)
        self._fronts = ExitStack()
        self._pins: "Pins | None" = None

    def __enter__(self) -> "SimulatedPi":
        with ExitStack() as fronts:
            enter: Any = fronts.enter_context
            enter(simulated_i2c_dev(self.i2c))
            enter(simulated_spidev(self.spi))
            enter(simulated_serial(self.uarts))
            enter(moved({folder: f"{self.root}{folder}" for folder in _FOLDERS}))
            self._pins = enter(simulated_pins(self.clock))
            self._fronts = fronts.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._fronts.close()

    def attach(self, part: "Part", bus: str = "") -> "Part":
        """Wire a part to a bus and return it: i2c-1, spi-0.0 or /dev/serial0 without ``bus``."""
        if isinstance(part, SPIChip):
            self.spi[_numbers(r"spi-(\d+)\.(\d+)", bus or "spi-0.0")] = SimulatedSPI(
                part, self.clock
            )
        elif isinstance(part, UARTDevice):
            self.uarts[bus or "/dev/serial0"] = SimulatedUART(part, self.clock)
        else:
            (number,) = _numbers(r"i2c-(\d+)", bus or "i2c-1")
            chips: Any = self.i2c.setdefault(number, SimulatedI2C(self.clock))
            chips.attach(part)
        return part

    def pin(self, number: "int | str") -> Pin:
        """Return a pin, by its BCM number or a name such as "BOARD7"."""
        if self._pins is None:
            raise RuntimeError("a SimulatedPi has its pins in the block that enters it")
        pin: Pin = self._pins.pin(number)
        return pin


def _numbers(pattern: str, bus: str) -> Any:
    match = fullmatch(pattern, bus)
    if match is None:
        raise ValueError(f"{bus!r} is no bus for this part: write such as i2c-1 or spi-0.0")
    return tuple(int(number) for number in match.groups())
