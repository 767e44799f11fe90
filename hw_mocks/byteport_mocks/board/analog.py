"""`machine.ADC`: volts that the test put on a pin, as counts."""

# ruff: noqa: A002 (machine's signatures)

from byteport_mocks.board.current import current
from byteport_mocks.board.pins import pin_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.pin import SimulatedPin

_FULL_SCALE_VOLTS = (1.1, 1.5, 2.2, 3.3)  # by attenuation, of an ESP32
_RP2_VOLTS = 3.3
_RP2_CHANNELS = {0: 26, 1: 27, 2: 28, 3: 29}  # ADC(0) is pin 26
_RP2_CORE = 4


class ADC:
    """One input, set by `board.adc_volts[pin]`; an input that nothing is wired to reads 0."""

    ATTN_0DB = 0
    ATTN_2_5DB = 1
    ATTN_6DB = 2
    ATTN_11DB = 3
    WIDTH_12BIT = 3
    CORE_TEMP = _RP2_CORE

    def __init__(self, id: "int | SimulatedPin", *, atten: int = 0) -> None:
        self._board = current()
        number = pin_number(id)
        self._core = False
        if self._board.port == "rp2":
            self._core = number == _RP2_CORE
            number = _RP2_CHANNELS.get(number, number)
        self._pin = number
        self._atten = atten

    def atten(self, atten: int) -> None:
        self._atten = atten

    def width(self, width: int) -> None:
        pass

    def read_u16(self) -> int:
        full = _RP2_VOLTS if self._board.port == "rp2" else _FULL_SCALE_VOLTS[self._atten]
        return round(min(max(self._volts() / full, 0.0), 1.0) * 65535)

    def read(self) -> int:
        return self.read_u16() >> 4

    def read_uv(self) -> int:
        """Return microvolts, as an ESP32's calibration gives them; not above full scale."""
        return round(min(max(self._volts(), 0.0), _FULL_SCALE_VOLTS[self._atten]) * 1000000)

    def _volts(self) -> float:
        if self._core:  # RP2040 datasheet 4.9.5
            return 0.706 - (self._board.chip_celsius - 27) * 0.001721
        return self._board.adc_volts.get(self._pin, 0.0)
