"""MCP9808: the datasheet's registers, on the bus."""

from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808


def new():
    bus = SimulatedI2C()
    return bus, bus.attach(SimulatedMCP9808())


def ambient(bus, chip, temperature):
    chip.set(temperature=temperature)
    bus.clock.sleep_ms(250)
    high, low = bus.readfrom_mem(0x18, 0x05, 2)
    return high << 8 | low


def test_ids():
    bus, _ = new()
    assert bus.readfrom_mem(0x18, 0x06, 2) == b"\x00\x54"
    assert bus.readfrom_mem(0x18, 0x07, 2) == b"\x04\x00"
    assert bus.readfrom_mem(0x18, 0x08, 1) == b"\x03"


def test_alert_bits_come_before_the_temperature():
    bus, chip = new()
    assert ambient(bus, chip, 25.25) == 0xC194
    assert ambient(bus, chip, -10.25) == 0x3F5C
    assert ambient(bus, chip, 0) == 0x8000
    bus.writeto_mem(0x18, 0x04, b"\x05\x00")  # critical and upper limit 80 degrees
    bus.writeto_mem(0x18, 0x02, b"\x05\x00")
    assert ambient(bus, chip, 25.25) == 0x0194


def test_the_range_saturates():
    bus, chip = new()
    assert ambient(bus, chip, 400) == 0xCFFF
    assert ambient(bus, chip, -400) == 0x3000


def test_coarse_resolution_is_fast():
    bus, chip = new()
    bus.writeto_mem(0x18, 0x08, b"\x00")
    chip.set(temperature=21.3)
    bus.clock.sleep_ms(30)
    assert bus.readfrom_mem(0x18, 0x05, 2) == b"\xc1\x58"


def test_no_conversions_while_shut_down():
    bus, chip = new()
    before = ambient(bus, chip, 20)
    bus.writeto_mem(0x18, 0x01, b"\x01\x00")
    assert ambient(bus, chip, 30) == before
    bus.writeto_mem(0x18, 0x01, b"\x00\x00")
    assert ambient(bus, chip, 30) == 0xC1E0


def test_a_reading_costs_five_bytes():
    bus, _ = new()
    bus.readfrom_mem(0x18, 0x05, 2)
    assert (bus.transactions, bus.wire_bytes) == (1, 5)
