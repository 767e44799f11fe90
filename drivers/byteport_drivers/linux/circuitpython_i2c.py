"""CircuitPython's `busio.I2C` on one of our buses, so that its drivers need no `board.SCL`.

A write and the read after it are one transaction where the bus can do that.
"""

from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from byteport.bus import I2CBus


class CircuitPythonI2C:
    """What adafruit_bus_device and adafruit_register call."""

    def __init__(self, i2c: "I2CBus") -> None:
        self._i2c = i2c
        self._lock = Lock()
        self._write_then_read: Any = getattr(i2c, "write_then_read", None)

    def try_lock(self) -> bool:
        return self._lock.acquire(blocking=False)

    def unlock(self) -> None:
        self._lock.release()

    def deinit(self) -> None:
        """Leave the bus to whoever opened it."""

    def scan(self) -> list[int]:
        return self._i2c.scan()

    def writeto(self, address: int, buffer: Any, *, start: int = 0, end: int | None = None) -> None:
        self._i2c.writeto(address, bytes(buffer[start:end]))

    def readfrom_into(
        self, address: int, buffer: Any, *, start: int = 0, end: int | None = None
    ) -> None:
        size = len(buffer[start:end])
        buffer[start : start + size] = self._i2c.readfrom(address, size)

    def writeto_then_readfrom(
        self,
        address: int,
        out_buffer: Any,
        in_buffer: Any,
        *,
        out_start: int = 0,
        out_end: int | None = None,
        in_start: int = 0,
        in_end: int | None = None,
    ) -> None:
        data = bytes(out_buffer[out_start:out_end])
        size = len(in_buffer[in_start:in_end])
        if len(data) == 1:
            answer = self._i2c.readfrom_mem(address, data[0], size)
        elif self._write_then_read is not None:
            answer = self._write_then_read(address, data, size)
        else:
            self._i2c.writeto(address, data)
            answer = self._i2c.readfrom(address, size)
        in_buffer[in_start : in_start + size] = answer
