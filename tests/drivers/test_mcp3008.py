"""MCP3008 and its sisters: the datasheet's bits, every input, and a data line that lies."""

from byteport.errors import BadReading
from byteport_drivers.mcp3004 import MCP3004
from byteport_drivers.mcp3008 import MCP3008, decode
from byteport_drivers.mcp3204 import MCP3204
from byteport_drivers.mcp3208 import MCP3208
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.mcp3008 import (
    SimulatedMCP3004,
    SimulatedMCP3008,
    SimulatedMCP3204,
    SimulatedMCP3208,
)
from byteport_mocks.faults import AllOnes, AllZeros, DropByte, FlipBit
from chip_checks import bus_cost, check_near, sweep, take
from fault_checks import survive
from portable import raises

PAIRS = (
    (MCP3004, SimulatedMCP3004),
    (MCP3008, SimulatedMCP3008),
    (MCP3204, SimulatedMCP3204),
    (MCP3208, SimulatedMCP3208),
)


def new(**options):
    spi = SimulatedSPI(SimulatedMCP3008())
    return MCP3008(spi, **options), spi


def test_datasheet_full_scale_and_the_published_word():
    assert decode(b"\x00\x02\xaa", 10) == 682
    assert decode(b"\xff\xfa\xaa", 10) == 682  # bits before the zero bit mean nothing
    assert decode(b"\xff\xfe\xaa", 10) == -1
    driver, spi = new(channels=(0,))
    spi.chip.set(ch0=2.2)
    assert round(take(driver, spi.clock)[0], 1) == 2.2
    driver, spi = new(channels=(0,), reference_volts=1.024)
    spi.chip.reference_volts = 1.024
    spi.chip.set(ch0=0.682)
    assert abs(take(driver, spi.clock)[0] - 0.682) < 0.0011


def test_the_bytes_sent():
    driver, spi = new(channels=(0, 5, "0-1", "7-6"))
    wanted = [b"\x01\x80\x00", b"\x01\xd0\x00", b"\x01\x00\x00", b"\x01\x70\x00"]
    assert driver._commands == wanted
    wanted = [b"\x06\x00\x00", b"\x07\x40\x00", b"\x04\x00\x00", b"\x05\xc0\x00"]
    assert MCP3208(spi, (0, 5, "0-1", "7-6"))._commands == wanted


def test_every_chip_over_its_range():
    for driver_class, chip_class in PAIRS:
        spi = SimulatedSPI(chip_class())
        driver = driver_class(spi)
        assert len(driver.CHANNELS) == len(driver_class.CHANNELS) == driver_class.INPUTS
        assert driver.CHANNELS == driver_class.CHANNELS
        sweep(driver, spi.chip, spi.clock, steps=9)


def test_inputs_are_not_mixed_up():
    for driver_class, chip_class in PAIRS:
        spi = SimulatedSPI(chip_class())
        driver = driver_class(spi)
        wanted = {}
        for number in range(driver.INPUTS):
            wanted[f"ch{number}"] = 0.1 + 0.4 * number
        spi.chip.set(**wanted)
        tolerance = 3.4 / (1 << driver.BITS)
        check_near(driver, take(driver, spi.clock), wanted, dict.fromkeys(wanted, tolerance))


def test_differential_pairs_are_cut_at_zero():
    driver, spi = new(channels=("2-3", "3-2", 2))
    assert [channel[0] for channel in driver.CHANNELS] == ["ch2_3", "ch3_2", "ch2"]
    spi.chip.set(ch2=2.0, ch3=0.5)
    above, below, single = take(driver, spi.clock)
    assert abs(above - 1.5) < 0.0033
    assert below == 0
    assert abs(single - 2.0) < 0.0033


def test_inputs_that_do_not_exist():
    _, spi = new()
    for wrong in (8, -1, "0-2", "1-2", "x"):
        raises(ValueError, MCP3008, spi, (wrong,))
    raises(ValueError, MCP3204, spi, (4,))


def test_cost():
    driver, spi = new(channels=(3,))
    assert bus_cost(driver, spi) == (1, 3)
    driver, spi = new()
    assert bus_cost(driver, spi) == (8, 24)


def test_zero_everywhere_is_refused_unless_allowed():
    driver, spi = new(channels=(0, 1))
    spi.chip.set(ch0=0, ch1=0)
    assert "allow_zero" in str(raises(BadReading, take, driver, spi.clock))
    spi.chip.set(ch1=1)
    assert take(driver, spi.clock)[0] == 0
    spi.chip.set(ch1=0)
    assert take(MCP3008(spi, (0, 1), allow_zero=True), spi.clock) == (0, 0)


def test_a_missing_chip_is_refused():
    driver, spi = new(channels=(0,), allow_zero=True)
    spi.inject(AllOnes())
    assert "MCP3008" in str(raises(BadReading, take, driver, spi.clock))


def test_an_input_above_the_reference_reads_the_highest_code():
    driver, spi = new(channels=(0,))
    spi.chip.set(ch0=5)
    assert abs(take(driver, spi.clock)[0] - 3.3 * 1023 / 1024) < 1e-5


def test_open_level_of_the_data_line_does_not_matter():
    spi = SimulatedSPI(SimulatedMCP3008(open_level=1))
    assert abs(take(MCP3008(spi, (0,)), spi.clock)[0] - 1.65) < 0.0033


def test_faults():
    driver, spi = new(channels=(0, 1))
    wanted = {"ch0": 2.5, "ch1": 1.2}
    spi.chip.set(**wanted)
    faults = [AllZeros(), FlipBit(1, 2)]
    faults += [FlipBit(0, bit) for bit in range(8)] + [FlipBit(1, bit) for bit in range(3, 8)]
    faults += [DropByte(0), DropByte(1)]  # SPI has no checksum: a sample bit may flip unseen
    survive(driver, spi, faults, spi.clock, wanted, dict.fromkeys(wanted, 0.0033))
