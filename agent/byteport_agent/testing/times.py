"""Whose time is which: sensors have a virtual one, outputs the real one, the gateway both."""

from threading import Event, Lock
from typing import Protocol

from byteport.compat import ticks_ms
from byteport_agent.clock import unix_ms

_BOOTED_MS = 3_600_000  # ago: long enough for an agent to believe a clock that nobody sets


class Hardware(Protocol):
    """The clock of simulated hardware, such as a `VirtualClock` of byteport_mocks."""

    def ticks_ms(self) -> int: ...

    def sleep_ms(self, ms: int) -> None:
        """Let time pass, and what the hardware does in it."""
        ...


class VirtualTime:
    """The agent's clock on that of its hardware, which began at ``begin_ms`` since 1970."""

    def __init__(self, hardware: Hardware, begin_ms: int) -> None:
        self._hardware = hardware
        self._begin_ms = begin_ms

    def ticks_ms(self) -> int:
        return _BOOTED_MS + self._hardware.ticks_ms()

    @property
    def to_unix_ms(self) -> int:
        """What is to be added to ticks for the time since 1970."""
        return self._begin_ms - _BOOTED_MS

    def unix_ms(self) -> int:
        return self.ticks_ms() + self.to_unix_ms

    def wait_ms(self, ms: int) -> bool:
        self._hardware.sleep_ms(ms)
        return False


class RealTime:
    """This machine's clock, for what sends while virtual time stands still."""

    def ticks_ms(self) -> int:
        return ticks_ms()

    def unix_ms(self) -> int:
        return unix_ms()

    def wait_ms(self, ms: int) -> bool:
        Event().wait(ms / 1000)
        return False


class GoingOn:
    """Virtual time that goes on by itself while nobody moves it, for threads that wait in it."""

    def __init__(self, virtual: VirtualTime) -> None:
        self._virtual = virtual
        self._lock = Lock()
        self._moved = virtual.ticks_ms(), ticks_ms()
        self._shown = self._moved[0]

    def ticks_ms(self) -> int:
        with self._lock:
            now, real = self._virtual.ticks_ms(), ticks_ms()
            if now != self._moved[0]:
                self._moved = now, real
            self._shown = max(self._shown, now + real - self._moved[1])
            return self._shown

    def unix_ms(self) -> int:
        return self.ticks_ms() + self._virtual.to_unix_ms

    def wait_ms(self, ms: int) -> bool:
        Event().wait(ms / 1000)
        return False
