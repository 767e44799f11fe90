"""Sensirion SHT3x, a temperature and humidity sensor: commands of 16 bits, single shot.

Datasheet SHT3x-DIS version 7: "Timing Specification" (longest times at each repeatability), 4.3
(single shot, with and without clock stretching), 4.9 (soft reset), 4.10 (heater), 4.11 (status
register), 4.13 (conversion). Of the periodic modes (4.5 to 4.8) only this is simulated: once told
to measure by itself, once a second, the chip takes no command but "break" and the question about
its status (a soft reset is refused: libdriver/sht35#8).
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.sensirion import SensirionChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_STATUS = 0xF32D
_CLEAR_STATUS = 0x3041
_SOFT_RESET = 0x30A2
_HEATER_ON = 0x306D
_HEATER_OFF = 0x3066
_SERIALS = (0x3780, 0x3682)
_HEATER_BIT = 0x2000
_AFTER_RESET = 0x8010  # alert pending, reset detected
_HIGH_US, _MEDIUM_US, _LOW_US = 15500, 6500, 4500
_STRETCHING = {0x2C06: _HIGH_US, 0x2C0D: _MEDIUM_US, 0x2C10: _LOW_US}
_NOT_STRETCHING = {0x2400: _HIGH_US, 0x240B: _MEDIUM_US, 0x2416: _LOW_US}
_BREAK, _PERIODIC = 0x3093, 0x2130
_BREAK_US, _RESET_US = 1000, 1500


class SimulatedSHT3X(SensirionChip):
    """Measures when told to, and refuses to be read until it has."""

    ADDRESSES = (0x44, 0x45)
    QUANTITIES = (
        ("temperature", -40.0, 125.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.01, 45.0),
    )
    DURATIONS_US = {_STATUS: 0, _CLEAR_STATUS: 0, _HEATER_ON: 0, _HEATER_OFF: 0}
    DURATIONS_US.update({_SERIALS[0]: 0, _SERIALS[1]: 0, _BREAK: _BREAK_US, _SOFT_RESET: _RESET_US})
    DURATIONS_US[_PERIODIC] = 0
    DURATIONS_US.update(_STRETCHING)
    DURATIONS_US.update(_NOT_STRETCHING)

    def reset(self) -> None:
        self.status = _AFTER_RESET
        self.periodic = False

    def refuses(self, command: int) -> bool:
        return self.periodic and command not in (_BREAK, _STATUS)

    def stretches(self, command: int) -> bool:
        return command in _STRETCHING

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        if command in _STRETCHING or command in _NOT_STRETCHING:
            return self._words()
        if command == _STATUS:
            return (self.status,)
        if command in (_PERIODIC, _BREAK):
            self.periodic = command == _PERIODIC
        if command in _SERIALS:
            return (0x0123, 0x4567)
        if command == _CLEAR_STATUS:
            self.status &= ~_AFTER_RESET
        elif command == _SOFT_RESET:
            self.status = _AFTER_RESET
        elif command == _HEATER_ON:
            self.status |= _HEATER_BIT
        elif command == _HEATER_OFF:
            self.status &= ~_HEATER_BIT
        return None

    def _words(self) -> "Sequence[int]":
        span_of_temperature = (self.value_of("temperature") + 45.0) / 175.0
        return ticks(span_of_temperature), ticks(self.value_of("humidity") / 100.0)


def ticks(share: float) -> int:
    """Return a share of the whole span as a word, which ends at 0 and FFFF."""
    return min(max(round(share * 65535.0), 0), 0xFFFF)
