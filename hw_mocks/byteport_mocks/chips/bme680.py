"""Bosch BME680, temperature, pressure, humidity and gas: one measurement when it is forced.

Datasheet BST-BME680-DS001: 3.2 (order and times), 3.3 (compensation, in floats), 5.2 and 5.3
(registers), 6.2.1 (pairs in a write). Times are those of Bosch's BME68x API. Not simulated: the
IIR filter, which is off after power-on, heater profiles but the first, and how the plate warms up.
"""

from struct import pack

from byteport_mocks.chips import bmp280
from byteport_mocks.chips.bmp280 import rounded, times, where
from byteport_mocks.registers import RegisterChip

_STATUS = 0x1D
_DATA = 0x1F
_GAS = 0x2A
_HEAT = 0x5A
_HEAT_TIME = 0x64
_CTRL_GAS_0 = 0x70
_CTRL_GAS_1 = 0x71
_CTRL_HUM = 0x72
_CTRL_MEAS = 0x74
_RESET = 0xE0

_NO_SAMPLE = 0x80000
_NEW = 0x80
_GAS_MEASURING = 0x40
_MEASURING = 0x20
_VALID = 0x20
_STABLE = 0x10

_K1 = (0, 0, 0, 0, 0, -1, 0, -0.8, 0, 0, -0.2, -0.5, 0, -1, 0, 0)
_K2 = (0, 0, 0, 0, 0.1, 0.7, 0, -0.8, -0.1, 0, 0, 0, 0, 0, 0, 0)

# a real part's (wrclark/bme680): T1 to T3, P1 to P10, H1 to H7; G1 to G3 are typical ones
TRIM_T = (26203, 26519, 3)
TRIM_P = (35008, -10284, 88, 9692, -202, 30, 24, -516, -3469, 30)
TRIM_H = (794, 1007, 0, 45, 20, 120, -100)
TRIM_G = (-30, -5969, 18)


class SimulatedBME680(RegisterChip):
    """Measures once when forced; ``trim`` is T1 to T3, P1 to P10, H1 to H7 and G1 to G3."""

    ADDRESSES = (0x76, 0x77)
    QUANTITIES = (
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.03, 45.0),
        ("pressure", 300.0, 1100.0, 0.03, 1013.25),
        ("gas_resistance", 5000.0, 500000.0, 400.0, 120000.0),
    )
    WRITE_PAIRS = True
    ID = (0xD0, 0x61)

    def __init__(
        self,
        address: "int | None" = None,
        trim: "tuple[int, ...]" = TRIM_T + TRIM_P + TRIM_H + TRIM_G,
        gas_error: int = 0,
        variant: int = 0,
    ) -> None:
        self._trim = trim
        self._gas_error = gas_error
        self._variant = variant
        super().__init__(address)

    def restore(self) -> None:
        super().restore()
        t1, t2, t3, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 = self._trim[:13]
        h1, h2, h3, h4, h5, h6, h7, g1, g2, g3 = self._trim[13:]
        first = pack("<hbBHhbBhhbb", t2, t3, 0, p1, p2, p3, 0, p4, p5, p7, p6)
        self.put_bytes(0x8A, first + pack("<HhhB", 0, p8, p9, p10))
        shared = (h2 & 15) << 4 | h1 & 15
        second = pack("<BBBbbbBb", h2 >> 4, shared, h1 >> 4, h3, h4, h5, h6, h7)
        self.put_bytes(0xE1, second + pack("<Hhbb", t1, g2, g1, g3))
        self.put_bytes(0x00, bytes((0x2D, 0, 0x10, 0, (self._gas_error & 15) << 4)))
        self.put(0xF0, self._variant)
        self.put_bytes(_DATA, b"\x80\x00\x00\x80\x00\x00\x80\x00")

    def reset(self) -> None:
        self._heating_us = 0

    def on_read(self, register: int) -> int:
        if register == _STATUS and self.busy():
            end_us = self._due_us or 0
            tph = end_us - self.now_us() > self._heating_us
            return _MEASURING if tph or not self._heating_us else _MEASURING | _GAS_MEASURING
        return super().on_read(register)

    def on_write(self, register: int, value: int) -> None:
        if register == _RESET:
            if value == 0xB6:
                self.power_on()
        elif register >= 0x50 and register < 0x76:
            super().on_write(register, value)
            if register == _CTRL_MEAS and value & 3:
                self._start()

    def _start(self) -> None:
        self.put(_STATUS, 0)
        taken = sum(self._sampling())
        self._heating_us = self._heat_us()
        self.begin(1000 + 1963 * taken + 477 * 4 + 477 * 5 + self._heating_us)

    def _sampling(self) -> "tuple[int, ...]":
        """Return how often temperature, pressure and humidity are sampled, 0 where skipped."""
        control = self.get(_CTRL_MEAS)
        return times(control >> 5), times(control >> 2), times(self.get(_CTRL_HUM))

    def _heat_us(self) -> int:
        wait = self.get(_HEAT_TIME)
        return (wait & 63) * 1000 << 2 * (wait >> 6) if self.get(_CTRL_GAS_1) & 0x10 else 0

    def measured(self) -> None:
        sampling = self._sampling()
        wanted = self.value_of("temperature") * 5120
        raw_t = where(lambda raw: fine_temperature(self._trim, raw), wanted)
        raw_t = rounded(raw_t, sampling[0])
        fine = fine_temperature(self._trim, raw_t)
        raw_p = self._pressure(sampling[1], fine)
        raw_h = self._humidity(sampling[2], fine)
        if sampling[0] == 0 or self.quantities["temperature"] is None:
            raw_t = _NO_SAMPLE
        data = pack(">I", raw_p << 12)[:3] + pack(">I", raw_t << 12)[:3] + pack(">H", raw_h)
        self.put_bytes(_DATA, data)
        self._measure_gas()
        self.put(_STATUS, _NEW)
        self.put(_CTRL_MEAS, self.get(_CTRL_MEAS) & 0xFC)

    def _pressure(self, sampling: int, fine: float) -> int:
        if sampling == 0 or self.quantities["pressure"] is None:
            return _NO_SAMPLE
        wanted = -100 * self.value_of("pressure")
        raw = where(lambda raw: -pascals(self._trim[3:13], fine, raw), wanted)
        return rounded(raw, sampling)

    def _humidity(self, sampling: int, fine: float) -> int:
        if sampling == 0 or self.quantities["humidity"] is None:
            return 0x8000
        wanted = self.value_of("humidity")
        trim = self._trim[13:20]
        return where(lambda raw: percent(trim, fine / 5120.0, raw), wanted, 0xFFFF)

    def _measure_gas(self) -> None:
        if not self.get(_CTRL_GAS_1) & 0x10:
            self.put_bytes(_GAS, b"\x00\x00")
            return
        raw, gas_range = gas_counts(self._gas_error, self.value_of("gas_resistance"))
        hot = self.get(_HEAT) and self._heating_us and not self.get(_CTRL_GAS_0) & 8
        stable = _STABLE if hot and self.quantities["gas_resistance"] is not None else 0
        self.put(_GAS, raw >> 2)
        self.put(_GAS + 1, (raw & 3) << 6 | _VALID | stable | gas_range)


