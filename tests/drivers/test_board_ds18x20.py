"""DS18B20 probes on a simulated board: the datasheet's table, power cuts, many probes."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.board.ds18x20 import DS18X20, address_of, decode
from byteport_mocks.board import SimulatedBoard
from byteport_mocks.chips.ds18b20 import SimulatedDS18B20
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    DropByte,
    FlipBit,
    NackAddress,
    NeverReady,
    PowerOnReset,
    Stale,
    nth,
)
from byteport_mocks.onewire import OneWirePart, crc8
from chip_checks import check_near, names, sweep, take
from fault_checks import survive
from portable import raises
from read_memory import allocated

TABLE_1 = (  # of the datasheet, and the checksum with 4B 46 7F FF 0C 10 behind
    ("d007", 125, 0xF4),
    ("5005", 85, 0x1C),
    ("9101", 25.0625, 0x70),
    ("a200", 10.125, 0x74),
    ("0800", 0.5, 0xE2),
    ("0000", 0, 0xC8),
    ("f8ff", -0.5, 0xC3),
    ("5eff", -10.125, 0x6A),
    ("6ffe", -25.0625, 0xE8),
    ("90fc", -55, 0x4F),
)


class Rig:
    """A board with probes on pin 5, as a `with` around a test."""

    def __init__(self, probes=1):
        self.board = SimulatedBoard()
        self.clock = self.board.clock
        self.wire = self.board.onewire(5)
        self.probes = [
            self.wire.attach(SimulatedDS18B20(serial)) for serial in range(1, 1 + probes)
        ]

    def __enter__(self):
        self.board.__enter__()
        return self

    def __exit__(self, *error):
        self.board.__exit__(*error)

    def driver(self, *args, **options):
        from machine import Pin
        from onewire import OneWire

        return DS18X20(OneWire(Pin(5)), *args, **options)

    def take(self, driver):
        return take(driver, self.clock)


def test_the_datasheets_table():
    with Rig() as rig:
        driver = rig.driver()
        for raw, degrees, crc in TABLE_1:
            head = bytes.fromhex(raw + "4b467fff0c10")
            assert crc8(head) == crc
            assert decode(head) == degrees
            rig.probes[0].set(temperature=degrees)
            assert rig.take(driver) == (degrees,)


def test_address():
    rom = bytes.fromhex("021cb80100000000")[:7] + b"\xa2"
    assert crc8(rom) == 0
    assert address_of(rom) == "02-00000001b81c"


def test_range():
    with Rig() as rig:
        sweep(rig.driver(), rig.probes[0], rig.clock)


def test_resolutions():
    for bits, wait_ms, step in ((9, 94, 0.5), (10, 188, 0.25), (11, 376, 0.125), (12, 752, 0.0625)):
        with Rig() as rig:
            driver = rig.driver(bits=bits)
            assert driver.start() == wait_ms
            rig.probes[0].set(temperature=-10.9375)
            assert abs(rig.take(driver)[0] + 10.9375) <= step / 2
            assert rig.take(driver)[0] % step == 0
    with Rig() as rig:
        raises(ValueError, rig.driver, bits=8)


def test_undefined_bits_count_as_zero():
    assert decode(bytes.fromhex("97014b461fff0c10")) == 25
    assert decode(bytes.fromhex("9f014b463fff0c10")) == 25.75


def test_many_probes_in_one_conversion():
    with Rig(probes=5) as rig:
        driver = rig.driver()
        assert names(driver)[0] == "28-000000000001"
        assert len(driver.CHANNELS) == 5
        for number, probe in enumerate(rig.probes):
            probe.set(temperature=number * 10 - 15)
        before_us = rig.clock.ticks_us()
        assert rig.take(driver) == (-15, -5, 5, 15, 25)
        assert rig.clock.ticks_us() - before_us < 900000


def test_probes_by_address():
    with Rig(probes=3) as rig:
        rig.probes[2].set(temperature=60)
        driver = rig.driver(("28-000000000003", "28-000000000001"))
        assert names(driver) == ["28-000000000003", "28-000000000001"]
        assert rig.take(driver) == (60, 21.5)
        error = raises(ChipNotFound, rig.driver, ("28-000000000001", "28-00000000000f"))
        assert "28-00000000000f" in str(error)
        assert "28-000000000001" not in str(error)


def test_one_probe_is_called_temperature():
    with Rig() as rig:
        assert names(rig.driver()) == ["temperature"]
        assert names(rig.driver(("28-000000000001",))) == ["28-000000000001"]


def test_nothing_on_the_wire():
    with Rig(probes=0) as rig:
        raises(ChipNotFound, rig.driver)
        rig.wire.attach(OneWirePart())  # another kind of part
        raises(ChipNotFound, rig.driver)
    with Rig() as rig:
        driver = rig.driver()
        rig.wire.detach(rig.probes[0])
        assert "DS18X20" in str(raises(ChipNotFound, driver.start))


def test_a_true_85_is_read_and_that_of_a_power_cut_is_not():
    with Rig() as rig:
        driver = rig.driver()
        rig.probes[0].set(temperature=85)
        assert rig.take(driver) == (85,)
        rig.clock.sleep_ms(driver.start())
        rig.probes[0].power_on()
        assert "power" in str(raises(BadReading, driver.read))
        assert rig.take(driver) == (85,)
        rig.probes[0].set(temperature=20)
        rig.probes[0].power_on()
        raises(BadReading, rig.take, driver)
        assert rig.take(driver) == (20,)


def test_a_pulled_probe_is_named():
    with Rig(probes=2) as rig:
        driver = rig.driver()
        rig.wire.detach(rig.probes[1])
        assert "28-000000000002" in str(raises(BadReading, rig.take, driver))
        rig.wire.attach(rig.probes[1])
        raises(BadReading, rig.take, driver)
        assert rig.take(driver) == (21.5, 21.5)


def test_not_ready():
    with Rig() as rig:
        driver = rig.driver()
        driver.start()
        rig.clock.sleep_ms(700)
        raises(NotReady, driver.read)


def test_one_wrong_checksum_is_read_again():
    with Rig() as rig:
        driver = rig.driver()
        rig.clock.sleep_ms(driver.start())
        rig.wire.inject(FlipBit(0, 4, when=nth(1)))
        assert driver.read() == (21.5,)


def test_every_flipped_bit_is_seen():
    with Rig() as rig:
        driver = rig.driver()
        for place in range(9):
            for bit in range(8):
                rig.clock.sleep_ms(driver.start())
                fault = rig.wire.inject(FlipBit(place, bit))
                raises(BadReading, driver.read)
                assert fault.hits == 3
                rig.wire.clear()


def test_survives_faults():
    with Rig() as rig:
        faults = [AllOnes(), AllZeros(), NeverReady(), Stale(), PowerOnReset()]
        faults += [NackAddress(), NackAddress(when=nth(1)), NackAddress(when=nth(2))]
        faults += [PowerOnReset(when=nth(number)) for number in range(1, 4)]
        faults += [DropByte(place) for place in range(9)]
        wanted = {"temperature": 21.5}
        survive(rig.driver(), rig.wire, faults, rig.clock, wanted, {"temperature": 0})


class Quiet:
    """A `onewire.OneWire` that allocates nothing, as a board's in C."""

    def __init__(self, wire, scratchpad):
        self._wire = wire
        self._scratchpad = scratchpad

    def scan(self):
        return self._wire.scan()

    def reset(self):
        return True

    def write(self, data):
        pass

    def writebyte(self, byte):
        pass

    def readbyte(self):
        return 0xFF

    def readinto(self, buffer):
        for place in range(len(buffer)):
            buffer[place] = self._scratchpad[place]

    def crc8(self, data):
        return 0


def test_read_allocates_little():
    with Rig() as rig:
        driver = rig.driver()
        rig.take(driver)
        driver._onewire = Quiet(driver._onewire, rig.probes[0].scratchpad())
        driver.read()
        reading, used = allocated(driver.read)
        check_near(driver, reading, {"temperature": 21.5}, {"temperature": 0})
        assert used <= 200, used
