"""DHT11 and DHT22: a frame of 40 bits as a train of pulses on one wire.

Aosong's AM2302 datasheet, 7 (communication): the host holds the line low, the sensor answers with
80 us low and 80 us high, then for each bit 50 us low and 26 us (0) or 70 us (1) high. The checksum
is a sum, which a frame of zeros passes.

    sensor = SimulatedDHT22(pin=pin)
    sensor.set(temperature=-10.1, humidity=65.2)
    sensor.frame()                   # 02 8c 80 65 73
    sensor.inject(NackAddress())     # no answer; FlipBit, AllZeros, and DropByte for a torn frame
"""

from byteport_mocks.device import Device
from byteport_mocks.fault_list import FaultList
from byteport_mocks.faults import ACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.faults import Fault
    from byteport_mocks.pin import SimulatedPin

_BIT_LOW_US = 50
_ZERO_US = 26
_ONE_US = 70


class SimulatedDHT(Device):
    """What both have: on a pin it answers the host's start signal by itself."""

    START_LOW_US = 0  # how long the host holds the line low
    INTERVAL_MS = 0  # asked sooner, the sensor gives the old sample again

    def __init__(self, pin: "SimulatedPin | None" = None) -> None:
        self._faults = FaultList()
        super().__init__()
        self._pin = pin
        self._low_since_us: "int | None" = None
        if pin is not None:
            self.clock = pin.clock
            pin.level = 1
            pin.on_write(self._on_level)

    def reset(self) -> None:
        self._frame: "bytes | None" = None
        self._sampled_us = 0

    def inject(self, fault: "Fault") -> "Fault":
        """Let a fault happen from now on, by its schedule, counted in readings; return it."""
        self._faults.inject(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def encode(self) -> "tuple[int, int, int, int]":
        """Return the four bytes of the present quantities (override)."""
        raise NotImplementedError

    def frame(self) -> bytes:
        """Return the five bytes of a reading now, without faults."""
        now = self.now_us()
        if self._frame is None or now - self._sampled_us >= self.INTERVAL_MS * 1000:
            data = self.encode()
            self._frame = bytes(data) + bytes((sum(data) & 0xFF,))
            self._sampled_us = now
        return self._frame

    def answer(self) -> "bytes | None":
        """Return the bytes that arrive at a host that asks now: None for no answer."""
        self._faults.begin(None, self, self.clock.ticks_ms())
        if self._faults.on_start(True) != ACK:
            return None
        received = bytearray()
        for index, byte in enumerate(self.frame()):
            arrives = self._faults.on_read(index, byte)
            if arrives is None:
                break  # the frame is torn off here
            received.append(arrives)
        return bytes(received)

    def pulse_train(self) -> "list[tuple[int, int]]":
        """Return the line's levels after a host has asked: (level, microseconds) each."""
        data = self.answer()
        if data is None:
            return [(1, 0)]
        train = [(1, 30), (0, 80), (1, 80)]
        for byte in data:
            for bit in range(7, -1, -1):
                train.append((0, _BIT_LOW_US))
                train.append((1, _ONE_US if byte >> bit & 1 else _ZERO_US))
        train.append((0, _BIT_LOW_US))
        train.append((1, 0))
        return train

    def _on_level(self, level: int) -> None:
        now = self.clock.ticks_us()
        if not level:
            self._low_since_us = now
        elif self._low_since_us is not None:
            held_us = now - self._low_since_us
            self._low_since_us = None
            if held_us >= self.START_LOW_US and self._pin is not None:
                self._pin.play(self.pulse_train())


class SimulatedDHT22(SimulatedDHT):
    """DHT22, AM2302; with ``clone`` one that sends negative temperatures as two's complement."""

    QUANTITIES = (
        ("temperature", -40.0, 80.0, 0.1, 21.5),
        ("humidity", 0.0, 100.0, 0.1, 45.0),
    )
    START_LOW_US = 800
    INTERVAL_MS = 2000

    def __init__(self, pin: "SimulatedPin | None" = None, clone: bool = False) -> None:
        self._clone = clone
        super().__init__(pin)

    def encode(self) -> "tuple[int, int, int, int]":
        humidity = round(self.value_of("humidity") * 10)
        tenths = round(self.value_of("temperature") * 10)
        if tenths < 0:
            tenths = tenths & 0x0FFF if self._clone else -tenths | 0x8000
        return humidity >> 8, humidity & 0xFF, tenths >> 8, tenths & 0xFF


class SimulatedDHT11(SimulatedDHT):
    """DHT11 of the kind that sends tenths of a degree, with the sign in their byte."""

    QUANTITIES = (("temperature", -20.0, 60.0, 0.1, 21.5), ("humidity", 5.0, 95.0, 1.0, 45.0))
    START_LOW_US = 17000
    INTERVAL_MS = 1000

    def encode(self) -> "tuple[int, int, int, int]":
        tenths = round(self.value_of("temperature") * 10)
        sign = 0x80 if tenths < 0 else 0
        whole, tenth = abs(tenths) // 10, abs(tenths) % 10
        return round(self.value_of("humidity")), 0, whole, tenth | sign
