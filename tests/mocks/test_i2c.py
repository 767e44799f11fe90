"""The simulated bus: transactions as machine.I2C does them, counted as an analyser would."""

import errno

from byteport_mocks import SimulatedI2C, VirtualClock
from byteport_mocks.chip import Chip
from portable import raises


class Recorder(Chip):
    """Writes down what happens to it."""

    ADDRESSES = (0x10, 0x11)

    def power_on(self):
        self.seen = []
        super().power_on()

    def start(self, read):
        self.seen.append("R" if read else "W")
        return True

    def write_byte(self, byte):
        self.seen.append(byte)
        return byte != 0x99

    def read_byte(self):
        self.seen.append("r")
        return len(self.seen)

    def stop(self):
        self.seen.append("P")


def new(**options):
    bus = SimulatedI2C(**options)
    return bus, bus.attach(Recorder())


def test_a_register_is_read_with_a_repeated_start():
    bus, chip = new()
    assert bus.readfrom_mem(0x10, 0xF7, 2) == b"\x04\x05"
    assert chip.seen == ["W", 0xF7, "R", "r", "r", "P"]
    assert (bus.transactions, bus.wire_bytes, bus.starts) == (1, 5, 2)


def test_a_register_is_written_in_one_go():
    bus, chip = new()
    bus.writeto_mem(0x10, 0xF4, b"\x25")
    assert chip.seen == ["W", 0xF4, 0x25, "P"]
    assert (bus.transactions, bus.wire_bytes) == (1, 3)


def test_a_write_without_stop_joins_the_next_call():
    bus, chip = new()
    assert bus.writeto(0x10, b"\x01\x02", False) == 2
    assert bus.transactions == 0
    buffer = bytearray(1)
    bus.readfrom_into(0x10, buffer)
    assert chip.seen == ["W", 1, 2, "R", "r", "P"]
    assert buffer == b"\x05"
    assert bus.transactions == 1


def test_the_other_calls():
    bus, chip = new()
    assert bus.writevto(0x10, (b"\x01", bytearray(b"\x02\x03"))) == 3
    assert chip.seen == ["W", 1, 2, 3, "P"]
    chip.seen.clear()
    assert bus.readfrom(0x10, 1) == b"\x02"
    view = bytearray(4)
    bus.readfrom_mem_into(0x10, 0x0102, memoryview(view)[1:3], addrsize=16)
    assert chip.seen[3:] == ["W", 1, 2, "R", "r", "r", "P"]
    assert view[0] == 0
    assert view[1]
    assert view[2]
    assert view[3] == 0


def test_bus_time_is_that_of_an_ideal_bus():
    bus, _ = new()
    bus.writeto_mem(0x10, 0xF4, b"\x25")  # a forced BMP280 reading: 2 transactions, 12 bytes
    bus.readfrom_mem(0x10, 0xF7, 6)
    assert (bus.transactions, bus.wire_bytes) == (2, 12)
    assert round(bus.bus_time_ms() * 100) == 113
    assert round(bus.bus_time_ms(400000) * 100) == 28
    assert bus.clock.ticks_us() == 1130
    bus.reset_counters()
    assert (bus.transactions, bus.wire_bytes, bus.log) == (0, 0, [])


def test_time_that_does_not_divide_is_not_lost():
    bus, _ = new(freq=400000)
    for _ in range(4):
        bus.writeto(0x10, b"")  # 11 bits, 27.5 us
    assert bus.clock.ticks_us() == 110


def test_nobody_there():
    for profile, number in (("pi", 121), ("rp2", errno.EIO), ("esp32", errno.ENODEV)):
        bus, _ = new(errno_profile=profile)
        assert raises(OSError, bus.readfrom, 0x42, 1).errno == number
        assert raises(OSError, bus.writeto_mem, 0x42, 0, b"\x00").errno == number


def test_a_refused_byte_ends_the_transaction():
    bus, chip = new()
    raises(OSError, bus.writeto, 0x10, b"\x01\x99\x02")
    assert chip.seen == ["W", 1, 0x99, "P"]
    assert (bus.transactions, bus.wire_bytes) == (1, 3)
    bus.readfrom(0x10, 1)
    assert bus.transactions == 2


def test_scan_finds_the_chips():
    bus, _ = new()
    bus.attach(Recorder(0x11))
    assert bus.scan() == [0x10, 0x11]
    assert bus.transactions == 112


def test_one_chip_at_an_address():
    bus, chip = new()
    raises(ValueError, bus.attach, Recorder())
    bus.detach(chip)
    assert bus.scan() == []


def test_attaching_powers_on_and_shares_the_clock():
    clock = VirtualClock(5000)
    bus, chip = new(clock=clock)
    assert chip.clock is bus.clock is clock
    chip.stretch_us = 300
    bus.writeto(0x10, b"")
    assert clock.ticks_us() == 5000000 + 110 + 300


def test_the_clock_line_held_too_long():
    bus, chip = new(timeout_us=35000)
    chip.stretch_us = 35001
    assert raises(OSError, bus.writeto, 0x10, b"\x01").errno == errno.ETIMEDOUT
    assert chip.seen == ["W", "P"]


def test_the_log_reads_like_an_analyser():
    bus, _ = new(clock=VirtualClock(7))
    bus.readfrom_mem(0x10, 0xF7, 2)
    raises(OSError, bus.writeto, 0x42, b"\x01")
    assert repr(bus.log[0]) == "7 ms: 0x10 write f7 0x10 read 04 05"
    assert repr(bus.log[1]) == "7 ms: 0x42 write nack"
    assert (bus.log[1].address, bus.log[1].wire_bytes()) == (0x42, 1)


def test_the_log_is_bounded():
    bus, _ = new()
    for _ in range(1003):
        bus.writeto(0x10, b"")
    assert len(bus.log) == 1000
    assert bus.transactions == 1003
