"""What every simulated part has, whatever its bus: physical quantities, and time to convert them.

A part converts when it would: `begin` starts a conversion, and once its time is over `measured` is
called, where the part turns its quantities into raw counts. Nothing runs in between; the part
catches up when it is spoken to (`settle`), so a conversion that nobody reads costs nothing.
"""

from byteport_mocks.clock import VirtualClock


class Device:
    """A part with quantities that a test sets, on a clock that the bus gives it.

    A subclass states QUANTITIES as (name, lowest, highest, resolution, value at first), under the
    names of the driver's CHANNELS, and as UNSEEN what no driver can tell of it: "id" (it has none),
    "id of zeros" (it may start with zeros), "busy" (it has no ready bit), "start" (it needs none),
    and the names of faults that look like a sample.
    """

    QUANTITIES: "tuple[tuple[str, float, float, float, float], ...]" = ()
    UNSEEN: "tuple[str, ...]" = ()
    CATCH_UP = 1  # how many missed conversions of a repeating series are made up for

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.quantities: "dict[str, float | None]" = {row[0]: row[4] for row in self.QUANTITIES}
        self._held: "dict[str, float | None] | None" = None  # what set() was given while frozen
        self._stalled_at_us: "int | None" = None
        self._lost_us = 0  # time for which the part's own oscillator stood still
        self.fake_id: "int | None" = None
        self.power_on()

    # For tests

    def set(self, **quantities: "float | None") -> None:
        """Set physical values; None is "no sample", where the part has a code for that."""
        for name in quantities:
            if name not in self.quantities:
                known = ", ".join(row[0] for row in self.QUANTITIES)
                raise ValueError(f"{type(self).__name__} has no {name!r}, it has: {known}")
        self.settle()  # a conversion that ended before now has seen the old values
        (self.quantities if self._held is None else self._held).update(quantities)

    def range(self) -> "dict[str, tuple[float, float, float]]":
        """Return (lowest, highest, resolution) of each quantity, for a test that sweeps them."""
        return {row[0]: (row[1], row[2], row[3]) for row in self.QUANTITIES}

    def freeze(self, frozen: bool) -> None:
        """Keep delivering the present values, whatever is set, until thawed."""
        self.settle()
        if frozen and self._held is None:
            self._held = {}
        elif not frozen and self._held is not None:
            self.quantities.update(self._held)
            self._held = None

    def stall(self, stalled: bool) -> None:
        """Stop the part's own oscillator: a conversion under way never ends, until let go."""
        self.settle()
        if stalled and self._stalled_at_us is None:
            self._stalled_at_us = self.clock.ticks_us()
        elif not stalled and self._stalled_at_us is not None:
            self._lost_us += self.clock.ticks_us() - self._stalled_at_us
            self._stalled_at_us = None

    def stalled(self) -> bool:
        return self._stalled_at_us is not None

    def pretend_id(self, chip_id: "int | None") -> None:
        """Show another chip id, as a clone or another chip would; None shows the true one."""
        raise ValueError(f"{type(self).__name__} has no id to change, not even to {chip_id}")

    def power_on(self) -> None:
        """Cut the power and give it back: registers and conversions are lost, quantities stay."""
        self._due_us: "int | None" = None
        self._period_us = 0
        self.measured_us = 0
        self.reset()

    # For subclasses

    def reset(self) -> None:
        """Go to the state after power-on (override; a soft reset command may call it too)."""

    def measured(self) -> None:
        """Turn quantities into raw counts (override); called when a conversion's time is over."""

    def value_of(self, name: str) -> float:
        """Return a quantity, the lowest of its range where the test set None."""
        value = self.quantities[name]
        return self.range()[name][0] if value is None else value

    def now_us(self) -> int:
        """The part's own time; a part never asks the clock itself, so that it can be stalled."""
        now = self.clock.ticks_us() if self._stalled_at_us is None else self._stalled_at_us
        return now - self._lost_us

    def begin(self, duration_us: int, repeat: bool = False) -> None:
        """Start one conversion, or a series of them that follow each other without a gap."""
        self._due_us = self.now_us() + duration_us
        self._period_us = duration_us if repeat else 0

    def halt(self) -> None:
        """Give up the conversion, or the series, under way."""
        self._due_us = None
        self._period_us = 0

    def busy(self) -> bool:
        """Tell whether a conversion is under way."""
        self.settle()
        return self._due_us is not None

    def settle(self) -> None:
        """Do what the part has done by now; the bus calls this before it speaks to the part."""
        now = self.now_us()
        while self._due_us is not None and self._due_us <= now:
            period = self._period_us
            if period:
                missed = (now - self._due_us) // period + 1
                if missed > self.CATCH_UP:
                    self._due_us += (missed - self.CATCH_UP) * period
            self.measured_us = self._due_us
            self._due_us = self._due_us + period if period else None
            self.measured()
