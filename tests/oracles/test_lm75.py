"""LM75 and TMP105: the Linux kernel's formula agrees with ours on every code."""

from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.lm75 import LM75, celsius
from byteport_drivers.tmp105 import TMP105
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.lm75 import SimulatedLM75
from byteport_mocks.chips.tmp105 import SimulatedTMP105
from chip_checks import take


def kernel_millidegrees(raw: int, bits: int) -> int:
    """Return what drivers/hwmon/lm75.c makes of a register: arithmetic shifts, both downwards."""
    signed = raw - 0x10000 if raw & 0x8000 else raw
    return (signed >> (16 - bits)) * 1000 >> (bits - 8)


def test_the_kernel_agrees_on_every_code():
    for bits in (9, 10, 11, 12):
        for raw in range(0, 0x10000, 1 << 16 - bits):
            assert celsius(raw, bits) * 1000 // 1 == kernel_millidegrees(raw, bits)


@settings(max_examples=60, deadline=None)
@given(st.floats(-55, 125), st.sampled_from([(LM75, 9), (LM75, 11), (TMP105, 12), (TMP105, 10)]))
def test_the_kernel_reads_the_same_from_the_chip(temperature, chip):
    driver_class, bits = chip
    bus = SimulatedI2C()
    simulated = SimulatedLM75(bits=bits) if driver_class is LM75 else SimulatedTMP105()
    bus.attach(simulated).set(temperature=temperature)
    (ours,) = take(driver_class(bus, bits=bits), bus.clock)
    high, low = bus.readfrom_mem(0x48, 0, 2)
    assert ours * 1000 // 1 == kernel_millidegrees(high << 8 | low, bits)
