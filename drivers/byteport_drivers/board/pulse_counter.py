"""Pulse counters on a board's pins: rain, flow, energy meters.

MicroPython's documentation, library/machine.Pin (irq) and reference/isr_rules: a handler is called
soon after its edge, a few at most wait meanwhile, so pulses should be 10 ms apart or more. Nothing
is decoded here, so the witness is the simulated pin and what it was driven with.
"""

from byteport.compat import const, ticks_diff, ticks_ms
from byteport_drivers.board.edges import Edges

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport_drivers.board.edges import InterruptPin


class PulseCounter:
    """Counts falling edges, or ``rising`` ones.

    ``total`` counts since this object was made (a board's start), so that a reading which is lost
    loses no pulse; ``pulses`` and ``frequency`` are of the time since the reading before.
    """

    BUS = "pin"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (
        ("total", "count", 0),
        ("pulses", "count", 0),
        ("frequency", "Hz", 3),
    )

    def __init__(self, pin: "InterruptPin", *, rising: bool = False, debounce_ms: int = 0) -> None:
        self._edges = Edges(debounce_ms)
        self._total = 0
        self._read_total = 0
        self._read_ms = ticks_ms()
        self._callback: "Callable[[tuple[int, int, float]], object] | None" = None
        pin.irq(self._on_edge, pin.IRQ_RISING if rising else pin.IRQ_FALLING)

    def start(self) -> int:
        """Return 0: it counts all the time."""
        return 0

    def read(self) -> "tuple[int, int, float]":
        """Return the total, the pulses since the last reading, and how many a second those are."""
        total = self._total  # one look: it goes on while this runs
        now = ticks_ms()
        pulses = total - self._read_total
        elapsed_ms = ticks_diff(now, self._read_ms)
        self._read_total = total
        self._read_ms = now
        return total, pulses, 1000 * pulses / elapsed_ms if elapsed_ms > 0 else 0.0

    def watch(self, callback: "Callable[[tuple[int, int, float]], object]") -> None:
        """Call back with a reading at each pulse."""
        self._callback = callback

    def _on_edge(self, _: object) -> None:
        if self._edges.is_new():
            self._total += 1
            if self._callback is not None:
                self._callback(self.read())
