"""Digital inputs and pulse counters on a board's pins: contacts, PIR, rain, flow, energy meters.

MicroPython's documentation, library/machine.Pin (irq, value) and reference/isr_rules: a handler is
called soon after its edge, a few at most wait meanwhile, so pulses should be 10 ms apart or more.
Nothing is decoded here, so the witness is the simulated pin and what it was driven with.
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    class InterruptPin(Protocol):
        """What is used of `machine.Pin`."""

        IRQ_FALLING: int
        IRQ_RISING: int

        def value(self) -> "int | None": ...
        def irq(self, handler: "Callable[..., object]", trigger: int) -> object: ...


class GPIO:
    """A digital input: 1 is high, or low with ``invert`` (a contact to ground with a pull-up)."""

    BUS = "pin"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (("state", "/", 0),)

    def __init__(self, pin: "InterruptPin", *, invert: bool = False, debounce_ms: int = 30) -> None:
        self._pin = pin
        self._invert = invert
        self._edges = Edges(debounce_ms)
        self._callback: "Callable[[tuple[int]], object] | None" = None

    def start(self) -> int:
        """Return 0: a pin is always there."""
        return 0

    def read(self) -> "tuple[int]":
        """Return the state now."""
        return ((1 if self._pin.value() else 0) ^ self._invert,)

    def watch(self, callback: "Callable[[tuple[int]], object]") -> None:
        """Call back with a reading at each edge, but not at those that bounce after one.

        A state shorter than the bouncing may go untold: `read` has the truth.
        """
        self._callback = callback
        self._pin.irq(self._on_edge, self._pin.IRQ_RISING | self._pin.IRQ_FALLING)

    def _on_edge(self, _: object) -> None:
        if self._callback is not None and self._edges.is_new():
            self._callback(self.read())


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


class Edges:
    """Tells an edge from the bouncing after it."""

    def __init__(self, debounce_ms: int) -> None:
        self._debounce_ms = debounce_ms
        self._last_ms = ticks_add(ticks_ms(), -debounce_ms)

    def is_new(self) -> bool:
        """Take an edge that came now; return whether it is a new one."""
        now = ticks_ms()
        if 0 <= ticks_diff(now, self._last_ms) < self._debounce_ms:
            return False
        self._last_ms = now
        return True
