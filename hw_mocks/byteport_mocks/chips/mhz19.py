"""Winsen MH-Z19B: carbon dioxide, told when asked.

Manual 1.0, UART protocol: command 0x86 is answered with FF 86, ppm, four bytes more and a checksum;
0x79 switches self-calibration. From public drivers (ESPEasy P049, revspace.nl/MH-Z19B): byte 4 is
the temperature plus 40, byte 5 is 64 when settled, bytes 6 and 7 read 15000 while it boots.
"""

from byteport_mocks.uart import UARTDevice

_ANSWERS_AFTER_US = 20000
_BOOT_US = 60000000


class SimulatedMHZ19(UARTDevice):
    """``warm`` begins with a sensor that has booted; ``has_temperature`` is False for some."""

    QUANTITIES = (("co2", 400, 5000, 1, 560), ("temperature", -10, 60, 1, 22))

    def __init__(self, warm: bool = True, has_temperature: bool = True) -> None:
        self._warm = warm
        self._has_temperature = has_temperature
        super().__init__()

    def reset(self) -> None:
        self._command = bytearray()
        self._booted_us = self.now_us() + (0 if self._warm else _BOOT_US)
        self.self_calibration = True

    def power_cut(self) -> None:
        """Cut the power for a moment: the sensor boots again."""
        self._warm = False
        self.power_on()

    def answer(self) -> bytes:
        """Return the nine bytes of the present air."""
        booting = self.now_us() < self._booted_us
        ppm = 410 if booting else min(max(round(self.value_of("co2")), 0), 65535)
        degrees = round(self.value_of("temperature")) + 40 if self._has_temperature else 0
        last = 15000 if booting else 0
        body = bytes((0x86, ppm // 256, ppm % 256, degrees, 0 if booting else 64))
        return _with_checksum(body + bytes((last // 256, last % 256)))

    def on_byte(self, byte: int) -> None:
        self._command.append(byte)
        if self._command[0] != 0xFF:
            self._command = bytearray()
        elif len(self._command) == 9:
            command = bytes(self._command)
            self._command = bytearray()
            if command == _with_checksum(command[1:8]) and command[1] == 1:
                self._obey(command)

    def _obey(self, command: bytes) -> None:
        if command[2] == 0x86 and not self.stalled():
            self.emit(self.answer(), self.now_us() + _ANSWERS_AFTER_US)
        elif command[2] == 0x79:
            self.self_calibration = command[3] == 0xA0


def _with_checksum(body: bytes) -> bytes:
    return b"\xff" + body + bytes(((255 - sum(body) % 256 + 1) % 256,))
