"""The kinds of buses that Linux gives device files to: where they are, who has them, what makes
them appear.

Sources: Linux Documentation/i2c/dev-interface.rst and spi/spidev.rst; raspi-config's own script for
the names of its functions; Raspberry Pi documentation, "The config.txt file".
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of bus, by the drivers' BUS."""

    bus: str
    subject: str
    patterns: tuple[str, ...]
    group: str  # that has the device files
    subsystem: str  # in udev's rules
    raspi_config: str = ""  # the function that switches it on
    setting: str = ""  # the line of config.txt that does
    module: str = ""  # makes the device files
    hardware: str = ""  # in /sys, there without that module too


I2C = Kind(
    "i2c",
    "i2c",
    ("/dev/i2c-[0-9]*",),
    "i2c",
    "i2c-dev",
    "do_i2c",
    "dtparam=i2c_arm=on",
    "i2c-dev",
    "/sys/bus/i2c/devices/i2c-[0-9]*",
)
SPI = Kind(
    "spi",
    "spi",
    ("/dev/spidev*",),
    "spi",
    "spidev",
    "do_spi",
    "dtparam=spi=on",
    "spidev",
    "/sys/bus/spi/devices/spi[0-9]*",
)
SERIAL = Kind(
    "uart",
    "serial",
    ("/dev/serial[0-9]", "/dev/ttyUSB[0-9]*", "/dev/ttyACM[0-9]*"),
    "dialout",
    "tty",
    "do_serial_hw",
    "enable_uart=1",
)
PINS = Kind("gpio", "gpio", ("/dev/gpiochip[0-9]*",), "gpio", "gpio")
KINDS = (I2C, SPI, SERIAL, PINS)
