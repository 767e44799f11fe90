"""Maxim DS18B20, a temperature probe on a 1-Wire bus.

Datasheet 19-7487, table 1 (temperature), figure 9 (scratchpad), table 2 (conversion times): after
power-on the temperature reads 85 degrees until a conversion has been made.
"""

from byteport_mocks.onewire import OneWirePart, crc8

_CONVERT = 0x44
_WRITE_SCRATCHPAD = 0x4E
_COPY_SCRATCHPAD = 0x48
_READ_SCRATCHPAD = 0xBE
_POWER_ON_SIXTEENTHS = 0x0550
_TWELVE_BITS = 0x7F


class SimulatedDS18B20(OneWirePart):
    """One probe with its own power; alarm limits and resolution survive a power cut if copied."""

    FAMILY = 0x28
    QUANTITIES = (("temperature", -55.0, 125.0, 0.0625, 21.5),)

    def __init__(self, serial: int = 0x1B81C02) -> None:
        self._eeprom = bytes((0x4B, 0x46, _TWELVE_BITS))
        super().__init__(serial)

    def reset(self) -> None:
        self._sixteenths = _POWER_ON_SIXTEENTHS
        self._settings = bytearray(self._eeprom)
        self.start()

    def start(self) -> None:
        self._command: "int | None" = None
        self._place = 0

    def scratchpad(self) -> bytes:
        """Return the nine bytes that a read gives."""
        raw = self._sixteenths & 0xFFFF
        head = bytes((raw & 0xFF, raw >> 8)) + bytes(self._settings) + b"\xff\x0c\x10"
        return head + bytes((crc8(head),))

    def conversion_ms(self) -> int:
        return 750 >> 3 - self._resolution()

    def _resolution(self) -> int:
        return self._settings[2] >> 5 & 3  # 0 to 3 for 9 to 12 bits

    def write_byte(self, byte: int) -> None:
        if self._command is None:
            self._command = byte
            if byte == _CONVERT:
                self.begin(750000 >> 3 - self._resolution())
            elif byte == _COPY_SCRATCHPAD:
                self._eeprom = bytes(self._settings)
        elif self._command == _WRITE_SCRATCHPAD and self._place < 3:
            self._settings[self._place] = byte
            self._place += 1

    def read_byte(self) -> int:
        if self._command == _READ_SCRATCHPAD and self._place < 9:
            self._place += 1
            return self.scratchpad()[self._place - 1]
        return 0x00 if self._command == _CONVERT and self.busy() else 0xFF

    def measured(self) -> None:
        step = 8 >> self._resolution()
        sixteenths = round(self.value_of("temperature") * 16 / step) * step
        self._sixteenths = min(max(sixteenths, -55 * 16), 125 * 16)
