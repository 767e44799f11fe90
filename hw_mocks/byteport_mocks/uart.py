"""A simulated UART with a sensor at its other end, which sends frames when it would.

    uart = SimulatedUART(SimulatedPMS5003())
    uart.device.set(pm25=8)
    uart.clock.sleep_ms(1000)
    uart.any()                      # 32

Bytes arrive one by one, each in its time, so a read in the middle of a frame gets half of it; what
nobody fetches is lost when the receive buffer is full, as on a board.
"""

from byteport_mocks.clock import VirtualClock
from byteport_mocks.device import Device
from byteport_mocks.fault_list import FaultList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.faults import Fault

    Readable = bytes | bytearray | memoryview
    Writable = bytearray | memoryview


class UARTDevice(Device):
    """One part with a serial line; `measured` or `on_byte` calls `emit`."""

    BAUDRATE = 9600
    CATCH_UP = 16  # frames of a series that a full receive buffer may hold

    def power_on(self) -> None:
        self.outbox: "list[tuple[int, bytes]]" = []
        super().power_on()

    def emit(self, frame: bytes, at_us: "int | None" = None) -> None:
        """Send a frame, from now on or from a time of `now_us` (such as ``measured_us``) on."""
        self.outbox.append((self.now_us() if at_us is None else at_us, frame))

    def on_byte(self, byte: int) -> None:
        """Take a byte from the host (override)."""


class SimulatedUART:
    """`machine.UART`'s methods; ``timeout_ms`` is how long a read waits for its first byte."""

    def __init__(
        self,
        device: UARTDevice,
        clock: "VirtualClock | None" = None,
        timeout_ms: int = 0,
        rxbuf: int = 256,
    ) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self.device = device
        self.timeout_ms = timeout_ms
        self.rxbuf = rxbuf
        self.lost = 0  # bytes that found the receive buffer full
        self._faults = FaultList()
        self._wire: "list[tuple[int, int]]" = []  # when each byte has arrived, and the byte
        self._received = bytearray()
        self._byte_us = 10000000 // device.BAUDRATE
        device.clock = self.clock
        device.power_on()

    def inject(self, fault: "Fault") -> "Fault":
        """Let a fault happen from now on, by its schedule, counted in frames; return it."""
        self._faults.inject(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    # machine.UART

    def init(self, baudrate: int = 9600, **options: object) -> None:
        """Take settings; the line has the speed of its part whatever is said here."""

    def deinit(self) -> None:
        pass

    def any(self) -> int:
        """Return how many bytes wait; each call takes a bit's time, so a loop that polls ends."""
        self.clock.sleep_us(self._byte_us // 10)
        self._arrive()
        return len(self._received)

    def read(self, size: "int | None" = None) -> "bytes | None":
        if not self._wait():
            return None
        return self._take(len(self._received) if size is None else size)

    def readinto(self, buffer: "Writable", size: "int | None" = None) -> "int | None":
        if not self._wait():
            return None
        data = self._take(len(buffer) if size is None else min(size, len(buffer)))
        buffer[: len(data)] = data
        return len(data)

    def readline(self) -> "bytes | None":
        if not self._wait():
            return None
        end = bytes(self._received).find(b"\n")
        return self._take(len(self._received) if end < 0 else end + 1)

    def write(self, data: "Readable") -> int:
        for byte in bytes(data):
            self.clock.sleep_us(self._byte_us)
            self.device.settle()
            self.device.on_byte(byte)
        return len(data)

    def _take(self, size: int) -> bytes:
        data = bytes(self._received[:size])
        self._received = self._received[size:]
        return data

    def _wait(self) -> bool:
        end_ms = self.clock.ticks_ms() + self.timeout_ms
        while not self.any():
            if self.clock.ticks_ms() >= end_ms:
                return False
        return True

    def _arrive(self) -> None:
        self.device.settle()
        now = self.device.now_us()
        while self.device.outbox and self.device.outbox[0][0] <= now:
            start_us, frame = self.device.outbox.pop(0)
            self._send(start_us, frame)
        while self._wire and self._wire[0][0] <= now:
            _, byte = self._wire.pop(0)
            if len(self._received) < self.rxbuf:
                self._received.append(byte)
            else:
                self.lost += 1

    def _send(self, start_us: int, frame: bytes) -> None:
        self._faults.begin(None, self.device, self.clock.ticks_ms())
        if self._wire and self._wire[-1][0] > start_us:
            start_us = self._wire[-1][0]
        for index, byte in enumerate(frame):
            start_us += self._byte_us
            arrives = self._faults.on_read(index, byte)
            if arrives is not None:
                self._wire.append((start_us, arrives))
