"""`machine.Pin` and `Signal`: the board's simulated pins by number."""

# ruff: noqa: A002 (machine's signatures)

from byteport_mocks.board.current import current
from byteport_mocks.pin import SimulatedPin


class PinType:
    """Stands in for the class Pin: a call gives the pin of that number, always the same."""

    IN = SimulatedPin.IN
    OUT = SimulatedPin.OUT
    OPEN_DRAIN = SimulatedPin.OPEN_DRAIN
    PULL_UP = SimulatedPin.PULL_UP
    PULL_DOWN = SimulatedPin.PULL_DOWN
    IRQ_FALLING = SimulatedPin.IRQ_FALLING
    IRQ_RISING = SimulatedPin.IRQ_RISING

    def __call__(
        self,
        id: "int | str | SimulatedPin",
        mode: int = -1,
        pull: "int | None" = -1,
        *,
        value: "int | None" = None,
    ) -> SimulatedPin:
        pin = id if isinstance(id, SimulatedPin) else current().pin(pin_number(id))
        if mode == self.IN and pull == self.PULL_UP and not pin.driven:
            pin.level = 1
        pin.init(mode, pull, value)
        return pin


Pin = PinType()


def pin_number(pin: "int | str | SimulatedPin") -> int:
    """Return the number of a pin given as number, as name ("GP4", "LED") or as pin."""
    if isinstance(pin, SimulatedPin):
        return current().number_of(pin)
    if isinstance(pin, int):
        return pin
    digits = "".join([char for char in pin if char.isdigit()])
    return int(digits) if digits else -1  # the LED of a Pico W has no number


class Signal:
    """A pin whose active level may be low."""

    def __init__(self, pin: SimulatedPin, invert: bool = False) -> None:
        self._pin = pin
        self._invert = 1 if invert else 0

    def value(self, level: "int | None" = None) -> "int | None":
        if level is not None:
            return self._pin.value((1 if level else 0) ^ self._invert)
        return (self._pin.value() or 0) ^ self._invert

    def on(self) -> None:
        self.value(1)

    def off(self) -> None:
        self.value(0)


def time_pulse_us(pin: SimulatedPin, level: int, timeout_us: int = 1000000) -> int:
    """Return how long the pin keeps a level, -2 if it never has it and -1 if it keeps it on."""
    clock = pin.clock
    end_us = clock.ticks_us() + timeout_us
    while pin.value() != level:
        if clock.ticks_us() >= end_us:
            return -2
    start_us = clock.ticks_us()
    end_us = start_us + timeout_us
    while pin.value() == level:
        if clock.ticks_us() >= end_us:
            return -1
    return clock.ticks_us() - start_us
