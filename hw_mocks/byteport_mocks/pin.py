"""A simulated pin: `machine.Pin`'s methods on one side, levels and pulse trains on the other.

pin = SimulatedPin()
pin.irq(count, SimulatedPin.IRQ_RISING)
pin.pulses(count=5, high_us=2000, period_us=100000)
pin.clock.sleep_ms(500)          # count was called five times
"""

# ruff: noqa: ARG002 (machine.Pin's signatures)

from byteport_mocks.clock import VirtualClock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Handler = Callable[["SimulatedPin"], object]

WRITTEN_LIMIT = 1000


class SimulatedPin:
    """A pin that the outside drives with `drive`, `play` and `pulses`, and code reads or writes.

    ``poll_us`` passes at each `value()`, so that a loop which waits for a level ends.
    """

    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    PULL_DOWN = 2
    IRQ_FALLING = 1
    IRQ_RISING = 2

    def __init__(
        self, clock: "VirtualClock | None" = None, level: int = 0, poll_us: int = 1
    ) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self.level = level
        self.poll_us = poll_us
        self.written: "list[tuple[int, int]]" = []  # the last (ticks_us, level) that code wrote
        self.edges = 0
        self.driven = False  # whether the outside ever drove it; if not, a pull-up decides
        self._written: "int | None" = None
        self._handler: "Handler | None" = None
        self._trigger = 0
        self._on_write: "Callable[[int], object] | None" = None

    # For tests

    def drive(self, level: int) -> None:
        """Set the level from outside; an edge calls the interrupt handler."""
        self.driven = True
        if level == self.level:
            return
        self.level = level
        self.edges += 1
        if self._handler is not None and self._trigger & (
            self.IRQ_RISING if level else self.IRQ_FALLING
        ):
            self._handler(self)

    def play(self, train: "Iterable[tuple[int, int]]") -> None:
        """Drive levels in their turn, from now on: (level, microseconds) each."""
        at_us = self.clock.ticks_us()
        for level, duration_us in train:
            self._drive_at(at_us, level)
            at_us += duration_us

    def pulses(self, count: int, high_us: int, period_us: int) -> None:
        """Drive pulses from now on: those of a rain gauge, a flow meter or an energy meter."""
        self.play([(1, high_us), (0, period_us - high_us)] * count)

    def on_write(self, function: "Callable[[int], object]") -> None:
        """Call the function with each level that code writes, for a part that answers (HC-SR04)."""
        self._on_write = function

    def release(self) -> None:
        """Stop writing: a line that code held low is pulled up, which its part sees as a write."""
        if self._written == 0:
            self._written = None
            self.level = 1
            if self._on_write is not None:
                self._on_write(1)
        self._written = None

    def _drive_at(self, at_us: int, level: int) -> None:
        self.clock.call_at_us(at_us, lambda: self.drive(level))

    # machine.Pin

    def init(self, mode: int = -1, pull: "int | None" = -1, value: "int | None" = None) -> None:
        if value is not None:
            self.value(value)
        if mode == self.IN:
            self.release()

    def value(self, level: "int | None" = None) -> "int | None":
        """Read the level, or write one."""
        if level is None:
            self.clock.sleep_us(self.poll_us)
            return self.level
        self.level = self._written = 1 if level else 0
        if len(self.written) == WRITTEN_LIMIT:
            self.written.pop(0)
        self.written.append((self.clock.ticks_us(), self.level))
        if self._on_write is not None:
            self._on_write(self.level)
        return None

    def __call__(self, level: "int | None" = None) -> "int | None":
        return self.value(level)

    def on(self) -> None:
        self.value(1)

    def off(self) -> None:
        self.value(0)

    def toggle(self) -> None:
        self.value(1 - self.level)

    def irq(
        self, handler: "Handler | None" = None, trigger: int = IRQ_FALLING | IRQ_RISING
    ) -> "SimulatedPin":
        """Call the handler with this pin at each edge of the kinds given."""
        self._handler = handler
        self._trigger = trigger
        return self
