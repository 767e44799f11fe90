"""Buses by the names that a configuration gives them: "i2c-1", "spi-0.0", "/dev/ttyAMA0".

The device files' own names ("/dev/i2c-1", "/dev/spidev0.0", "ttyUSB0") mean the same.
"""

from re import fullmatch
from typing import Any

from byteport_agent.command_errors import ConfigurationError

DEFAULT_BUS = {"i2c": "i2c-1", "spi": "spi-0.0", "uart": "/dev/serial0"}
_I2C = r"(?:/dev/)?i2c-(\d{1,3})"
_SPI = r"(?:/dev/)?spi(?:-|dev)(\d{1,2})\.(\d{1,2})"
_CHANNELS = r"(?:/0x7[0-7]/[0-7])+"  # behind multiplexers, see `shared`
_UART = r"/dev/[\w./-]+|tty\w+|serial\d"


def open_bus(name: str, **options: Any) -> Any:
    """Open a bus; ``options`` are spi's speed_hz and mode, uart's baudrate."""
    kind = kind_of_bus(name)
    if kind == "i2c":
        from byteport_agent.buses.i2c import open_i2c

        return open_i2c(_numbers(_I2C, name)[0], **options)
    if kind == "spi":
        from byteport_agent.buses.spi import open_spi

        return open_spi(*_numbers(_SPI, name), **options)
    from byteport_agent.buses.uart import open_uart

    return open_uart(name if name.startswith("/") else f"/dev/{name}", **options)


def kind_of_bus(name: str) -> str:
    """Return "i2c", "spi" or "uart"; raise ConfigurationError saying how buses are written."""
    kinds = (("i2c", _I2C + f"(?:{_CHANNELS})?"), ("spi", _SPI), ("uart", _UART))
    for kind, pattern in kinds:
        if fullmatch(pattern, name):
            return kind
    raise ConfigurationError(f"{name!r} is no bus: write such as i2c-1, spi-0.0 or /dev/ttyAMA0")


def _numbers(pattern: str, name: str) -> list[int]:
    match = fullmatch(pattern, name)
    if match is None:
        raise ValueError(f"{name} is a channel behind a multiplexer: `shared` opens those")
    return [int(number) for number in match.groups()]
