"""Sensirion SHT4x, a temperature and humidity sensor: commands of one byte.

Datasheet SHT4x: "Timings" (longest measurement at each precision), 4.5 (commands), 4.6
(conversion), "Reset & Abort", "Heater Operation" (whose warmth is not simulated). For the serial
number the time is the 10 ms that Sensirion's own drivers wait.
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.sensirion import SensirionChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SERIAL = 0x89
_SOFT_RESET = 0x94


class SimulatedSHT4X(SensirionChip):
    """Measures when told to, and refuses to be read until it has."""

    ADDRESSES = (0x44, 0x45, 0x46)
    QUANTITIES = (
        ("temperature", -40.0, 125.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.01, 45.0),
    )
    COMMAND_BYTES = 1
    DURATIONS_US = {
        0xFD: 8300,  # high, medium and low precision
        0xF6: 4500,
        0xE0: 1600,
        0x39: 1100000,  # heater at 200, 110 and 20 mW, for 1 s and 0.1 s, then high precision
        0x32: 110000,
        0x2F: 1100000,
        0x24: 110000,
        0x1E: 1100000,
        0x15: 110000,
        _SERIAL: 10000,
        _SOFT_RESET: 1000,
    }

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        if command == _SERIAL:
            return (0x0123, 0x4567)
        if command == _SOFT_RESET:
            return None
        return (
            ticks((self.value_of("temperature") + 45.0) / 175.0),
            ticks((self.value_of("humidity") + 6.0) / 125.0),
        )


def ticks(share: float) -> int:
    """Return a share of the whole span as a word, which ends at 0 and FFFF."""
    return min(max(round(share * 65535.0), 0), 0xFFFF)