def fine_temperature(trim: "tuple[int, ...]", raw: int) -> float:
    """3.3.1: as the BMP280's, with T3 in units of 16."""
    return bmp280.fine_temperature((trim[0], trim[1], trim[2] * 16), raw)


def pascals(trim: "tuple[int, ...]", fine: float, raw: int) -> float:
    """3.3.2: the pressure at that temperature, in 1/5120 degrees."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 = trim
    v = fine / 2.0 - 64000.0
    offset = v * v * (p6 / 131072.0) + v * p5 * 2.0
    offset = offset / 4.0 + p4 * 65536.0
    slope = (p3 * v * v / 16384.0 + p2 * v) / 524288.0
    slope = (1.0 + slope / 32768.0) * p1
    p = (1048576.0 - raw - offset / 4096.0) * 6250.0 / slope
    square = p9 * p * p / 2147483648.0
    cube = (p / 256.0) * (p / 256.0) * (p / 256.0) * (p10 / 131072.0)
    return p + (square + p * (p8 / 32768.0) + cube + p7 * 128.0) / 16.0


def percent(trim: "tuple[int, ...]", t: float, raw: int) -> float:
    """3.3.3: the relative humidity at that temperature; not limited to 100."""
    h1, h2, h3, h4, h5, h6, h7 = trim
    v = raw - (h1 * 16.0 + h3 / 2.0 * t)
    v *= h2 / 262144.0 * (1.0 + h4 / 16384.0 * t + h5 / 1048576.0 * t * t)
    return v + (h6 / 16384.0 + h7 / 2097152.0 * t) * v * v


def gas_counts(gas_error: int, ohms: float) -> "tuple[int, int]":
    """3.3.4, solved for the counts: return them and the range in which they are near the middle."""
    best = (0, 0)
    for gas_range in range(16):
        v = (1340.0 + 5.0 * gas_error) * (1.0 + _K1[gas_range] / 100.0)
        unit = (1.0 + _K2[gas_range] / 100.0) * 0.000000125 * (1 << gas_range)
        raw = round(512.0 + v * (1.0 / (ohms * unit) - 1.0))
        if gas_range == 0 or abs(raw - 512) < abs(best[0] - 512):
            best = (raw, gas_range)
    return min(max(best[0], 0), 1023), best[1]
