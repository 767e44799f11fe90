"""One output: what it is set to, and until when."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from byteport.errors import DriverError
from byteport_agent.actuators.values import Wish, value_text
from byteport_agent.clock import Clock
from byteport_agent.config.message_sections import Actuator as Settings
from byteport_agent.durations import duration_text

_KINDS = {"led": "LED", "relay": "OutputDevice", "pwm": "PWMOutputDevice", "servo": "Servo"}

OpenDevice = Callable[[Settings], Any]


def open_gpiozero(settings: Settings) -> Any:
    """Return gpiozero's device, which is in the safe state from its first moment."""
    from byteport_drivers.linux.gpio_pins import open_device

    options: dict[str, object] = {"initial_value": settings.safe}
    if settings.kind != "servo":
        options["active_high"] = not settings.active_low
    if settings.kind in ("led", "relay"):
        options["initial_value"] = bool(settings.safe)
    name = f"actuator {settings.name}"
    return open_device(_KINDS[settings.kind], name, settings.pin, options)


class Actuator:
    """An output, opened when it is first needed; for one thread.

    Raises DriverError where its pin cannot be had, which is tried again with each wish.
    """

    def __init__(
        self, settings: Settings, clock: Clock, open_device: OpenDevice = open_gpiozero
    ) -> None:
        self.settings = settings
        self._now = clock.ticks_ms
        self._open_device = open_device
        self._device: Any = None
        self._value = settings.safe
        self._pulsed = False
        self.until: int | None = None

    @property
    def is_safe(self) -> bool:
        return self._value == self.settings.safe

    def open(self) -> None:
        """Take the pin, in its safe state."""
        if self._device is None:
            self._device = self._open_device(self.settings)
            self._value, self.until = self.settings.safe, None

    def set(self, wish: Wish) -> None:
        """Set it, for as long as is wished and allowed."""
        self.open()
        self._write(wish.value)
        limits = [ms for ms in (wish.for_ms, self.settings.timeout_ms) if ms is not None]
        self._pulsed = wish.for_ms is not None and min(limits) == wish.for_ms
        self.until = self._now() + min(limits) if limits and not self.is_safe else None

    def expire(self) -> str:
        """Go back to the safe state where the time is over; return what is to be told of it."""
        if self.until is None or self._now() < self.until:
            return ""
        self.to_safe()
        if self._pulsed:
            return ""  # it was said before that it would
        limit = duration_text(self.settings.timeout_ms or 0)
        return f"{self.settings.name} is {self._text()} again: nobody set it for {limit}"

    def lost(self, since: int) -> str:
        """Go to the safe state where no broker was reached for too long; return what to tell."""
        due = self.loss_due(since)
        if due is None or self._now() < due:
            return ""
        self.to_safe()
        return f"{self.settings.name} is {self._text()}: no broker is reached"

    def loss_due(self, since: int) -> int | None:
        """Return when it goes to its safe state if brokers stay away, None where it need not."""
        limit = self.settings.on_loss_ms
        return None if limit is None or self.is_safe else since + limit

    def to_safe(self) -> None:
        """Set it to its safe state; one that cannot be is told of by its error, once."""
        self.until = None
        value, self._value = self._value, self.settings.safe
        if self._device is not None and value != self._value:
            self._write(self._value)

    def close(self) -> None:
        """Set it to its safe state and let go of the pin."""
        with suppress(DriverError, OSError):
            if self._device is not None:
                self._write(self.settings.safe)
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _write(self, value: float) -> None:
        on_or_off = self.settings.kind in ("led", "relay")
        self._device.value = bool(value) if on_or_off else value
        self._value = value

    def _text(self) -> str:
        return value_text(self.settings, self._value)
