"""TI INA219, which measures a shunt's voltage and a supply's: six registers of 16 bits, MSB first.

Datasheet SBOS448G, 8.5.1 (current = shunt * calibration / 4096, power = current * bus / 5000) and
8.6: 0 configuration (399F after reset), 1 shunt voltage in 10 uV, 2 bus voltage in 4 mV above three
status bits, 3 power, 4 current, 5 calibration. Conversions take the longest time of 7.5 (586 us
for 12 bits). Reading the power, or writing a mode, clears the ready bit.
"""

from byteport_mocks.registers import RegisterChip

_CONFIG = 0
_SHUNT = 1
_BUS = 2
_POWER = 3
_CURRENT = 4
_CALIBRATION = 5

_RESET = 0x8000
_READY = 2
_OVERFLOW = 1
_DURATIONS_US = (93, 163, 304, 586)  # 9 to 12 bits


class SimulatedINA219(RegisterChip):
    """Its quantities are the load's voltage and current; ``shunt_ohms`` is its resistor."""

    ADDRESSES = tuple(range(0x40, 0x50))
    QUANTITIES = (
        ("voltage", 0.0, 26.0, 0.004, 12.0),
        ("current", -3.1, 3.1, 0.0001, 0.75),
    )
    UNSEEN = ("busy",)
    WIDTH = 2
    AUTO_INCREMENT = False
    POINTER_MASK = 0x07
    POWER_ON = {_CONFIG: 0x399F}
    READ_ONLY = (_SHUNT, _BUS, _POWER, _CURRENT)

    def __init__(self, address: "int | None" = None, shunt_ohms: float = 0.1) -> None:
        self.shunt_ohms = shunt_ohms
        super().__init__(address)

    def reset(self) -> None:
        self._ready = False
        self._shunt = 0  # counts
        self._bus = 0
        self._follow_mode()

    def on_write(self, register: int, value: int) -> None:
        if register == _CONFIG and value & _RESET:
            self.power_on()
            return
        if register == _CALIBRATION:
            value &= 0xFFFE  # bit 0 is always 0
        super().on_write(register, value)
        if register == _CONFIG:
            self._follow_mode()

    def _follow_mode(self) -> None:
        """Convert once, over and over, or not at all, as the configuration's last bits say."""
        config = self.get(_CONFIG)
        mode = config & 7
        self.halt()
        if mode in (0, 4):
            return
        self._ready = False
        duration_us = _duration_us(config >> 3 & 15) if mode & 1 else 0
        duration_us += _duration_us(config >> 7 & 15) if mode & 2 else 0
        self.begin(duration_us, repeat=mode > 4)

    def measured(self) -> None:
        config = self.get(_CONFIG)
        if config & 1:
            end = 4000 << (config >> 11 & 3)
            microvolts = self.value_of("current") * self.shunt_ohms * 1e6
            self._shunt = min(max(round(microvolts / 10), -end), end)
        if config & 2:
            end = 8000 if config & 0x2000 else 4000
            self._bus = min(max(round(self.value_of("voltage") / 0.004), 0), end)
        self._ready = True

    def on_read(self, register: int) -> int:
        current = int(self._shunt * self.get(_CALIBRATION) / 4096)
        power = abs(current) * self._bus // 5000
        if register == _SHUNT:
            return self._shunt & 0xFFFF
        if register == _BUS:
            overflow = _OVERFLOW if abs(current) > 0x7FFF or power > 0xFFFF else 0
            return self._bus << 3 | (_READY if self._ready else 0) | overflow
        if register == _POWER:
            self._ready = False
            return power & 0xFFFF
        return current & 0xFFFF if register == _CURRENT else self.get(register)


def _duration_us(code: int) -> int:
    """Return the time for four bits of the configuration: resolution, or samples averaged."""
    return 586 << (code & 7) if code & 8 else _DURATIONS_US[code & 3]
