"""ams TSL2591, a light sensor of two photodiodes: registers behind a command byte.

Datasheet v2-04, "Register Description": bits 7 to 5 of the command are 101 for a register, 111 for
a special function; the pointer moves on. ENABLE starts cycles of 100 to 600 ms; AVALID is set by
the first. Counts end at 36863 in 100 ms. The lux are those of Adafruit's library, turned round.
"""

from byteport_mocks.registers import RegisterChip

_ENABLE = 0x00
_CONTROL = 0x01
_STATUS = 0x13
_LIGHT = 0x14
_NOWHERE = 0x1F

_RUNNING = 0x03
_RESET = 0x80
_VALID = 0x01
_GAINS = (1.0, 25.0, 428.0, 9876.0)


class SimulatedTSL2591(RegisterChip):
    """Measures over and over while it is powered on and enabled."""

    ADDRESSES = (0x29,)
    QUANTITIES = (
        ("illuminance", 0.0, 70000.0, 8.1, 250.0),  # one count at gain 1 and 100 ms
        ("infrared_share", 0.0, 0.6, 0.01, 0.3),  # of all light, as the diodes see it
    )
    UNSEEN = ("busy", "AllZeros", "NeverReady")  # darkness, and the last sample at another gain
    POINTER_MASK = 0x1F
    READ_ONLY = (0x11, 0x12, _STATUS, 0x14, 0x15, 0x16, 0x17, _NOWHERE)
    ID = (0x12, 0x50)

    def select(self, pointer: int) -> int:
        return pointer & self.POINTER_MASK if pointer & 0xE0 == 0xA0 else _NOWHERE

    def on_write(self, register: int, value: int) -> None:
        before = self.get(_ENABLE)
        super().on_write(register, value)
        if register == _CONTROL and value & _RESET:
            self.power_on()
        elif register == _CONTROL or (register == _ENABLE and (value ^ before) & _RUNNING):
            self._restart()

    def _restart(self) -> None:
        self.halt()
        self.put(_STATUS, 0)
        if self.get(_ENABLE) & _RUNNING == _RUNNING:
            self.begin(self._cycles() * 108000, repeat=True)  # at most

    def _cycles(self) -> int:
        return min(self.get(_CONTROL) & 7, 5) + 1

    def measured(self) -> None:
        share = self.value_of("infrared_share")
        counts_per_lux = self._cycles() * 100 * _GAINS[self.get(_CONTROL) >> 4 & 3] / 408
        visible = max(1 - 1.64 * share, 0.59 - 0.86 * share)
        light = self.value_of("illuminance") * counts_per_lux / visible
        full = 36863 if self._cycles() == 1 else 0xFFFF
        for place, counts in enumerate((light, light * share)):
            whole = min(round(counts), full)
            self.put_bytes(_LIGHT + 2 * place, bytes((whole & 0xFF, whole >> 8)))
        self.put(_STATUS, _VALID)
