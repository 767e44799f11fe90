"""The buses and pins of a board's drivers beside I2C; read where a configuration has them."""

import machine  # type: ignore[import-not-found]

from byteport.compat import const

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any


def new_bus(kind: str, number: int, settings: "dict[str, Any]") -> "Any":
    """Return an SPI bus or a UART as station.json describes it; pins that are not named stay."""
    options = dict(settings)
    for role in ("sck", "mosi", "miso", "tx", "rx"):
        if role in options:
            options[role] = machine.Pin(options[role])
    return machine.UART(number, **options) if kind == "uart" else SelectedSPI(number, options)


def pin_for(bus: str, pin: "int | str", pull: "str | None") -> "Any":
    """Return what a driver of such a bus ("pin", "adc" or "w1") is given for a pin."""
    if bus == "adc":
        return analog_input(pin)
    pulls: "dict[Any, Any]" = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
    made = machine.Pin(pin, machine.Pin.IN, pulls.get(pull))
    if bus == "w1":
        import onewire  # type: ignore[import-not-found]

        return onewire.OneWire(made)
    return made


def analog_input(pin: "int | str") -> "Any":
    """Return a pin's ADC; an ESP32's with all of its range."""
    adc = machine.ADC(machine.Pin(pin))
    if hasattr(adc, "atten"):
        adc.atten(machine.ADC.ATTN_11DB)
    return adc


class SelectedSPI:
    """`byteport.bus.SPIBus` on a `machine.SPI` with one chip, which is selected for each transfer.

    Options are those of `machine.SPI` with ``cs`` and ``mode``.
    """

    def __init__(self, number: int, options: "dict[str, Any]") -> None:
        self._select = machine.Pin(options.pop("cs"), machine.Pin.OUT, value=1)
        mode = options.pop("mode", 0)
        self._spi = machine.SPI(number, polarity=mode >> 1, phase=mode & 1, **options)

    def readinto(self, buffer: bytearray, write: int = 0) -> None:
        self._select.value(0)
        try:
            self._spi.readinto(buffer, write)
        finally:
            self._select.value(1)

    def write_readinto(self, data: "bytes | bytearray", buffer: bytearray) -> None:
        self._select.value(0)
        try:
            self._spi.write_readinto(data, buffer)
        finally:
            self._select.value(1)
