"""Faults: what goes wrong, when, and that it ends."""

import errno

from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    DropByte,
    FlipBit,
    Hang,
    NackAddress,
    NackByte,
    NeverReady,
    PowerOnReset,
    Stale,
    StuckBus,
    WrongId,
    during,
    every,
    flapping,
    nth,
    probability,
)
from portable import raises


def new():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808())
    bus.clock.sleep_ms(250)
    return bus, chip


def outcome(bus, address=0x18):
    try:
        return bus.readfrom_mem(address, 0x05, 2)
    except OSError as error:
        return error.errno


GOOD = b"\xc1\x58"


def test_the_nth_transaction():
    bus, _ = new()
    fault = bus.inject(NackAddress(when=nth(3)))
    assert [outcome(bus) for _ in range(4)] == [GOOD, GOOD, 121, GOOD]
    assert (fault.count, fault.hits) == (4, 1)


def test_every_nth_transaction():
    bus, _ = new()
    bus.inject(NackAddress(when=every(2)))
    assert [outcome(bus) for _ in range(4)] == [GOOD, 121, GOOD, 121]


def test_in_turn_well_and_not():
    bus, _ = new()
    bus.inject(NackAddress(when=flapping(up_ms=200, down_ms=100)))
    assert outcome(bus) == 121  # at 250 ms
    for expected in (GOOD, GOOD, 121, GOOD):
        bus.clock.sleep_ms(100)
        assert outcome(bus) == expected


def test_a_span_of_time():
    bus, _ = new()
    bus.inject(NackAddress(when=during(300, 400)))
    assert outcome(bus) == GOOD
    bus.clock.sleep_ms(60)
    assert outcome(bus) == 121
    bus.clock.sleep_ms(90)
    assert outcome(bus) == GOOD


def test_chance_is_the_same_everywhere():
    due = probability(0.25, seed=7)
    hits = [number for number in range(1, 41) if due(number, 0)]
    assert hits == [1, 8, 9, 12, 18, 20, 24, 26, 27, 29, 32]


def test_chance_comes_out_as_said():
    due = probability(0.1, seed=3)
    assert 80 <= len([1 for number in range(1000) if due(number, 0)]) <= 120
    never = probability(0)
    surely = probability(1)
    assert not any(never(number, 0) for number in range(100))
    assert all(surely(number, 0) for number in range(100))


def test_a_fault_may_concern_one_chip():
    bus, _ = new()
    bus.attach(SimulatedMCP9808(0x19))
    bus.clock.sleep_ms(250)
    fault = bus.inject(NackAddress(when=nth(2), address=0x19))
    assert [outcome(bus), outcome(bus, 0x19), outcome(bus), outcome(bus, 0x19)] == [
        GOOD,
        GOOD,
        GOOD,
        121,
    ]
    assert fault.count == 2


def test_a_byte_is_refused_where_asked():
    for place in range(3):
        bus, chip = new()
        bus.inject(NackByte(place))
        assert raises(OSError, bus.writeto_mem, 0x18, 0x02, b"\x12\x34").errno == 121
        assert bus.wire_bytes == 2 + place
        assert chip.get(2) == 0


def test_a_bit_flips_where_asked():
    bus, _ = new()
    bus.inject(FlipBit(byte=1, bit=3))
    assert outcome(bus) == b"\xc1\x50"


def test_a_lost_byte_reads_high():
    bus, _ = new()
    bus.inject(DropByte(0))
    assert outcome(bus) == b"\xff\x58"


def test_dead_lines():
    bus, _ = new()
    bus.inject(AllZeros(when=nth(1)))
    bus.inject(AllOnes(when=nth(2)))
    assert [outcome(bus) for _ in range(3)] == [b"\x00\x00", b"\xff\xff", GOOD]


def test_a_hang_takes_the_time_limit():
    bus, _ = new()
    bus.inject(Hang(when=nth(1)))
    before = bus.clock.ticks_ms()
    assert outcome(bus) == errno.ETIMEDOUT
    assert 50 <= bus.clock.ticks_ms() - before <= 51
    assert outcome(bus) == GOOD
    assert bus.log[0].failure == "timeout"


def test_a_stuck_bus_stays_stuck_until_freed():
    bus, _ = new()
    bus.inject(StuckBus(when=nth(2)))
    assert [outcome(bus) for _ in range(4)] == [GOOD] + 3 * [errno.ETIMEDOUT]
    bus.recover()
    assert outcome(bus) == GOOD


def test_a_conversion_that_never_ends():
    bus, chip = new()
    bus.inject(NeverReady())
    assert outcome(bus) == GOOD
    chip.set(temperature=30)
    bus.clock.sleep_ms(1000)
    assert outcome(bus) == GOOD
    bus.clear()
    bus.clock.sleep_ms(250)
    assert outcome(bus) == b"\xc1\xe0"


def test_the_same_sample_again():
    bus, chip = new()
    bus.inject(Stale(when=during(0, 1000)))
    assert outcome(bus) == GOOD
    chip.set(temperature=30)
    bus.clock.sleep_ms(250)
    assert outcome(bus) == GOOD
    bus.clock.sleep_ms(1000)
    outcome(bus)
    bus.clock.sleep_ms(250)
    assert outcome(bus) == b"\xc1\xe0"


def test_power_lost_in_mid_run():
    bus, chip = new()
    bus.writeto_mem(0x18, 0x02, b"\x12\x30")
    bus.inject(PowerOnReset(when=nth(1)))
    assert outcome(bus) == b"\x00\x00"
    assert chip.get(2) == 0
    bus.clock.sleep_ms(250)
    assert outcome(bus) == GOOD


def test_another_chip_in_its_place():
    bus, _ = new()
    bus.inject(WrongId(0x0055))
    assert bus.readfrom_mem(0x18, 0x06, 2) == b"\x00\x55"
    bus.clear()
    assert bus.readfrom_mem(0x18, 0x06, 2) == b"\x00\x54"


def test_faults_add_up_and_clear():
    bus, _ = new()
    bus.inject(FlipBit(byte=0, bit=0))
    bus.inject(FlipBit(byte=1, bit=0))
    assert outcome(bus) == b"\xc0\x59"
    bus.clear()
    assert outcome(bus) == GOOD
