"""TI TMP102, a temperature sensor: four registers of 16 bits, MSB first.

Datasheet SBOS397, 7.3 and 7.5: 0 temperature, two's complement in 1/16 degree, the upper 12 bits
or (EM) the upper 13 with bit 0 set; it is 0 until the first conversion has ended. 1 configuration,
60A0 after power-on: bit 15 one-shot, 14-13 always 1, 12-11 fault queue, 8 shutdown, 7-6 rate, 5
alert, 4 EM. 2 and 3 alert limits. A conversion takes 35 ms at most, then the chip rests.
"""

from byteport_mocks.registers import RegisterChip

_SAMPLE = 0
_CONFIG = 1

_ONE_SHOT = 0x8000
_SHUTDOWN = 0x0100
_EXTENDED = 0x0010
_WRITABLE = 0x1FD0
_CONVERSION_US = 35000
_PERIODS_US = (4000000, 1000000, 250000, 125000)


class SimulatedTMP102(RegisterChip):
    """Converts at its rate, or once when told to in shutdown."""

    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
    QUANTITIES = (("temperature", -55.0, 125.0, 0.0625, 21.5),)
    UNSEEN = ("busy",)
    WIDTH = 2
    AUTO_INCREMENT = False
    POINTER_MASK = 0x03
    POWER_ON = {_CONFIG: 0x60A0, 2: 0x4B00, 3: 0x5000}
    READ_ONLY = (_SAMPLE,)

    def reset(self) -> None:
        self.begin(_CONVERSION_US)

    def on_write(self, register: int, value: int) -> None:
        if register != _CONFIG:
            super().on_write(register, value)
            return
        self.put(_CONFIG, self.get(_CONFIG) & ~_WRITABLE | value & _WRITABLE)
        if not value & _SHUTDOWN or value & _ONE_SHOT:
            self.begin(_CONVERSION_US)
        else:
            self.halt()

    def on_read(self, register: int) -> int:
        value = self.get(register)
        asleep = register == _CONFIG and value & _SHUTDOWN and not self.busy()
        return value | _ONE_SHOT if asleep else value

    def measured(self) -> None:
        config = self.get(_CONFIG)
        sixteenths = round(self.value_of("temperature") * 16)
        if config & _EXTENDED:
            self.put(_SAMPLE, min(max(sixteenths, -4096), 4095) << 3 | 1)
        else:
            self.put(_SAMPLE, min(max(sixteenths, -2048), 2047) << 4)
        if not config & _SHUTDOWN:
            self._due_us = self.measured_us + _PERIODS_US[config >> 6 & 3]
            self._period_us = _PERIODS_US[config >> 6 & 3]
