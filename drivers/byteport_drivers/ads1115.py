"""ADS1115: voltages of four inputs, or between two of them, 16 bits over I2C.

Datasheet: TI SBAS444, 7.4.2.1 (single-shot), 7.5.4 (data format), 8.1 (registers); the data rate
is within 10 %. Integers up to one division. Witnesses: TI's table of codes, and
adafruit-circuitpython-ads1x15 on the same simulated chip.

A reading is two transactions. Asking whether the conversion has ended costs a third, so that is
done only where the sample could be an old one, because it equals the one before, or no sample at
all: 0, as after a power cut, or all ones. The latch bit, of no effect here, tells our configuration
from that after power-on. An input at the end of its range is refused: it may be anywhere beyond.
Compiled it is above 1.5 KB: inputs, gains and rates are checked as names, not as register bits.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_SAMPLE = const(0)
_CONFIG = const(1)
_HIGH_LIMIT = const(3)

_IDLE = const(0x8000)  # written: begin a conversion
_SINGLE_SHOT = const(0x0107)  # comparator off, and the latch bit for a mark
_TMP102_LIMIT = const(0x5000)

_GAINS = ("2/3", 1, 2, 4, 8, 16)
_RATES = (8, 16, 32, 64, 128, 250, 475, 860)
_INPUTS = ("0-1", "0-3", "1-3", "2-3", "0", "1", "2", "3")  # by multiplexer code


class ADS1115:
    """One ADS1115; ``channels`` are numbers, or pairs such as "0-1": input 0 above input 1.

    ``gain`` 1 is for up to 4.096 V; "2/3" for 6.144 V, 2, 4, 8 and 16 for less. With several
    channels `read` begins the next one and raises NotReady until it has them all: wait as long
    as `start` said and read again.
    """

    BUS = "i2c"
    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
    CHANNELS: "tuple[tuple[str, str, int], ...]" = tuple([(f"ch{n}", "V", 4) for n in range(4)])

    def __init__(
        self,
        i2c: "I2CBus",
        address: int = 0x48,
        *,
        channels: "tuple[int | str, ...]" = (0,),
        gain: "int | str" = 1,
        samples_per_second: int = 128,
    ) -> None:
        self._i2c = i2c
        self._address = address
        self._buffer = bytearray(2)
        self._started = False
        self._place = 0
        code = _GAINS.index(gain)
        self._full_scale_mv = 8192 >> code if code else 6144
        self._wait_ms = 1100 // samples_per_second + 1
        bits = _SINGLE_SHOT | code << 9 | _RATES.index(samples_per_second) << 5
        self._configs = [bits | _INPUTS.index(str(channel)) << 12 for channel in channels]
        rows = [
            (f"ch{channel}".replace("-", "_"), "V", 4 + (code + 1) // 3) for channel in channels
        ]
        self.CHANNELS = tuple(rows)
        self._values = [0.0] * len(rows)
        self._prove()
        self._last = self._word(_SAMPLE)

    def _prove(self) -> None:
        expected = f" at 0x{self._address:02x} where an ADS1115 was expected"
        if self._word(_HIGH_LIMIT) == _TMP102_LIMIT:
            raise ChipNotFound("found a TMP102 or LM75" + expected)
        self._configure(self._configs[0])
        kept = self._word(_CONFIG)
        if kept & 0x7FFF != self._configs[0]:
            raise ChipNotFound(f"found configuration 0x{kept:04x}" + expected)

    def start(self) -> int:
        """Begin the first channel's conversion and return the milliseconds it needs."""
        self._place = 0
        self._begin()
        return self._wait_ms

    def _begin(self) -> None:
        # a sample begun and never read may be in the register: then none counts as known
        known, self._last = -1 if self._started else self._last, -1
        self._started = False
        self._configure(_IDLE | self._configs[self._place])
        self._last = known
        self._started = True

    def read(self) -> "tuple[float, ...]":
        """Return one sample of each channel, in volts."""
        if not self._started:
            raise NotReady(self._say("no conversion was started"))
        raw = self._word(_SAMPLE)
        if raw in (0, 0xFFFF):  # what a dead line shows, too
            self._confirm()
            raw = self._word(_SAMPLE)
        elif self._last in (raw, -1):
            self._confirm()
        self._started = False
        self._last = raw
        if raw in (0x7FFF, 0x8000):
            raise BadReading(self._say("input beyond range, or gain"))
        self._values[self._place] = volts(raw, self._full_scale_mv)
        self._place += 1
        if self._place < len(self._configs):
            self._begin()
            raise NotReady(self._say("next channel has begun"))
        return tuple(self._values)

    def _confirm(self) -> None:
        """Raise unless the sample in the register is the one that was begun last."""
        state = self._word(_CONFIG)
        wanted = self._configs[self._place]
        if state == wanted:
            raise NotReady(self._say("still converting"))
        if state != wanted | _IDLE:
            self._started = False
            raise BadReading(self._say("lost its configuration"))

    def _say(self, what: str) -> str:
        return f"ADS1115 at 0x{self._address:02x}: {what}"

    def _configure(self, config: int) -> None:
        self._buffer[0] = config >> 8
        self._buffer[1] = config & 0xFF
        self._i2c.writeto_mem(self._address, _CONFIG, self._buffer)

    def _word(self, register: int) -> int:
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, register, buffer)
        return buffer[0] << 8 | buffer[1]


def volts(raw: int, full_scale_mv: int) -> float:
    """Turn a sample, two's complement, into volts."""
    return ((raw ^ 0x8000) - 0x8000) * full_scale_mv / 32768000
