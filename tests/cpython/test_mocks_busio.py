"""The CircuitPython fronts: Adafruit's own drivers read the simulated chips."""

import importlib
import sys

import pytest

from byteport_mocks import SimulatedI2C, SimulatedPin, SimulatedSPI
from byteport_mocks.chips.max31855 import SimulatedMAX31855
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.digitalio import DigitalInOut, Direction, Pull
from byteport_mocks.spi import SPIChip


def adafruit(name):
    with stand_ins():
        return pytest.importorskip(name)


def test_adafruit_reads_the_mcp9808_and_agrees():
    driver = adafruit("adafruit_mcp9808")
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808())
    sensor = driver.MCP9808(busio.I2C(bus))
    lowest, highest, resolution = chip.range()["temperature"]
    for step in range(12):
        temperature = lowest + (highest - lowest) * step / 11
        chip.set(temperature=temperature)
        bus.clock.sleep_ms(250)
        assert abs(sensor.temperature - temperature) <= resolution / 2
    bus.reset_counters()
    assert sensor.temperature == 125
    assert (bus.transactions, bus.wire_bytes) == (1, 5)


def test_a_missing_chip_is_found_missing():
    driver = adafruit("adafruit_mcp9808")
    with pytest.raises(ValueError, match="No I2C device at address"):
        driver.MCP9808(busio.I2C(SimulatedI2C()))


class Answer(SPIChip):
    def select(self):
        self.answer = list(b"\x01\x90\x1a\x00")

    def exchange(self, byte):
        return self.answer.pop(0)


def test_adafruit_reads_an_spi_chip():
    driver = adafruit("adafruit_max31855")
    spi = SimulatedSPI(Answer())
    sensor = driver.MAX31855(busio.SPI(spi), busio.ChipSelect(spi))
    assert sensor.temperature == 25.0
    assert (spi.transactions, spi.wire_bytes) == (1, 4)


def test_parts_of_buffers():
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808())
    with busio.I2C(bus) as i2c:
        with pytest.raises(RuntimeError, match="lock"):
            i2c.scan()
        assert i2c.try_lock()
        assert not i2c.try_lock()
        assert i2c.scan() == [0x18]
        buffer = bytearray(4)
        i2c.writeto(0x18, b"\x00\x06\x00", start=1, end=2)
        i2c.readfrom_into(0x18, buffer, start=1, end=3)
        assert buffer == b"\x00\x00\x54\x00"
        i2c.writeto_then_readfrom(0x18, b"\xff\x07", buffer, out_start=1, in_start=2)
        assert buffer == b"\x00\x00\x04\x00"
        i2c.unlock()
        with pytest.raises(ValueError, match="Not locked"):
            i2c.unlock()


def test_parts_of_spi_buffers():
    spi = SimulatedSPI(Answer())
    front = busio.SPI(spi)
    front.try_lock()
    front.configure(baudrate=5000000)
    buffer = bytearray(3)
    front.write_readinto(b"\x00\x00\x00", buffer, out_start=1, in_end=2)
    assert buffer == b"\x01\x90\x00"
    front.readinto(buffer, end=1, write_value=7)
    front.write(b"\x01\x02", start=1)
    assert spi.wire_bytes == 4


def test_digital_pins():
    pin = SimulatedPin()
    with DigitalInOut(pin) as inout:
        inout.switch_to_output(True)
        assert pin.level == 1
        inout.value = False
        inout.switch_to_input(Pull.UP)
        assert inout.direction == Direction.INPUT
        assert inout.value is True
        pin.drive(0)
        assert inout.value is False


def test_stand_ins_go_again():
    before = sys.modules.get("busio"), sys.modules.get("pulseio", "absent")
    with stand_ins():
        import board
        import micropython

        assert micropython.const(3) == 3
        assert board
        assert sys.modules["busio"] is busio
        with pytest.raises(ImportError):
            import pulseio  # noqa: F401
    assert (sys.modules.get("busio"), sys.modules.get("pulseio", "absent")) == before


PROGRAM = """
import board
import busio
import digitalio
from adafruit_mcp9808 import MCP9808

by_board = MCP9808(board.I2C())
by_pins = MCP9808(busio.I2C(board.SCL, board.SDA, frequency=100000))


def samples():
    select = digitalio.DigitalInOut(board.CE0)
    select.switch_to_output(value=True)
    select.value = False
    spi, answer = board.SPI(), bytearray(4)
    while not spi.try_lock():
        pass
    spi.readinto(answer)
    return by_board.temperature, by_pins.temperature, bytes(answer)
"""


def test_a_program_that_opens_its_buses_by_itself(tmp_path, monkeypatch):
    adafruit("adafruit_mcp9808")
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808(0x18)).set(temperature=21.5)
    spi = SimulatedSPI(SimulatedMAX31855(), bus.clock)
    bus.clock.sleep_ms(300)
    (tmp_path / "circuit_program.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(tmp_path)
    with stand_ins(i2c=bus, spi=spi):
        program = importlib.import_module("circuit_program")
        by_board, by_pins, raw = program.samples()
    assert (by_board, by_pins) == (21.5, 21.5)
    assert raw != bytes(4)
    sys.modules.pop("circuit_program")
