"""Infineon DPS310, temperature and air pressure: single measurements or a series of both.

Datasheet v1.2: 4.3 (modes), 4.9 (compensation, in floats), 7 and 8 (registers), tables 9 and 16
(measurement times, scale factors). A ready bit goes when its result is read; coefficients are
there 40 ms after power-on, or at once if the clock stands at 0. Not simulated: the FIFO, the
interrupts, and results above eightfold oversampling without the shift that they need.
"""

from byteport_mocks.chips.bmp280 import where
from byteport_mocks.registers import RegisterChip

_PRESSURE = 0x00
_TEMPERATURE = 0x03
_PRESSURE_CONFIG = 0x06
_TEMPERATURE_CONFIG = 0x07
_MEASURE = 0x08
_RESET = 0x0C
_COEFFICIENTS = 0x10
_COEFFICIENTS_SOURCE = 0x28

_SENSOR_READY_US = 12000
_COEFFICIENTS_READY_US = 40000
_DURATIONS_US = (3600, 5200, 8400, 14800, 27600, 53200, 104400, 206800)
_SCALES = (524288, 1572864, 3670016, 7864320, 253952, 516096, 1040384, 2088960)
_TOP = 0x800000

# a real part's c0, c1, c00, c10, c01, c11, c20, c21, c30 (Infineon/DPS310-Pressure-Sensor#30)
TRIM = (222, -297, 79832, -56308, -2295, 1444, -9701, 111, -1289)


class SimulatedDPS310(RegisterChip):
    """Measures what MEAS_CFG asks for; ``external`` is where its coefficients are for."""

    ADDRESSES = (0x77, 0x76)
    QUANTITIES = (
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("pressure", 300.0, 1200.0, 0.01, 1013.25),
    )
    READ_ONLY = tuple(range(6)) + (0x0A, 0x0B, 0x0D, 0x28) + tuple(range(0x10, 0x22))  # noqa: RUF005
    ID = (0x0D, 0x10)

    def __init__(
        self,
        address: "int | None" = None,
        trim: "tuple[int, ...]" = TRIM,
        external: bool = True,
    ) -> None:
        self._trim = trim
        self._external = external
        super().__init__(address)

    def restore(self) -> None:
        super().restore()
        c0, c1, c00, c10 = self._trim[:4]
        words = (c0 & 0xFFF) << 12 | c1 & 0xFFF, (c00 & 0xFFFFF) << 20 | c10 & 0xFFFFF
        data = words[0].to_bytes(3, "big") + words[1].to_bytes(5, "big")
        for value in self._trim[4:]:
            data += (value & 0xFFFF).to_bytes(2, "big")
        self.put_bytes(_COEFFICIENTS, data)
        self.put(_COEFFICIENTS_SOURCE, 0x80 if self._external else 0)

    def reset(self) -> None:
        self._on_us = self.now_us() or -_COEFFICIENTS_READY_US
        self._ready = 0
        self._mode = 0

    def on_read(self, register: int) -> int:
        if register == _MEASURE:
            on_us = self.now_us() - self._on_us
            ready = self._ready | (0x40 if on_us >= _SENSOR_READY_US else 0)
            return self._mode | ready | (0x80 if on_us >= _COEFFICIENTS_READY_US else 0)
        if register < _TEMPERATURE:
            self._ready &= ~0x10
        elif register < _PRESSURE_CONFIG:
            self._ready &= ~0x20
        return super().on_read(register)

    def on_write(self, register: int, value: int) -> None:
        if register == _RESET:
            if value & 0x0F == 0x09:
                self.power_on()
        elif register != _MEASURE:
            super().on_write(register, value)
        elif self.now_us() - self._on_us >= _SENSOR_READY_US:
            self._mode = value & 7
            self.halt()
            if self._mode & 3:
                self.begin(self._duration_us())

    def _duration_us(self) -> int:
        duration_us = 0
        if self._mode & 1:
            duration_us += _DURATIONS_US[self.get(_PRESSURE_CONFIG) & 7]
        if self._mode & 2:
            duration_us += _DURATIONS_US[self.get(_TEMPERATURE_CONFIG) & 7]
        return duration_us

    def measured(self) -> None:
        scaled_t = self._temperature()
        if self._mode & 2:
            self._put_result(_TEMPERATURE, scaled_t, self.get(_TEMPERATURE_CONFIG))
            self._ready |= 0x20
        if self._mode & 1:
            self._put_result(_PRESSURE, self._pressure(scaled_t), self.get(_PRESSURE_CONFIG))
            self._ready |= 0x10
        if self._mode & 4:
            per_second = 1 << (self.get(_PRESSURE_CONFIG) >> 4 & 7)
            self.begin(max(1000000 // per_second, self._duration_us()))
        else:
            self._mode = 0

    def _put_result(self, register: int, scaled: float, config: int) -> None:
        counts = round(scaled * _SCALES[config & 7])
        counts = min(max(counts, -_TOP), _TOP - 1) & 0xFFFFFF
        self.put_bytes(register, counts.to_bytes(3, "big"))

    def _temperature(self) -> float:
        """Return T_raw_sc of 4.9.1."""
        return (self.value_of("temperature") - self._trim[0] * 0.5) / self._trim[1]

    def _pressure(self, scaled_t: float) -> float:
        """Return P_raw_sc of 4.9.2; pressure falls as the counts rise."""
        wanted = -100.0 * self.value_of("pressure")
        step = where(
            lambda n: -pascals(self._trim, scaled_t, (n - _TOP) / _TOP), wanted, 2 * _TOP - 1
        )
        return (step - _TOP) / _TOP


def pascals(trim: "tuple[int, ...]", t: float, p: float) -> float:
    """4.9.2: the pressure of scaled results."""
    _, _, c00, c10, c01, c11, c20, c21, c30 = trim
    return c00 + p * (c10 + p * (c20 + p * c30)) + t * c01 + t * p * (c11 + p * c21)
