"""SGP30: volatile organic compounds and the carbon dioxide they suggest, over I2C.

Datasheet: Sensirion SGP30, "Measurement Commands" (commands and their times), "Feature Set". The
values are the chip's own integers. Witness: adafruit-circuitpython-sgp30 on the same simulated
chip.

The chip's algorithm wants one measurement each second, and starts anew with each power-up. For 15 s
from then on, and for ever where nothing started it, the chip answers 400 ppm and 0 ppb, as it
does in clean air. So that answer counts only where the algorithm has a baseline, which it has
about 30 s after its start (and is asked for then alone); a chip without one is started again.
An algorithm that already runs, with a baseline learnt in hours, is left running.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.sensirion import Sensirion, word

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_FEATURE_SET = b"\x20\x2f"
_INIT = b"\x20\x03"
_MEASURE = b"\x20\x08"
_GET_BASELINE = b"\x20\x15"
_TYPE_AND_VERSION = const(0xF0E0)
_SGP30 = const(0x0020)
_CLEAN_AIR = b"\x01\x90\x4c\x00\x00\x81"  # 400 ppm, 0 ppb
_NO_BASELINE = b"\x00\x00\x81\x00\x00\x81"
_WARM_UP_READINGS = const(60)  # a minute at the rate that the algorithm wants
_MOST = const(60000)


class SGP30(Sensirion):
    """One SGP30, to be read each second."""

    BUS = "i2c"
    NAME = "SGP30"
    ADDRESSES = (0x58,)
    CHANNELS = (("eco2", "ppm", 0), ("tvoc", "ppb", 0))

    def __init__(self, i2c: "I2CBus", address: int = 0x58) -> None:
        super().__init__(i2c, address, 2)
        found = self._prove(_FEATURE_SET, 1)
        if found & _TYPE_AND_VERSION != _SGP30:
            name = "an SGPC3" if found >> 12 == 1 else "a chip"
            raise ChipNotFound(self._text(f"found {name} (0x{found:04x}), expected an SGP30"))
        self._warm_up = 0
        self._running = self._has_baseline()

    def start(self) -> int:
        """Begin one measurement, or the algorithm; return the milliseconds that takes."""
        if self._running:
            self._begin(_MEASURE)
            return 12
        self._begun = False
        self._i2c.writeto(self._address, _INIT)
        self._running = True
        self._warm_up = _WARM_UP_READINGS
        return 10

    def read(self) -> "tuple[int, int]":
        """Return the finished measurement in the order and units of CHANNELS."""
        self._fetch()
        warm_up = self._warm_up
        if warm_up:
            self._warm_up = warm_up - 1
        eco2, tvoc = word(self._buffer, 0), word(self._buffer, 1)
        if self._buffer == _CLEAN_AIR:
            self._running = bool(warm_up) or self._has_baseline()
            if warm_up or not self._running:
                raise NotReady(self._text("its algorithm starts"))
        if not 400 <= eco2 <= _MOST or tvoc > _MOST:
            raise BadReading(self._text(f"{eco2} ppm, {tvoc} ppb is out of range"))
        return eco2, tvoc

    def _has_baseline(self) -> bool:
        self._ask(_GET_BASELINE, self._buffer)
        return self._buffer != _NO_BASELINE
