"""Bosch BME280: a BMP280 that measures relative humidity too.

Datasheet BST-BME280-DS002: 3.3 (modes), 5.4 (registers, of which ctrl_hum counts from the next
write to ctrl_meas on), 8.1 (compensation, in floats), 9.1 (measurement time). H4 and H5 are of 12
bits and share a byte.
"""

from struct import pack

from byteport_mocks.chips.bmp280 import TRIM, SimulatedBMP280, times, where

_TRIM_H1 = 0xA1
_TRIM_H2 = 0xE1
_CTRL_HUM = 0xF2
_CTRL_MEAS = 0xF4
_HUMIDITY = 0xFD

_NO_HUMIDITY = b"\x80\x00"

HUMIDITY_TRIM = (75, 376, 0, 286, 50, 30)  # a real part's, from pimoroni/bme280-python's tests


class SimulatedBME280(SimulatedBMP280):
    """Measures once when forced, or over and over; ``humidity_trim`` is H1 to H6."""

    QUANTITIES = (
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.02, 45.0),
        ("pressure", 300.0, 1100.0, 0.028, 1013.25),
    )
    ID = (0xD0, 0x60)
    STANDBY_US = (500, 62500, 125000, 250000, 500000, 1000000, 10000, 20000)

    def __init__(
        self,
        address: "int | None" = None,
        trim: "tuple[int, ...]" = TRIM,
        humidity_trim: "tuple[int, ...]" = HUMIDITY_TRIM,
    ) -> None:
        self._humidity_trim = humidity_trim
        super().__init__(address, trim)

    def restore(self) -> None:
        super().restore()
        h1, h2, h3, h4, h5, h6 = self._humidity_trim
        self.put(_TRIM_H1, h1)
        shared = h4 & 0x0F | (h5 & 0x0F) << 4
        self.put_bytes(_TRIM_H2, pack("<hBbBbb", h2, h3, h4 >> 4, shared, h5 >> 4, h6))
        self.put_bytes(_HUMIDITY, _NO_HUMIDITY)

    def reset(self) -> None:
        super().reset()
        self._humidity_sampling = 0

    def on_write(self, register: int, value: int) -> None:
        if register == _CTRL_MEAS:
            self._humidity_sampling = times(self.get(_CTRL_HUM))
        super().on_write(register, value)

    def oversampling(self) -> "tuple[int, ...]":
        return super().oversampling() + (self._humidity_sampling,)  # noqa: RUF005 (MicroPython)

    def measured(self) -> None:
        super().measured()
        _, fine = self._temperature(self.oversampling()[0])
        if self._humidity_sampling == 0 or self.quantities["humidity"] is None:
            self.put_bytes(_HUMIDITY, _NO_HUMIDITY)
            return
        trim = self._humidity_trim
        raw = where(lambda raw: percent(trim, fine, raw), self.value_of("humidity"), 0xFFFF)
        self.put_bytes(_HUMIDITY, pack(">H", raw))


def percent(trim: "tuple[int, ...]", fine: float, raw: int) -> float:
    """8.1: the relative humidity at that temperature, in 1/5120 degrees; not limited to 100."""
    h1, h2, h3, h4, h5, h6 = trim
    v = fine - 76800.0
    gain = 1.0 + h3 / 67108864.0 * v
    gain = h2 / 65536.0 * (1.0 + h6 / 67108864.0 * v * gain)
    humidity = (raw - (h4 * 64.0 + h5 / 16384.0 * v)) * gain
    return humidity * (1.0 - h1 * humidity / 524288.0)
