"""Bosch BMP180, temperature and air pressure: one conversion at a time, calibration MSB first.

Datasheet BST-BMP180-DS000: 3.3 (conversion times), 3.4 (calibration words, none of them 0x0000 or
0xFFFF), 3.5 (compensation, here in floats and without its roundings), 4 (registers: ctrl_meas with
the bit "start of conversion", the result, 0x8000 after power-on).
"""

from struct import pack

from byteport_mocks.chips.bmp280 import where
from byteport_mocks.registers import RegisterChip

_TRIM = 0xAA
_RESET = 0xE0
_CONTROL = 0xF4
_DATA = 0xF6

_CONVERTING = 0x20
_TEMPERATURE = 0x0E  # without the bit "start of conversion"
_TEMPERATURE_US = 4500
_PRESSURE_US = (4500, 7500, 13500, 25500)

# the worked example of 3.5: AC1 to AC6, B1, B2, MB, MC, MD
TRIM = (408, -72, -14383, 32741, 32757, 23153, 6190, 4, -32768, -8711, 2868)


class SimulatedBMP180(RegisterChip):
    """Converts what ctrl_meas asks for, once; ``trim`` is AC1 to AC6, B1, B2, MB, MC, MD."""

    ADDRESSES = (0x77,)
    # a count of pressure is 3 Pa; the roundings of 3.5 add as much and more
    QUANTITIES = (
        ("temperature", -40.0, 85.0, 0.1, 21.5),
        ("pressure", 300.0, 1100.0, 0.08, 1013.25),
    )
    POWER_ON = {0xD1: 0x02}
    ID = (0xD0, 0x55)

    def __init__(self, address: "int | None" = None, trim: "tuple[int, ...]" = TRIM) -> None:
        self._trim = trim
        super().__init__(address)

    def restore(self) -> None:
        super().restore()
        self.put_bytes(_TRIM, pack(">hhhHHHhhhhh", *self._trim))
        self.put_bytes(_DATA, b"\x80\x00\x00")

    def on_write(self, register: int, value: int) -> None:
        if register == _RESET:
            if value == 0xB6:
                self.power_on()
        elif register == _CONTROL:
            super().on_write(register, value)
            if value & _CONVERTING:
                pressure = value & 0x1F != _TEMPERATURE
                self.begin(_PRESSURE_US[value >> 6] if pressure else _TEMPERATURE_US)

    def measured(self) -> None:
        control = self.get(_CONTROL) & ~_CONVERTING
        self.put(_CONTROL, control)
        if control & 0x1F == _TEMPERATURE:
            self.put_bytes(_DATA, pack(">H", self._temperature()))
        else:
            bits = 8 - (control >> 6)  # of the 24, not used
            self.put_bytes(_DATA, pack(">I", self._pressure(control >> 6) << bits)[1:])

    def _temperature(self) -> int:
        wanted = self.value_of("temperature") * 160
        return where(lambda raw: fine_temperature(self._trim, raw), wanted, 0xFFFF)

    def _pressure(self, setting: int) -> int:
        fine = fine_temperature(self._trim, self._temperature())
        wanted = self.value_of("pressure") * 100
        top = (0x10000 << setting) - 1
        return where(lambda raw: pascals(self._trim, fine, raw / (1 << setting)), wanted, top)


def fine_temperature(trim: "tuple[int, ...]", raw: int) -> float:
    """3.5: B5, the temperature in 1/160 degrees; the formula has a pole at the cold end."""
    x1 = (raw - trim[5]) * trim[4] / 32768.0
    if x1 + trim[10] <= 0:
        return -1e9
    return x1 + trim[9] * 2048.0 / (x1 + trim[10])


def pascals(trim: "tuple[int, ...]", fine: float, raw: float) -> float:
    """3.5: the pressure at that temperature, of counts without oversampling."""
    ac1, ac2, ac3, ac4, _, _, b1, b2, _, _, _ = trim
    b6 = fine - 4000.0
    b3 = ac1 + (b2 * b6 * b6 / 8388608.0 + ac2 * b6 / 2048.0) / 4.0
    x3 = (ac3 * b6 / 8192.0 + b1 * b6 * b6 / 268435456.0) / 4.0
    b4 = ac4 * (x3 / 32768.0 + 1.0)
    p = (raw - b3) * 100000.0 / b4
    return p + (p * p * (3038.0 / 4294967296.0) - 7357.0 * p / 65536.0 + 3791.0) / 16.0
