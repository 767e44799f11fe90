"""Pimoroni's pms5003 and Adafruit's pm25 decode the same simulated sensor as ours.

Both block until a frame has come, so they get the UART with a time limit on virtual time.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.pms5003 import PMS5003
from byteport_mocks import SimulatedUART
from byteport_mocks.chips.pms5003 import SimulatedPMS5003
from chip_checks import take

os.environ.setdefault("BLINKA_OS_AGNOSTIC", "1")
pimoroni = pytest.importorskip("pms5003")
adafruit = pytest.importorskip("adafruit_pm25.uart")

dust = st.integers(0, 1000)
count = st.integers(0, 65535)


class WholeReads:
    """A UART whose read waits until all bytes asked for have come, as pyserial's does."""

    def __init__(self, uart):
        self._uart = uart

    def read(self, size=1):
        data = b""
        for _ in range(4000):
            data += self._uart.read(size - len(data)) or b""
            if len(data) == size:
                break
            self._uart.clock.sleep_ms(1)
        return data


@settings(max_examples=60, deadline=None)
@given(st.tuples(dust, dust, dust), st.integers(1, 65535), st.tuples(count, count, count, count))
def test_agree(pm, smallest, larger):
    uart = SimulatedUART(SimulatedPMS5003())
    uart.device.set(pm1=pm[0], pm25=pm[1], pm10=pm[2], particles_03=smallest)
    uart.device.set(particles_05=larger[0], particles_10=larger[1], particles_25=larger[2])
    uart.device.set(particles_50=larger[3], particles_100=larger[0] ^ 1)
    ours = take(PMS5003(uart), uart.clock)
    factory = take(PMS5003(uart, factory=True), uart.clock)

    theirs = pimoroni.PMS5003.__new__(pimoroni.PMS5003)
    theirs._serial = WholeReads(uart)
    data = theirs.read()
    atmosphere = tuple(data.pm_ug_per_m3(size, True) for size in (1.0, 2.5, None))
    counts = tuple(data.pm_per_1l_air(size) for size in (0.3, 0.5, 1.0, 2.5, 5, 10))
    assert ours == atmosphere + counts
    assert factory[:3] == tuple(data.pm_ug_per_m3(size) for size in (1.0, 2.5, 10))

    sample = adafruit.PM25_UART(WholeReads(uart)).read()
    assert ours[:3] == tuple(sample[f"pm{size} env"] for size in ("10", "25", "100"))
    assert factory[:3] == tuple(sample[f"pm{size} standard"] for size in ("10", "25", "100"))
    sizes = ("03", "05", "10", "25", "50", "100")
    assert ours[3:] == tuple(sample[f"particles {size}um"] for size in sizes)
