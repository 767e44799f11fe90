"""ADS1115: Adafruit's driver on the same simulated chip agrees with ours to the last count."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.ads1115 import ADS1115
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_ads1x15")
    from adafruit_ads1x15.analog_in import AnalogIn

VOLTS = st.floats(0, 5)
GAINS = {"2/3": 2 / 3, 1: 1, 2: 2, 4: 4, 8: 8, 16: 16}
PINS = {0: (0,), 1: (1,), 2: (2,), 3: (3,), "0-1": (0, 1), "2-3": (2, 3), "0-3": (0, 3)}


@settings(max_examples=80, deadline=None)
@given(st.tuples(VOLTS, VOLTS, VOLTS, VOLTS), st.sampled_from(list(GAINS)), st.data())
def test_adafruit_agrees(pin_volts, gain, data):
    channel = data.draw(st.sampled_from(list(PINS)))
    rate = data.draw(st.sampled_from((8, 16, 32, 64, 128, 250, 475, 860)))
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedADS1115())
    chip.set(ch0=pin_volts[0], ch1=pin_volts[1], ch2=pin_volts[2], ch3=pin_volts[3])
    theirs = AnalogIn(
        adafruit.ADS1115(busio.I2C(bus), gain=GAINS[gain], data_rate=rate), *PINS[channel]
    )
    if theirs.value not in (-32768, 32767):  # ours refuses an input beyond its range
        driver = ADS1115(bus, channels=(channel,), gain=gain, samples_per_second=rate)
        (ours,) = take(driver, bus.clock)

        assert ours == pytest.approx(theirs.voltage, abs=1e-9)
