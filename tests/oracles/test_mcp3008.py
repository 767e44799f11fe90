"""gpiozero and Adafruit's mcp3xxx read the same simulated chips as our MCP3008 and its sisters.

Both scale by the highest code (1023) where the datasheet's 4.2 says 1024, so counts are compared,
and volts within one count.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.mcp3008 import MCP3008, decode
from byteport_drivers.mcp3208 import MCP3208
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.mcp3008 import SimulatedMCP3008, SimulatedMCP3208
from byteport_mocks.fronts.busio import SPI, ChipSelect
from chip_checks import take

os.environ.setdefault("BLINKA_OS_AGNOSTIC", "1")
gpiozero = pytest.importorskip("gpiozero")
adafruit = pytest.importorskip("adafruit_mcp3xxx.mcp3008")
analog_in = pytest.importorskip("adafruit_mcp3xxx.analog_in")

volts = st.floats(0, 3.3)


class WordsBus:
    """The `transfer` that gpiozero's ADCs ask of their SPI device."""

    bits_per_word = 8

    def __init__(self, spi):
        self._spi = spi

    def transfer(self, words):
        words = [0] * (3 - len(words)) + list(words)
        reply = bytearray(len(words))
        self._spi.write_readinto(bytes(words), reply)
        return list(reply)

    def close(self):
        pass


def gpiozero_counts(sensor_class, bits, spi, channel, differential):
    sensor = sensor_class.__new__(sensor_class)
    for name, value in {
        "_spi": WordsBus(spi),
        "_channel": channel,
        "_differential": differential,
        "_bits": bits,
    }.items():
        object.__setattr__(sensor, name, value)
    return sensor.raw_value


@settings(max_examples=60, deadline=None)
@given(volts, volts, st.sampled_from([0, 1, "0-1", "1-0"]))
def test_counts_and_volts(first, second, channel):
    pin = int(str(channel)[0])
    differential = isinstance(channel, str)
    for chip, ours, theirs in (
        (SimulatedMCP3008(), MCP3008, gpiozero.MCP3008),
        (SimulatedMCP3208(), MCP3208, gpiozero.MCP3208),
    ):
        spi = SimulatedSPI(chip)
        chip.set(ch0=first, ch1=second)
        driver = ours(spi, (channel,), allow_zero=True)
        measured = take(driver, spi.clock)[0]
        counts = decode(driver._reply, driver.BITS)
        assert counts == gpiozero_counts(theirs, driver.BITS, spi, pin, differential)
        true = max(first - second, 0) if channel == "0-1" else None
        if true is not None:
            assert abs(measured - true) <= 3.3001 / 2**driver.BITS


@settings(max_examples=60, deadline=None)
@given(volts, volts, st.sampled_from([(0, None), (1, None), (0, 1), (1, 0)]))
def test_adafruit(first, second, pins):
    spi = SimulatedSPI(SimulatedMCP3008())
    spi.chip.set(ch0=first, ch1=second)
    channel = pins[0] if pins[1] is None else f"{pins[0]}-{pins[1]}"
    driver = MCP3008(spi, (channel,), allow_zero=True)
    measured = take(driver, spi.clock)[0]
    theirs = analog_in.AnalogIn(adafruit.MCP3008(SPI(spi), ChipSelect(spi)), *pins)
    assert decode(driver._reply, 10) == theirs.value >> 6
    assert abs(measured - theirs.voltage) <= 3.3001 / 1024
