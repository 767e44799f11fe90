"""TSL2591: Adafruit's driver on the same simulated chip agrees, at any gain and time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.tsl2591 import TSL2591
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.tsl2591 import SimulatedTSL2591
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_tsl2591")

GAINS = {1: 0x00, 25: 0x10, 428: 0x20, 9876: 0x30}


@settings(max_examples=80, deadline=None)
@given(st.floats(0, 0.9), st.floats(0, 0.6), st.sampled_from(sorted(GAINS)), st.integers(1, 6))
def test_adafruit_agrees(brightness, infrared_share, gain, hundreds):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTSL2591())
    full_scale = (
        36863
        * 408
        / (gain * hundreds * 100)
        * max(1 - 1.64 * infrared_share, 0.59 - 0.86 * infrared_share)
    )
    chip.set(illuminance=brightness * full_scale, infrared_share=infrared_share)
    (ours,) = take(TSL2591(bus, gain=gain, integration_ms=hundreds * 100), bus.clock)
    sensor = adafruit.TSL2591(busio.I2C(bus))
    sensor.gain = GAINS[gain]
    sensor.integration_time = hundreds - 1
    bus.clock.sleep_ms(hundreds * 108 + 1)
    assert ours == pytest.approx(max(sensor.lux, 0), rel=1e-9, abs=1e-9)


def test_adafruit_finds_the_same_light_too_bright():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTSL2591())
    chip.set(illuminance=20000.0)
    sensor = adafruit.TSL2591(busio.I2C(bus))
    bus.clock.sleep_ms(110)
    with pytest.raises(RuntimeError, match="Overflow"):
        sensor.lux  # noqa: B018 (a property that reads the chip)
