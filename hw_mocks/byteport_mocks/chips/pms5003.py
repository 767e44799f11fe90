"""Plantower PMS5003: fine dust and particle counts in frames of 32 bytes.

Manual V2.3, appendix I and II: after power-on it sends by itself, every 0.2 to 0.8 s and in steady
air every 2.3 s; commands of seven bytes switch to passive mode (E1 00), back (E1 01), ask for a
frame (E2) and sleep or wake (E4). Until the fan turns, frames hold zeros. That the factory's
calibration shows half as much again in dense dust is known of real sensors, not in the manual.
"""

from byteport_mocks.uart import UARTDevice

_WARM_UP_US = 3000000


class SimulatedPMS5003(UARTDevice):
    """Sends every ``interval_ms``; ``warm`` begins with the fan turning, until a power cut."""

    QUANTITIES = (
        ("pm1", 0, 1000, 1, 5),
        ("pm25", 0, 1000, 1, 8),
        ("pm10", 0, 1000, 1, 9),
        ("particles_03", 1, 65535, 1, 900),
        ("particles_05", 0, 65535, 1, 300),
        ("particles_10", 0, 65535, 1, 60),
        ("particles_25", 0, 65535, 1, 10),
        ("particles_50", 0, 65535, 1, 2),
        ("particles_100", 0, 65535, 1, 0),
    )

    def __init__(self, interval_ms: int = 800, warm: bool = True) -> None:
        self._interval_us = interval_ms * 1000
        self._warm = warm
        super().__init__()

    def reset(self) -> None:
        self._command = bytearray()
        self._passive = False
        self._fan_turns_us = self.now_us() + (0 if self._warm else _WARM_UP_US)
        self.begin(self._interval_us, repeat=True)

    def power_cut(self) -> None:
        """Cut the power for a moment: the fan has to start again."""
        self._warm = False
        self.power_on()

    def measured(self) -> None:
        self.emit(self.frame(self.measured_us), self.measured_us)

    def frame(self, at_us: "int | None" = None) -> bytes:
        """Return the frame of the present air, as the fan turns at that time or now."""
        names = [row[0] for row in self.QUANTITIES]
        words = [min(max(round(self.value_of(name)), 0), 65535) for name in names]
        dust = words[:3]
        factory = [word * 3 // 2 if word > 30 else word for word in dust]
        words = factory + dust + words[3:]
        if (self.now_us() if at_us is None else at_us) < self._fan_turns_us:
            words = [0] * 12
        words.append(0x9700)
        head = b"\x42\x4d\x00\x1c" + b"".join([word.to_bytes(2, "big") for word in words])
        return head + sum(head).to_bytes(2, "big")

    def on_byte(self, byte: int) -> None:
        command = self._command
        command.append(byte)
        if not b"\x42\x4d".startswith(bytes(command[:2])):
            self._command = bytearray()
        elif len(command) == 7:
            self._command = bytearray()
            if sum(command[:5]) == command[5] << 8 | command[6]:
                self._obey(command[2], command[4])

    def _obey(self, command: int, value: int) -> None:
        if command == 0xE2:
            if self._passive:
                self.emit(self.frame())
            return
        self.halt()
        if command == 0xE1:
            self._passive = not value
        if command == 0xE4 and value:
            self.power_cut()
            return
        if command == 0xE1 and value:
            self.begin(self._interval_us, repeat=True)
        head = bytes((0x42, 0x4D, 0x00, 0x04, command, value))
        self.emit(head + sum(head).to_bytes(2, "big"))
