"""The simulated UART: bytes in their time, a buffer that overflows."""

from byteport_mocks import SimulatedUART
from byteport_mocks.faults import DropByte, FlipBit, NeverReady, nth
from byteport_mocks.uart import UARTDevice


class Talker(UARTDevice):
    """Sends a line a second, and answers each byte with itself."""

    def reset(self):
        self.begin(1000000, repeat=True)

    def measured(self):
        self.emit(b"abcd\n", self.measured_us)

    def on_byte(self, byte):
        self.emit(bytes((byte,)))


def test_bytes_come_one_by_one():
    uart = SimulatedUART(Talker())
    assert uart.any() == 0
    assert uart.read() is None
    uart.clock.sleep_us(1000000 + 3 * 1042 - uart.clock.ticks_us())
    assert uart.any() == 3
    buffer = bytearray(8)
    assert uart.readinto(buffer) == 3
    assert uart.readinto(buffer) is None or buffer[0] == ord("d")
    uart.clock.sleep_ms(10)
    assert uart.read()[-1:] == b"\n"


def test_each_frame_of_a_series_comes():
    uart = SimulatedUART(Talker())
    uart.clock.sleep_ms(3010)
    assert uart.readline() == b"abcd\n"
    assert uart.read(3) == b"abc"
    assert uart.readline() == b"d\n"
    assert uart.read() == b"abcd\n"
    assert uart.readline() is None


def test_what_nobody_fetches_is_lost():
    uart = SimulatedUART(Talker(), rxbuf=12)
    uart.clock.sleep_ms(4010)
    assert uart.read() == b"abcd\nabcd\nab"
    assert uart.lost == 8


def test_a_loop_that_waits_ends():
    uart = SimulatedUART(Talker())
    while uart.any() < 5:
        pass
    assert 1005 <= uart.clock.ticks_ms() <= 1008


def test_a_read_may_wait():
    uart = SimulatedUART(Talker(), timeout_ms=2000)
    assert uart.read(1) == b"a"
    assert 1000 <= uart.clock.ticks_ms() <= 1003


def test_the_device_hears():
    uart = SimulatedUART(Talker(), timeout_ms=10)
    assert uart.write(b"xy") == 2
    uart.clock.sleep_ms(5)
    assert uart.read() == b"xy"


def test_faults_are_counted_in_frames():
    uart = SimulatedUART(Talker())
    uart.inject(FlipBit(byte=0, bit=1, when=nth(1)))
    uart.inject(DropByte(byte=1, when=nth(2)))
    uart.clock.sleep_ms(3010)
    assert uart.read() == b"cbcd\nacd\nabcd\n"
    uart.clear()


def test_silence():
    uart = SimulatedUART(Talker())
    uart.device.stall(True)
    uart.clock.sleep_ms(5000)
    assert uart.any() == 0
    uart.inject(NeverReady())
    uart.device.stall(False)
    uart.clock.sleep_ms(1010)
    assert uart.any() == 5
