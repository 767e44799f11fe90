"""1-Wire and the DS18B20: the datasheet's table, ROMs, faults."""

from byteport_mocks.chips.ds18b20 import SimulatedDS18B20
from byteport_mocks.faults import FlipBit, NackAddress, NeverReady, PowerOnReset, nth
from byteport_mocks.onewire import SimulatedOneWire, crc8


def new():
    bus = SimulatedOneWire()
    return bus, bus.attach(SimulatedDS18B20())


def converted(bus, wait_ms=750):
    bus.reset()
    bus.write_byte(0xCC)
    bus.write_byte(0x44)
    bus.clock.sleep_ms(wait_ms)


def scratchpad(bus, rom=None):
    bus.reset()
    if rom is None:
        bus.write_byte(0xCC)
    else:
        bus.write_byte(0x55)
        for byte in rom:
            bus.write_byte(byte)
    bus.write_byte(0xBE)
    return bytes([bus.read_byte() for _ in range(9)])


TABLE = (
    (125, 0x07D0, 0xF4),
    (85, 0x0550, 0x1C),
    (25.0625, 0x0191, 0x70),
    (10.125, 0x00A2, 0x74),
    (0.5, 0x0008, 0xE2),
    (0, 0x0000, 0xC8),
    (-0.5, 0xFFF8, 0xC3),
    (-10.125, 0xFF5E, 0x6A),
    (-25.0625, 0xFE6F, 0xE8),
    (-55, 0xFC90, 0x4F),
)


def test_the_table_of_the_datasheet():
    bus, probe = new()
    for temperature, raw, checksum in TABLE:
        probe.set(temperature=temperature)
        converted(bus)
        assert scratchpad(bus) == (
            bytes((raw & 0xFF, raw >> 8)) + b"\x4b\x46\x7f\xff\x0c\x10" + bytes((checksum,))
        )


def test_it_reads_85_until_converted():
    bus, _ = new()
    assert scratchpad(bus)[:2] == b"\x50\x05"
    converted(bus, 600)
    assert scratchpad(bus)[:2] == b"\x50\x05"
    bus.clock.sleep_ms(150)
    assert scratchpad(bus)[:2] == b"\x58\x01"


def test_the_line_tells_when_it_is_done():
    bus, _ = new()
    converted(bus, 700)
    assert bus.read_byte() == 0x00
    bus.clock.sleep_ms(50)
    assert bus.read_byte() == 0xFF


def test_roms():
    bus, probe = new()
    assert probe.rom == b"\x28\x02\x1c\xb8\x01\x00\x00" + bytes((crc8(probe.rom[:7]),))
    assert crc8(b"\x02\x1c\xb8\x01\x00\x00\x00") == 0xA2
    other = bus.attach(SimulatedDS18B20(serial=7))
    assert bus.roms() == [probe.rom, other.rom]
    other.set(temperature=-10.125)
    converted(bus)
    assert scratchpad(bus, other.rom)[:2] == b"\x5e\xff"
    assert scratchpad(bus, probe.rom)[:2] == b"\x58\x01"
    assert scratchpad(bus, b"\x00" * 8) == b"\xff" * 9
    bus.detach(other)
    assert bus.roms() == [probe.rom]


def test_resolution():
    bus, probe = new()
    probe.set(temperature=21.4375)
    bus.reset()
    for byte in b"\xcc\x4e\x00\x00\x1f":
        bus.write_byte(byte)
    assert probe.conversion_ms() == 93
    converted(bus, 94)
    assert scratchpad(bus)[:5] == b"\x58\x01\x00\x00\x1f"
    probe.power_on()
    assert scratchpad(bus)[4] == 0x7F


def test_nobody_there():
    bus = SimulatedOneWire()
    assert not bus.reset()
    assert bus.roms() == []
    bus.attach(SimulatedDS18B20())
    bus.inject(NackAddress(when=nth(2)))
    assert bus.reset()
    assert not bus.reset()


def test_faults():
    bus, _ = new()
    converted(bus)
    bus.inject(FlipBit(byte=0, bit=3, when=nth(1)))
    bus.inject(PowerOnReset(when=nth(3)))
    assert crc8(scratchpad(bus)) != 0
    assert crc8(scratchpad(bus)) == 0
    assert scratchpad(bus)[:2] == b"\x50\x05"
    bus.clear()
    bus.inject(NeverReady())
    converted(bus, 5000)
    assert scratchpad(bus)[:2] == b"\x50\x05"
    bus.clear()
    bus.clock.sleep_ms(750)
    assert scratchpad(bus)[:2] == b"\x58\x01"
