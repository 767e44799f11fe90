"""Sensirion's commands, words and checksums."""

from byteport_mocks import SimulatedI2C
from byteport_mocks.faults import NeverReady
from byteport_mocks.sensirion import SensirionChip, crc8, packed
from portable import raises

MEASURE, STRETCH, SET, GET = 0x2400, 0x2C06, 0x1D00, 0x2315


class Sensor(SensirionChip):
    ADDRESSES = (0x44,)
    DURATIONS_US = {MEASURE: 15000, STRETCH: 15000, SET: 1000, GET: 0}
    QUANTITIES = (("ticks", 0.0, 65535.0, 1.0, 26214.0),)

    def reset(self):
        self.offset = 7

    def stretches(self, command):
        return command == STRETCH

    def on_command(self, command, arguments):
        if command == SET:
            self.offset = arguments[0]
            return None
        if command == GET:
            return (self.offset,)
        return int(self.quantities["ticks"]), 0x8000


class Small(SensirionChip):
    ADDRESSES = (0x44,)
    COMMAND_BYTES = 1
    DURATIONS_US = {0xFD: 8300}

    def on_command(self, command, arguments):
        return (0xBEEF,)


def new():
    bus = SimulatedI2C()
    return bus, bus.attach(Sensor())


def test_checksums_of_the_datasheets():
    assert crc8(b"\xbe\xef") == 0x92
    assert crc8(b"\x00\x00") == 0x81
    assert packed((0x01F4, 0x6667, 0x5EB9)) == b"\x01\xf4\x33\x66\x67\xa2\x5e\xb9\x3c"
    assert packed((0xF896, 0x9F07, 0x3BBE)) == b"\xf8\x96\x31\x9f\x07\xc2\x3b\xbe\x89"


def test_a_read_is_refused_until_the_measurement_is_done_and_answered_once():
    bus, _ = new()
    raises(OSError, bus.readfrom, 0x44, 6)  # nothing was asked for
    bus.writeto(0x44, b"\x24\x00")
    bus.clock.sleep_ms(14)
    raises(OSError, bus.readfrom, 0x44, 6)
    raises(OSError, bus.writeto, 0x44, b"\x24\x00")
    bus.clock.sleep_ms(1)
    assert bus.readfrom(0x44, 6) == packed((0x6666, 0x8000))
    raises(OSError, bus.readfrom, 0x44, 6)


def test_arguments_need_their_checksum():
    bus, chip = new()
    bus.writeto(0x44, b"\x1d\x00" + packed((0x07E6,)))
    bus.clock.sleep_ms(1)
    assert bus.readfrom_mem(0x44, GET, 3, addrsize=16) == packed((0x07E6,))
    raises(OSError, bus.writeto, 0x44, b"\x1d\x00\x01\x02\x03")
    bus.clock.sleep_ms(1)
    assert chip.offset == 0x07E6


def test_unknown_commands_are_refused():
    bus, _ = new()
    raises(OSError, bus.writeto, 0x44, b"\x12\x34")


def test_a_read_may_be_stretched():
    bus, _ = new()
    assert bus.readfrom_mem(0x44, STRETCH, 3, addrsize=16) == packed((0x6666,))
    assert 15 <= bus.clock.ticks_ms() <= 16


def test_a_stalled_stretch_ends_at_the_bus():
    bus, _ = new()
    bus.inject(NeverReady())
    raises(OSError, bus.readfrom_mem, 0x44, STRETCH, 3, addrsize=16)
    assert 50 <= bus.clock.ticks_ms() <= 51


def test_commands_of_one_byte():
    bus = SimulatedI2C()
    bus.attach(Small())
    bus.writeto(0x44, b"\xfd")
    bus.clock.sleep_ms(9)
    assert bus.readfrom(0x44, 3) == b"\xbe\xef\x92"


def test_power_on_forgets():
    bus, chip = new()
    bus.writeto(0x44, b"\x24\x00")
    chip.power_on()
    bus.clock.sleep_ms(20)
    raises(OSError, bus.readfrom, 0x44, 6)
