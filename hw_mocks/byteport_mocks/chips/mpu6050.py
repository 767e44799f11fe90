"""InvenSense MPU-6050: acceleration and rotation on three axes, and the temperature of the die.

Register map RM-MPU-6000A rev. 4.2: asleep after power-on (107); samples at the gyro's 8 kHz, or at
1 kHz behind a filter (26), divided (25); data MSB first from 59 on; INT_STATUS (58) clears on read.
Sensitivities by range: 16384 … 2048 counts per g, 131 … 16.4 counts per degree and second.
"""

from byteport_mocks.registers import RegisterChip

_DIVIDER = 0x19
_FILTER = 0x1A
_GYRO_RANGE = 0x1B
_ACCEL_RANGE = 0x1C
_STATUS = 0x3A
_DATA = 0x3B
_POWER = 0x6B

_RESET = 0x80
_ASLEEP = 0x40
_DATA_READY = 0x01
_STANDARD_GRAVITY = 9.80665
_DEGREES = 57.29577951308232  # in a radian


class SimulatedMPU6050(RegisterChip):
    """Samples all the time, once it is woken."""

    ADDRESSES = (0x68, 0x69)
    QUANTITIES = (  # those of the finest ranges, 2 g and 250 degrees a second
        ("acceleration_x", -19.6, 19.6, 0.001, 0.3),
        ("acceleration_y", -19.6, 19.6, 0.001, -0.2),
        ("acceleration_z", -19.6, 19.6, 0.001, 9.8),
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("rotation_x", -4.36, 4.36, 0.0002, 0.01),
        ("rotation_y", -4.36, 4.36, 0.0002, -0.02),
        ("rotation_z", -4.36, 4.36, 0.0002, 0.03),
    )
    UNSEEN = ("busy",)
    POWER_ON = {_POWER: _ASLEEP}
    READ_ONLY = tuple(range(_STATUS, _DATA + 14))
    ID = (0x75, 0x68)

    def on_write(self, register: int, value: int) -> None:
        if register == _POWER and value & _RESET:
            self.power_on()
            return
        super().on_write(register, value)
        if register in (_DIVIDER, _FILTER, _POWER):
            self.halt()
            if not self.get(_POWER) & _ASLEEP:
                base_us = 125 if self.get(_FILTER) & 7 in (0, 7) else 1000
                self.begin(base_us * (self.get(_DIVIDER) + 1), repeat=True)

    def on_read(self, register: int) -> int:
        value = super().on_read(register)
        if register == _STATUS:
            self.put(_STATUS, 0)
        return value

    def measured(self) -> None:
        accel_range = self.get(_ACCEL_RANGE) >> 3 & 3
        gyro_range = self.get(_GYRO_RANGE) >> 3 & 3
        counts = []
        for axis in "xyz":
            in_g = self.value_of("acceleration_" + axis) / _STANDARD_GRAVITY
            counts.append(in_g * (16384, 8192, 4096, 2048)[accel_range])
        counts.append((self.value_of("temperature") - 36.53) * 340)
        for axis in "xyz":
            degrees = self.value_of("rotation_" + axis) * _DEGREES
            counts.append(degrees * (131.0, 65.5, 32.8, 16.4)[gyro_range])
        for place, count in enumerate(counts):
            whole = min(max(round(count), -0x8000), 0x7FFF) & 0xFFFF
            self.put_bytes(_DATA + 2 * place, bytes((whole >> 8, whole & 0xFF)))
        self.put(_STATUS, _DATA_READY)
