"""What BME280, BMP280 and BME680 have in common: one sample forced at a time, and its arithmetic.

It is no driver itself. Datasheets: Bosch BST-BME280-DS002 and BST-BMP280-DS001, 8.1, and
BST-BME680-DS001, 3.3 (compensation). Their float formulas are followed in integers of at most 31
bits, which take no memory on a board.
"""

from byteport.compat import const
from byteport.errors import ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_CHIP_ID = const(0xD0)
_STATUS = const(0xF3)
_CTRL_MEAS = const(0xF4)
_DATA = const(0xF7)

_MEASURING = const(0x08)
NO_SAMPLE = const(0x80000)
_CHIPS = {0x55: "BMP180", 0x58: "BMP280", 0x60: "BME280", 0x61: "BME680"}


def prove(i2c: "I2CBus", address: int, name: str, ids: "tuple[int, ...]") -> None:
    """Raise ChipNotFound, naming what is there, unless the chip has one of these ids."""
    chip_id = i2c.readfrom_mem(address, _CHIP_ID, 1)[0]
    if chip_id not in ids:
        found = f"a {_CHIPS[chip_id]}" if chip_id in _CHIPS else "chip id"
        found = f"found {found} (0x{chip_id:02x}) at 0x{address:02x}"
        raise ChipNotFound(f"{found} where a {name} was expected")


class ForcedSampler:
    """Begins a measurement and fetches its sample, not the one before, at the least bus cost.

    Where the sample may be an old one, because it equals the last to the bit or one before was not
    read, or none, as after a reset, the chip is asked whether it still measures, and the sample
    read again.
    """

    def __init__(self, i2c: "I2CBus", address: int, name: str, size: int, force: int) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"{name} at 0x{address:02x}"
        self._frame, self._last, self._status = bytearray(size), bytearray(size), bytearray(1)
        self._force = bytes((force,))
        self._started = False
        self._begun = 0  # measurements since one was read: its sample may be left there

    def _begin(self) -> None:
        self._started = False
        self._begun += 1
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._force)
        self._started = True

    def _fetch(self) -> bytearray:
        """Return the registers from 0xF7 on, of the measurement that was begun last."""
        if not self._started:
            raise NotReady(f"{self._name}: no measurement was started")
        frame = self._frame
        self._i2c.readfrom_mem_into(self._address, _DATA, frame)
        if self._begun > 1 or frame == self._last or frame[3] << 8 | frame[4] == NO_SAMPLE >> 4:
            self._i2c.readfrom_mem_into(self._address, _STATUS, self._status)
            if self._status[0] & _MEASURING:
                raise NotReady(f"{self._name}: still measuring")
            self._i2c.readfrom_mem_into(self._address, _DATA, frame)  # it may just have ended
        self._started = False
        self._begun = 0
        self._frame, self._last = self._last, frame
        return frame


def scaled(a: int, b: int, shift: int) -> int:
    """Return a * b >> shift (at least 11) where the product alone exceeds a board's small int."""
    return ((a >> 11) * b + ((a & 2047) * b >> 11)) >> shift - 11


def raw20(frame: bytearray, at: int) -> int:
    """Return the 20 bits of a pressure or temperature that begins at a byte."""
    return frame[at] << 12 | frame[at + 1] << 4 | frame[at + 2] >> 4


def fine_temperature(trim: "tuple[int, ...]", raw: int) -> int:
    """Return 1/5120 degrees, of BME280 and BMP280; their trim begins with T1, T2, T3."""
    deviation = (raw >> 4) - trim[0]
    fine = scaled(raw - (trim[0] << 4), trim[1], 14)
    return fine + scaled(scaled(deviation, deviation, 12), trim[2], 14)


def pressure(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return Pa * 256, of BME280 and BMP280; their trim has P1 to P9 from 3 on."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:12]
    x = fine - 128000
    square = scaled(x, x, 18)
    # 2 ** 20 less 1, and 1 more in the slope: half of what the floors below take and give
    value = 1048575 - raw - (p4 << 4) - scaled(x, p5, 14) - scaled(square, p6, 13)
    slope = (p1 << 4) + scaled(1 + scaled(x, p2, 15) + scaled(square, p3, 17), p1, 16)
    value = divided(value, slope)
    half = value >> 7
    return value + scaled(value, p8, 19) + scaled(scaled(half, half, 18), p9, 11) + (p7 << 4)


def divided(value: int, slope: int) -> int:
    """Return value * 625 * 40960 / slope by a long division, nine bits at a time.

    A slope of 0 or below is of a calibration that no part has: 0, which is no pressure either.
    """
    if slope <= 0:
        return 0
    value *= 625
    rest = (value % slope) << 9
    fraction = (rest // slope) << 9 | ((rest % slope) << 9) // slope
    return value // slope * 40960 + (fraction * 5 >> 5)
