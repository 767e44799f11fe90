"""Bosch BMP280, temperature and air pressure: registers of one byte, calibration in 0x88 to 0x9F.

Datasheet BST-BMP280-DS001: 3.3 (oversampling, resolution), 3.6 (modes), 3.8.1 (measurement time),
3.11.3 and 8.1 (compensation, in floats), 4.2 and 4.3 (registers), 5.2.1 (pairs in a write). Raw
counts are found by halving the interval until the datasheet's formula gives the quantity that was
set. Not simulated: the IIR filter, which is off after power-on.
"""

from struct import pack

from byteport_mocks.registers import RegisterChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_TRIM = 0x88
_RESET = 0xE0
_CTRL_HUM = 0xF2
_STATUS = 0xF3
_CTRL_MEAS = 0xF4
_CONFIG = 0xF5
_DATA = 0xF7

_NO_SAMPLE = 0x80000
_STARTUP_US = 2000
_STANDBY_US = (500, 62500, 125000, 250000, 500000, 1000000, 2000000, 4000000)

# the datasheet's worked example, 3.12
TRIM = (27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)


class SimulatedBMP280(RegisterChip):
    """Measures once when forced, or over and over; ``trim`` is T1 to T3 and P1 to P9."""

    ADDRESSES = (0x76, 0x77)
    QUANTITIES: "tuple[tuple[str, float, float, float, float], ...]" = (
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("pressure", 300.0, 1100.0, 0.028, 1013.25),
    )
    WRITE_PAIRS = True
    ID = (0xD0, 0x58)
    STANDBY_US = _STANDBY_US

    def __init__(self, address: "int | None" = None, trim: "tuple[int, ...]" = TRIM) -> None:
        self._trim = trim
        super().__init__(address)

    def restore(self) -> None:
        super().restore()
        self.put_bytes(_TRIM, pack("<HhhHhhhhhhhh", *self._trim))
        self.put_bytes(_DATA, b"\x80\x00\x00\x80\x00\x00")

    def reset(self) -> None:
        self._copied_us = self.now_us() + _STARTUP_US

    def on_read(self, register: int) -> int:
        if register == _STATUS:
            copying = self.now_us() < self._copied_us
            return (0x08 if self.busy() else 0) | copying
        return super().on_read(register)

    def on_write(self, register: int, value: int) -> None:
        if register == _RESET:
            if value == 0xB6:
                self.power_on()
        elif register in (_CTRL_HUM, _CTRL_MEAS, _CONFIG):
            super().on_write(register, value)
            if register == _CTRL_MEAS:
                self._set_mode(value & 3)

    def _set_mode(self, mode: int) -> None:
        self.halt()
        if mode == 3:
            standby_us = self.STANDBY_US[self.get(_CONFIG) >> 5]
            self.begin(self.conversion_us() + standby_us, repeat=True)
        elif mode:
            self.begin(self.conversion_us())

    def oversampling(self) -> "tuple[int, ...]":
        """Return how often temperature and pressure are sampled, 0 where skipped."""
        control = self.get(_CTRL_MEAS)
        return times(control >> 5), times(control >> 2)

    def conversion_us(self) -> int:
        """Return the longest that a measurement takes; each quantity but the first has a start."""
        taken = [sampling for sampling in self.oversampling() if sampling]
        return 1250 + 2300 * sum(taken) + 575 * (len(taken) - 1 if taken else 0)

    def measured(self) -> None:
        sampling = self.oversampling()
        raw_t, fine = self._temperature(sampling[0])
        raw_p = self._pressure(sampling[1], fine)
        self.put_bytes(_DATA, pack(">I", raw_p << 12)[:3] + pack(">I", raw_t << 12)[:3])
        if self.get(_CTRL_MEAS) & 3 != 3:
            self.put(_CTRL_MEAS, self.get(_CTRL_MEAS) & 0xFC)

    def _temperature(self, sampling: int) -> "tuple[int, float]":
        """Return the raw counts and the temperature in 1/5120 degrees that they mean."""
        wanted = self.value_of("temperature") * 5120
        raw = where(lambda raw: fine_temperature(self._trim, raw), wanted)
        raw = rounded(raw, sampling)
        fine = fine_temperature(self._trim, raw)
        if sampling == 0 or self.quantities["temperature"] is None:
            raw = _NO_SAMPLE
        return raw, fine

    def _pressure(self, sampling: int, fine: float) -> int:
        if sampling == 0 or self.quantities["pressure"] is None:
            return _NO_SAMPLE
        wanted = self.value_of("pressure") * 100
        raw = where(lambda raw: -pascals(self._trim, fine, raw), -wanted)
        return rounded(raw, sampling)


def times(code: int) -> int:
    """Return the samples for three bits of oversampling; codes above 5 mean 16 too."""
    return (0, 1, 2, 4, 8, 16, 16, 16)[code & 7]


def rounded(raw: int, sampling: int) -> int:
    """Keep the 16 bits of one sample, and one more for each doubling; 20 in all."""
    step = 16 // max(sampling, 1)
    return min((raw + step // 2) // step * step, 0x100000 - step)


def where(rising: "Callable[[int], float]", wanted: float, top: int = 0xFFFFF) -> int:
    """Return the count from 0 to top whose value comes nearest, for a rising function."""
    low, high = 0, top
    while low < high:
        middle = (low + high) // 2
        if rising(middle) < wanted:
            low = middle + 1
        else:
            high = middle
    if low and wanted - rising(low - 1) < rising(low) - wanted:
        return low - 1
    return low


def fine_temperature(trim: "tuple[int, ...]", raw: int) -> float:
    """8.1: the temperature in 1/5120 degrees."""
    offset = raw / 16384.0 - trim[0] / 1024.0
    return offset * trim[1] + offset * offset / 64.0 * trim[2]


def pascals(trim: "tuple[int, ...]", fine: float, raw: int) -> float:
    """8.1: the pressure at that temperature."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:]
    v = fine / 2.0 - 64000.0
    offset = v * v * p6 / 32768.0 + v * p5 * 2.0
    offset = offset / 4.0 + p4 * 65536.0
    slope = (p3 * v * v / 524288.0 + p2 * v) / 524288.0
    slope = (1.0 + slope / 32768.0) * p1
    p = (1048576.0 - raw - offset / 4096.0) * 6250.0 / slope
    return p + (p9 * p * p / 2147483648.0 + p * p8 / 32768.0 + p7) / 16.0
