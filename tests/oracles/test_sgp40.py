"""SGP40: Adafruit's driver on the same simulated chip agrees with ours.

Adafruit's cuts the temperature word off where ours rounds it, so the two may differ by one there;
the chip's datasheet does not say which.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.sgp40 import SGP40
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sgp40 import SimulatedSGP40
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_sgp40")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 65535), st.floats(0, 100), st.floats(-45, 130))
def test_adafruit_agrees(raw, humidity, temperature):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSGP40())
    chip.set(voc_raw=raw)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.SGP40(busio.I2C(bus))
        assert theirs.raw == raw
        assert chip.compensation == (0x8000, 0x6666)
        assert theirs.measure_raw(temperature, humidity) == raw
        their_words = chip.compensation
    assert take(SGP40(bus, humidity=humidity, temperature=temperature), bus.clock) == (raw,)
    assert chip.compensation[0] == their_words[0]
    assert 0 <= chip.compensation[1] - their_words[1] <= 1
