"""gpiozero's own mock pins, in virtual time: edges are stamped by the clock that all else shares.

    with simulated_pins(clock) as pins:
        pins.pin(4).drive_high()
        DistanceSensor(echo=24, trigger=23)       # gpiozero finds these pins

What a program writes to a pin is heard by those that the pin's ``wired`` holds. A pin with a bounce
time tells of a level when it has been quiet for so long, as the kernel does under lgpio; gpiozero's
own mock pins tell of each edge.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from byteport_mocks.clock import VirtualClock


class Pin(MockPWMPin):  # type: ignore[misc]
    """A pin of a Raspberry Pi; ``wired`` is called with each level that a program writes."""

    def __init__(self, factory: Any, info: Any) -> None:
        super().__init__(factory, info)
        self.wired: list[Callable[[float], object]] = []
        self._told = self._state  # the level that was last told of
        self._quiet = 0  # the clock's handle of when it is quiet

    def _set_state(self, value: float) -> None:
        before = self._state
        super()._set_state(value)
        if value != before:
            for hears in self.wired:
                hears(value)

    def _enable_event_detect(self) -> None:
        self._told = self._state

    def _call_when_changed(self) -> None:
        if self._bounce:
            self.factory.clock.cancel(self._quiet)
            due_us = self.factory.clock.ticks_us() + round(self._bounce * 1_000_000)
            self._quiet = self.factory.clock.call_at_us(due_us, self._tell)
        else:
            self._tell()

    def _tell(self) -> None:
        if self._bounce and self._state == self._told:
            return
        self._told = self._state
        self._last_change = self.factory.ticks()
        super()._call_when_changed()


class Pins(MockFactory):  # type: ignore[misc]
    """All pins of one Raspberry Pi."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(pin_class=Pin)
        self.clock = clock

    def ticks(self) -> float:
        return self.clock.ticks_us() / 1_000_000


@contextmanager
def simulated_pins(clock: VirtualClock) -> "Iterator[Pins]":
    """Let gpiozero find simulated pins in this block."""
    before = Device.pin_factory
    Device.pin_factory = pins = Pins(clock)
    try:
        yield pins
    finally:
        pins.reset()
        Device.pin_factory = before
