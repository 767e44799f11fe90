"""`neopixel`: what is written is in `board.pixels[pin]`."""

from byteport_mocks.board.current import current
from byteport_mocks.board.pins import pin_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.pin import SimulatedPin


class NeoPixel:
    """A strip of n pixels of three or four colours."""

    def __init__(self, pin: "SimulatedPin", n: int, bpp: int = 3, timing: int = 1) -> None:  # noqa: ARG002
        self.n = n
        self.bpp = bpp
        self._pin = pin_number(pin)
        self._pixels: "list[tuple[int, ...]]" = [(0,) * bpp] * n

    def __len__(self) -> int:
        return self.n

    def __setitem__(self, place: int, colour: "tuple[int, ...]") -> None:
        self._pixels[place] = tuple(colour[: self.bpp])

    def __getitem__(self, place: int) -> "tuple[int, ...]":
        return self._pixels[place]

    def fill(self, colour: "tuple[int, ...]") -> None:
        self._pixels = [tuple(colour[: self.bpp])] * self.n

    def write(self) -> None:
        current().pixels[self._pin] = list(self._pixels)
