"""What inputs with interrupts share on a board: the pin as a type, and edges told from bouncing."""

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
