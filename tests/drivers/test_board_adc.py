"""A board's analog input: calibrated or not, divided, averaged, clipped."""

from byteport.errors import BadReading
from byteport_drivers.board.adc import ADC
from byteport_mocks.board import SimulatedBoard
from chip_checks import take
from portable import raises
from read_memory import allocated


class WithoutCalibration:
    """A Pico's converter, which has no read_uv."""

    def __init__(self, converter):
        self.read_u16 = converter.read_u16


def driver_on(board, pin, **options):
    import machine

    if board.port == "rp2":
        return ADC(WithoutCalibration(machine.ADC(pin)), **options)
    atten = machine.ADC.ATTN_11DB
    return ADC(machine.ADC(machine.Pin(pin), atten=atten), **options)


def near(reading, volts, tolerance=0.0002):
    assert len(reading) == 1
    assert abs(reading[0] - volts) <= tolerance, (reading, volts)


class Counts:
    """A converter without calibration that gives these counts in turn."""

    def __init__(self, *counts):
        self.counts = list(counts)
        self.taken = 0

    def read_u16(self):
        self.taken += 1
        return self.counts[(self.taken - 1) % len(self.counts)]


def test_range_of_both_boards():
    for port, pin in (("esp32", 34), ("rp2", 26)):
        board = SimulatedBoard(port)
        with board:
            driver = driver_on(board, pin)
            for step in range(33):
                board.adc_volts[pin] = step / 10
                near(take(driver, board.clock), step / 10)


def test_a_divided_battery():
    board = SimulatedBoard()
    board.adc_volts[35] = 2.05
    with board:
        near(take(driver_on(board, 35, divider=(100 + 100) / 100), board.clock), 4.1)


def test_the_rp2040_datasheets_temperature_formula():
    board = SimulatedBoard("rp2")
    board.chip_celsius = 27
    with board:
        driver = driver_on(board, 4)
        near(take(driver, board.clock), 0.706)
        board.chip_celsius = -20
        near(take(driver, board.clock), 0.706 + 47 * 0.001721)


def test_samples_are_averaged():
    counts = Counts(10000, 20000, 30000, 40000)
    near(ADC(counts, samples=4).read(), 25000 / 65535 * 3.3)
    assert counts.taken == 5
    near(ADC(Counts(30000), samples=256, reference_volts=1.1).read(), 30000 / 65535 * 1.1)
    near(ADC(Counts(12345), samples=1).read(), 12345 / 65535 * 3.3)
    for wrong in (0, -1, 257):
        raises(ValueError, ADC, counts, samples=wrong)


def test_the_end_of_the_range_is_refused_unless_allowed():
    board = SimulatedBoard()
    board.adc_volts[34] = 3.9
    with board:
        import machine

        driver = driver_on(board, 34)
        assert "ADC" in str(raises(BadReading, take, driver, board.clock))
        near(take(driver_on(board, 34, allow_full_scale=True), board.clock), 3.3)
        board.adc_volts[34] = 3.2
        near(take(driver, board.clock), 3.2)
        at_first = ADC(machine.ADC(machine.Pin(34)))  # attenuation forgotten
        raises(BadReading, take, at_first, board.clock)


def test_every_sample_is_new():
    board = SimulatedBoard()
    with board:
        driver = driver_on(board, 34)
        for volts in (0.5, 0, 2.5):
            board.adc_volts[34] = volts
            near(take(driver, board.clock), volts)


def test_reading_allocates_little():
    driver = ADC(Counts(30000))
    driver.read()
    assert allocated(driver.read)[1] <= 200
