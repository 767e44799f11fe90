"""VL53L0X: distance over I2C, from 3 cm to 2 m, by the time of flight of light; integers.

Datasheet: ST DocID029104, 3.2 (ids), 2.7 (results); it documents no other register. The set-up is
the sequence and the tuning table of ST's API for its default profile (33 ms): stop variable,
reference SPADs, tuning, two calibrations, ranging back to back. They are half of this file, which
makes it larger in `.mpy` than others (2.1 KB). Witness: adafruit-circuitpython-vl53l0x, for
distances and for every register after the set-up.

`start` forgets the last sample, so the one that `read` finds ended after it. A chip that lost its
power ranges no more, finds no sample, and is set up anew by the next `start` (about 140
transactions; two calibrations are polled for, some milliseconds each). Without a target some parts
show a few millimetres (Adafruit_VL53L0X#57): below 3 cm the range status is asked for, too. Farther
on it is not, so a sample that ST's API would call a phase failure passes.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_STATUS = const(0x13)
_RANGE_STATUS = const(0x14)
_DISTANCE = const(0x1E)
_STROBE = const(0x83)
_STOP_VARIABLE = const(0x91)
_SPAD_INFO = const(0x92)
_SPADS = const(0xB0)
_ID = const(0xC0)
_VL53L0X_ID = b"\xee\xaa"
_READY = const(0x07)
_VALID = const(11 << 3)
_NEAREST_MM = const(30)
_FARTHEST_MM = const(2500)  # the chip says 8190 or 8191 where nothing reflects
_POLLS = const(500)

# Register, value, register, value; 0xFF chooses the page.
_FIRST_PAGE = b"\xff\x00\x80\x00\x00\x00"
_OPEN = b"\x88\x00\x80\x01\xff\x01\x00\x00"
_CLOSE = b"\x00\x01\xff\x00\x80\x00"
_READ_NVM = b"\x01\xff\x80\x01\xff\x01\x00\x00\xff\x06"
_READ_SPAD_INFO = b"\xff\x07\x81\x01\x80\x01\x94\x6b\x83\x00"
_SPAD_START = b"\xff\x01\x4f\x00\x4e\x2c\xff\x00\xb6\xb4"
_TUNING = (
    b"\xff\x01\x00\x00\xff\x00\x09\x00\x10\x00\x11\x00\x24\x01\x25\xff\x75\x00\xff\x01\x4e\x2c"
    b"\x48\x00\x30\x20\xff\x00\x30\x09\x54\x00\x31\x04\x32\x03\x40\x83\x46\x25\x60\x00\x27\x00"
    b"\x50\x06\x51\x00\x52\x96\x56\x08\x57\x30\x61\x00\x62\x00\x64\x00\x65\x00\x66\xa0\xff\x01"
    b"\x22\x32\x47\x14\x49\xff\x4a\x00\xff\x00\x7a\x0a\x7b\x00\x78\x21\xff\x01\x23\x34\x42\x00"
    b"\x44\xff\x45\x26\x46\x05\x40\x40\x0e\x06\x20\x1a\x43\x40\xff\x00\x34\x03\x35\x44\xff\x01"
    b"\x31\x04\x4b\x09\x4c\x05\x4d\x04\xff\x00\x44\x00\x45\x20\x47\x08\x48\x28\x67\x00\x70\x04"
    b"\x76\x00\x77\x00\xff\x01\x0d\x01\xff\x00\x80\x01\x01\xf8\xff\x01\x8e\x01\x00\x01\xff\x00"
    b"\x80\x00\x0a\x04\x0b\x01\x71\x02\x72\x94"  # a sign for each sample; 33 ms for all steps
)
_CALIBRATE = (b"\x01\x01\x00\x41", b"\x01\x02\x00\x01")
_CALIBRATED = b"\x0b\x01\x00\x00"
_RANGE = b"\x01\xe8\x80\x01\xff\x01\x00\x00"
_CLEAR = b"\x0b\x01"
_BACK_TO_BACK = b"\x00\x02"


class VL53L0X:
    """One VL53L0X, ranging all the time."""

    BUS = "i2c"
    ADDRESSES = (0x29,)
    CHANNELS = (("distance", "mm", 0),)

    def __init__(self, i2c: "I2CBus", address: int = 0x29) -> None:
        self._i2c = i2c
        self._address = address
        self._byte = bytearray(1)
        self._buffer = bytearray(2)
        self._ranging = False
        self._started = False
        self._check_id()

    def start(self) -> int:
        """Forget the last sample and return the milliseconds after which a new one is there."""
        self._started = False
        if not self._ranging:
            self._set_up()
        self._send(_CLEAR)
        self._ranging = self._started = True
        return 70  # the sample under way, and a whole one

    def read(self) -> "tuple[int]":
        """Return the new sample in the order and units of CHANNELS."""
        status = self._get(_STATUS) if self._started else 0
        if not status & _READY:
            self._ranging = self._ranging and not self._started
            raise NotReady(f"VL53L0X at 0x{self._address:02x}: no new sample")
        self._started = False
        self._i2c.readfrom_mem_into(self._address, _DISTANCE, self._buffer)
        distance_mm = self._buffer[0] << 8 | self._buffer[1]
        lost = distance_mm > _FARTHEST_MM
        if distance_mm < _NEAREST_MM:
            lost = not distance_mm or self._get(_RANGE_STATUS) & 0x78 != _VALID
        if status > _READY or lost:
            self._ranging = status <= _READY and distance_mm > 0
            raise BadReading(f"VL53L0X at 0x{self._address:02x}: no target ({distance_mm} mm)")
        return (distance_mm,)

    def _check_id(self) -> None:
        self._i2c.readfrom_mem_into(self._address, _ID, self._buffer)
        if self._buffer != _VL53L0X_ID:
            found = self._buffer[0] << 8 | self._buffer[1]
            raise ChipNotFound(f"VL53L0X at 0x{self._address:02x}: found id 0x{found:04x}")

    def _set_up(self) -> None:
        self._send(_FIRST_PAGE)
        self._check_id()
        self._send(_OPEN)
        stop_variable = self._get(_STOP_VARIABLE)
        self._send(_CLOSE)
        self._set_spads()
        self._send(_TUNING)
        for calibrate in _CALIBRATE:
            self._send(calibrate)
            self._wait_for(_STATUS)
            self._send(_CALIBRATED)
        self._send(_RANGE)
        if self._get(_STOP_VARIABLE) != stop_variable:  # a wrong one would stay until power-off
            raise NotReady(f"VL53L0X at 0x{self._address:02x}: the set-up was disturbed")
        self._send(bytes((_STOP_VARIABLE, stop_variable)))
        self._send(_CLOSE)
        self._send(_BACK_TO_BACK)

    def _set_spads(self) -> None:
        self._send(_READ_NVM)
        self._send(bytes((_STROBE, self._get(_STROBE) | 0x04)))
        self._send(_READ_SPAD_INFO)
        self._wait_for(_STROBE)
        self._send(bytes((_STROBE, 0x01)))
        info = self._get(_SPAD_INFO)
        self._send(b"\x81\x00\xff\x06")
        self._send(bytes((_STROBE, self._get(_STROBE) & 0xFB, 0xFF, 0x01)))
        self._send(_CLOSE)
        spads = bytearray(6)
        self._i2c.readfrom_mem_into(self._address, _SPADS, spads)
        self._send(_SPAD_START)
        self._i2c.writeto_mem(self._address, _SPADS, keep_spads(spads, info))

    def _send(self, pairs: bytes) -> None:
        for at in range(0, len(pairs), 2):
            self._byte[0] = pairs[at + 1]
            self._i2c.writeto_mem(self._address, pairs[at], self._byte)

    def _get(self, register: int) -> int:
        self._i2c.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def _wait_for(self, register: int) -> None:
        for _ in range(_POLLS):
            if self._get(register):
                return
        raise NotReady(f"VL53L0X at 0x{self._address:02x}: the set-up does not end")


def keep_spads(good: bytearray, info: int) -> bytearray:
    """Keep as many good reference SPADs as ``info`` asks for, and of the kind it asks for."""
    left = info & 0x7F
    for spad in range(48):
        bit = 1 << (spad & 7)
        if left == 0 or (info & 0x80 and spad < 12):
            good[spad >> 3] &= ~bit & 0xFF
        elif good[spad >> 3] & bit:
            left -= 1
    return good
