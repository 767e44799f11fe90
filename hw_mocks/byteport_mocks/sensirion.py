"""Sensirion's protocol: commands of 16 bits (SHT4x: 8), words of 16 bits, a CRC-8 after each word.

A command takes its time; until then the chip acknowledges nothing. An answer is there once: a
second read, or one without a command, is not acknowledged either.
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.chip import FOREVER_US, MessageChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def crc8(data: "bytes | bytearray", crc: int = 0xFF) -> int:
    """Sensirion's checksum: polynomial 0x31, not reflected, started with 0xFF."""
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x31 if crc & 0x80 else crc << 1) & 0xFF
    return crc


def packed(words: "Sequence[int]") -> bytes:
    """Return words as they go over the wire: most significant byte first, then the CRC."""
    data = bytearray()
    for word in words:
        pair = bytes((word >> 8 & 0xFF, word & 0xFF))
        data += pair
        data.append(crc8(pair))
    return bytes(data)


class SensirionChip(MessageChip):
    """A chip of commands and words; a subclass gives DURATIONS_US and `on_command`."""

    COMMAND_BYTES = 2
    DURATIONS_US: "dict[int, int]" = {}  # every known command; others are not acknowledged

    def power_on(self) -> None:
        self._ready_us = 0
        self._running: "tuple[int, tuple[int, ...]] | None" = None
        self._answer: "bytes | None" = None
        super().power_on()

    # Hooks for subclasses

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        """Do the command, now that its time is over; return the words to read, None for none."""
        return None

    def refuses(self, command: int) -> bool:
        """Tell whether a known command is refused in the present state (override)."""
        return False

    def duration_us(self, command: int, arguments: "tuple[int, ...]") -> int:
        """Return how long a command takes (override where that depends on the state)."""
        return self.DURATIONS_US[command]

    def stretches(self, command: int) -> bool:
        """Tell whether a read during this command is held by the clock line, not refused."""
        return False

    # The bus's side

    def settle(self) -> None:
        super().settle()
        if self._running is not None and self.now_us() >= self._ready_us:
            self._finish(self._running[0], self._running[1])

    def _finish(self, command: int, arguments: "tuple[int, ...]") -> None:
        self._running = None
        words = self.on_command(command, arguments)
        self._answer = None if words is None else packed(words)

    def start(self, read: bool) -> bool:
        self._deliver()
        if read and self._running is not None:
            command, arguments = self._running
            if not self.stretches(command):
                return False
            if self.stalled():
                self.stretch_us = FOREVER_US
                return True
            self.stretch_us = self._ready_us - self.now_us()
            self._finish(command, arguments)
        return super().start(read)

    def listens(self) -> bool:
        return self._running is None

    def accepts(self, message: bytearray, byte: int) -> bool:
        place = len(message) + 1
        if place < self.COMMAND_BYTES:
            return True
        if place == self.COMMAND_BYTES:
            command = _number(bytes(message) + bytes((byte,)))
            return command in self.DURATIONS_US and not self.refuses(command)
        if (place - self.COMMAND_BYTES) % 3 == 0:
            return crc8(message[-2:]) == byte
        return True

    def on_message(self, message: bytes) -> None:
        size = self.COMMAND_BYTES
        if len(message) < size:
            return
        command = _number(message[:size])
        ends = range(size + 3, len(message) + 1, 3)
        arguments = tuple([_number(message[end - 3 : end - 1]) for end in ends])
        self._answer = None
        self._running = (command, arguments)
        self._ready_us = self.now_us() + self.duration_us(command, arguments)
        self.settle()

    def reply(self) -> "bytes | None":
        answer, self._answer = self._answer, None
        return answer


def _number(data: "bytes | bytearray") -> int:
    number = 0
    for byte in data:
        number = number << 8 | byte
    return number
