"""A pin whose edges are counted and told: what switches, motion sensors and meters have in common.

Times are those of the edges, not of the calls: the kernel stamps them. A change counts if the pin
was quiet for the debounce time before it, so contacts that bounce at either end count once.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from threading import Lock, Timer
from typing import Any

from byteport_drivers.linux.gpio_pins import open_input

Callback = Callable[[tuple[float, ...]], object]


class PinEdges(ABC):
    """One input whose edges are counted; a subclass says in `read` what a sample is."""

    BUS = "gpio"
    CHANNELS: tuple[tuple[str, str, int], ...] = ()

    def __init__(
        self, sensor: str, pin: "int | str", pull: str, active_low: bool, debounce_ms: float
    ) -> None:
        self._active_low = active_low
        self._debounce_s = debounce_ms / 1000
        self._lock = Lock()
        self._count = 0
        self._last_edge: Any = None  # in the pin factory's own ticks
        self._device = open_input(sensor, pin, pull)
        self._ticks_diff = self._device.pin_factory.ticks_diff
        self._device.pin.edges = "both"
        self._device.pin.when_changed = self._on_edge

    def start(self) -> int:
        """Return 0: the pin's level is at hand."""
        return 0

    @abstractmethod
    def read(self) -> tuple[float, ...]:
        """Return a sample."""

    def active(self) -> int:
        """Return 1 if the pin is active now."""
        return int(bool(self._device.pin.state) != self._active_low)

    def taken_count(self) -> int:
        """Return how often the pin became active since this was last asked."""
        with self._lock:
            count, self._count = self._count, 0
        return count

    def close(self) -> None:
        """Give the pin back."""
        self._device.close()

    def changed(self, quiet: bool) -> None:  # noqa: B027 (most need not hear of edges)
        """Hear of an edge, and whether the pin was quiet before it (override)."""

    def _on_edge(self, ticks: Any, state: int) -> None:
        with self._lock:
            quiet = (
                self._last_edge is None
                or self._ticks_diff(ticks, self._last_edge) >= self._debounce_s
            )
            self._last_edge = ticks
            if quiet and bool(state) != self._active_low:
                self._count += 1
        self.changed(quiet)


class ToldEdges(PinEdges):
    """One input that tells of each change of its state, besides being read."""

    def __init__(
        self, sensor: str, pin: "int | str", pull: str, active_low: bool, debounce_ms: float
    ) -> None:
        self._told: int | None = None
        self._callback: Callback | None = None
        self._settling: Timer | None = None
        super().__init__(sensor, pin, pull, active_low, debounce_ms)

    def watch(self, callback: "Callback | None") -> None:
        """Call back with a sample after each change, from another thread; None ends that."""
        self._told = self.active()
        self._callback = callback

    def close(self) -> None:
        """Give the pin back, and tell no more."""
        self._callback = None
        if self._settling is not None:
            self._settling.cancel()
        super().close()

    def changed(self, quiet: bool) -> None:
        if self._callback is not None:
            if quiet:
                self._tell()
            else:
                self._tell_when_settled()

    def _tell_when_settled(self) -> None:
        """Let a press that was shorter than the debounce time not stay reported for ever."""
        if self._settling is None or not self._settling.is_alive():
            self._settling = Timer(self._debounce_s, self._tell)
            self._settling.daemon = True
            self._settling.start()

    def _tell(self) -> None:
        active, callback = self.active(), self._callback
        if callback is not None and active != self._told:
            self._told = active
            callback(self.read())
