"""ROHM BH1750FVI, a light sensor: commands of one byte, answers of two, nothing to read back.

Technical note rev. B, "Instruction Set Architecture": a command per transaction; power down after
power-on and after a one-time measurement; the data register holds the last sample, 0 at first and
after the reset command, which only works while powered on. 69 is the usual measurement time.
"""

from byteport_mocks.chip import MessageChip

_MODES = (0x10, 0x11, 0x13, 0x20, 0x21, 0x23)  # continuous and once: H, H2, L
_H2 = 1
_LOW = 3
_USUAL_TIME = 69
_H_US = 180000  # at most, at the usual measurement time
_L_US = 24000


class SimulatedBH1750(MessageChip):
    """Measures once or over and over, in one of three resolutions."""

    ADDRESSES = (0x23, 0x5C)
    QUANTITIES = (("illuminance", 0.0, 54600.0, 0.84, 250.0),)
    UNSEEN = ("id", "busy", "AllZeros", "PowerOnReset")  # all of them look like darkness

    def reset(self) -> None:
        self._counts = 0
        self._mode = 0
        self._powered = False
        self._time = _USUAL_TIME

    def on_message(self, message: bytes) -> None:
        command = message[0]  # a second one would need a transaction of its own
        if command <= 0x01:
            self._powered = command == 0x01
            self.halt()
        elif command == 0x07 and self._powered:
            self._counts = 0
        elif command in _MODES:
            self._measure(command)
        elif command & 0xF8 == 0x40:
            self._time = (command & 0x07) << 5 | self._time & 0x1F
        elif command & 0xE0 == 0x60:
            self._time = self._time & 0xE0 | command & 0x1F

    def reply(self) -> bytes:
        return bytes((self._counts >> 8, self._counts & 0xFF))

    def _measure(self, mode: int) -> None:
        self._mode = mode
        self._powered = True
        duration_us = _L_US if mode & 0x03 == _LOW else _H_US
        self.begin(duration_us * self._time // _USUAL_TIME, repeat=mode & 0x20 == 0)

    def measured(self) -> None:
        counts = self.value_of("illuminance") * 12 / 10 * self._time / _USUAL_TIME
        resolution = self._mode & 0x03
        if resolution == _H2:
            counts *= 2
        step = 4 if resolution == _LOW else 1
        self._counts = min(round(counts / step) * step, 0xFFFF)
        self._powered = self._mode & 0x20 == 0
