"""MPU6050: Adafruit's driver on the same simulated chip agrees, in every range."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.mpu6050 import MPU6050
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mpu6050 import SimulatedMPU6050
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_mpu6050")

ACCEL_G = (2, 4, 8, 16)
GYRO_DPS = (250, 500, 1000, 2000)
part = st.floats(-0.99, 0.99)


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(part, part, part),
    st.tuples(part, part, part),
    st.floats(-40, 85),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_adafruit_agrees(accelerations, rotations, temperature, accel, gyro):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMPU6050())
    chip.set(temperature=temperature)
    for axis, acceleration, rotation in zip("xyz", accelerations, rotations, strict=True):
        chip.set(**{"acceleration_" + axis: acceleration * 9.80665 * ACCEL_G[accel]})
        chip.set(**{"rotation_" + axis: rotation * 0.01745 * GYRO_DPS[gyro]})
    ours = take(MPU6050(bus, accel_g=ACCEL_G[accel], gyro_dps=GYRO_DPS[gyro]), bus.clock)
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.MPU6050(busio.I2C(bus))
        sensor.accelerometer_range = accel
        sensor.gyro_range = gyro
    theirs = (*sensor.acceleration, sensor.temperature, *sensor.gyro)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)
