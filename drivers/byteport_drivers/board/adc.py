"""A board's own analog input: volts, also behind a divider (a battery's).

MicroPython's documentation, library/machine.ADC (read_u16 is of the input's range, read_uv is
calibrated, where a port has it) and esp32/quickref (attenuation sets the range, 1.1 V at first).
Witness: RP2040 datasheet 4.9.5, whose temperature formula a test reads through this driver.
"""

from byteport.compat import const
from byteport.errors import BadReading

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Protocol

    class Converter(Protocol):
        """What is used of `machine.ADC`."""

        def read_u16(self) -> int: ...


_FULL_SCALE = const(65535)
_CLIPPED = const(65520)  # 12 bits, all 1, whatever a port puts below them


class ADC:
    """One input, a `machine.ADC` that the caller has set up, attenuation included.

    ``samples`` are averaged in each reading. ``divider`` is how many times the voltage measured is
    the one wanted: (upper + lower) / lower resistor. ``reference_volts`` is the range's end where
    the board does not calibrate by itself. An input at the end of its range is refused, since it
    may be far above: ``allow_full_scale`` takes it.
    """

    BUS = "adc"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS = (("voltage", "V", 3),)

    def __init__(
        self,
        adc: "Converter",
        *,
        divider: float = 1.0,
        samples: int = 16,
        reference_volts: float = 3.3,
        allow_full_scale: bool = False,
    ) -> None:
        if not 0 < samples <= 256:
            raise ValueError(f"ADC: 1 to 256 samples, not {samples}")
        self._adc = adc
        self._samples = samples
        self._allow_full_scale = allow_full_scale
        self._sample = getattr(adc, "read_uv", adc.read_u16)
        full_scale = 1000000 if hasattr(adc, "read_uv") else _FULL_SCALE / reference_volts
        self._volts_per_count = divider / (full_scale * samples)

    def start(self) -> int:
        """Return 0: a conversion takes microseconds."""
        return 0

    def read(self) -> "tuple[float]":
        """Return the mean of all samples."""
        total = 0
        for _ in range(self._samples):
            total += self._sample()
        if not self._allow_full_scale and self._adc.read_u16() >= _CLIPPED:
            raise BadReading("ADC: at the end of its range: attenuation, or a divider?")
        return (total * self._volts_per_count,)
