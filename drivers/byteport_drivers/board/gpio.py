"""Digital inputs on a board's pins: contacts, buttons, PIR.

MicroPython's documentation, library/machine.Pin (irq, value) and reference/isr_rules: a handler is
called soon after its edge, a few at most wait meanwhile, so pulses should be 10 ms apart or more.
Nothing is decoded here, so the witness is the simulated pin and what it was driven with.
"""

from byteport.compat import const
from byteport_drivers.board.edges import Edges

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport_drivers.board.edges import InterruptPin


class GPIO:
    """A digital input: 1 is high, or low where ``active_low`` (a contact to ground, a pull-up)."""

    BUS = "pin"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (("state", "/", 0),)

    def __init__(
        self, pin: "InterruptPin", *, active_low: bool = False, debounce_ms: int = 30
    ) -> None:
        self._pin = pin
        self._active_low = active_low
        self._edges = Edges(debounce_ms)
        self._callback: "Callable[[tuple[int]], object] | None" = None

    def start(self) -> int:
        """Return 0: a pin is always there."""
        return 0

    def read(self) -> "tuple[int]":
        """Return the state now."""
        return ((1 if self._pin.value() else 0) ^ self._active_low,)

    def watch(self, callback: "Callable[[tuple[int]], object]") -> None:
        """Call back with a reading at each edge, but not at those that bounce after one.

        A state shorter than the bouncing may go untold: `read` has the truth.
        """
        self._callback = callback
        self._pin.irq(self._on_edge, self._pin.IRQ_RISING | self._pin.IRQ_FALLING)

    def _on_edge(self, _: object) -> None:
        if self._callback is not None and self._edges.is_new():
            self._callback(self.read())
