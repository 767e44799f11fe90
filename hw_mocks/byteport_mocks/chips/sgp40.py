"""Sensirion SGP40, a gas sensor that gives a raw signal.

Datasheet SGP40: "Measurement Commands" (commands and their longest times), table 10 (compensation
words). The feature set is not in the datasheet; 0x3220 is what parts answer, and what Adafruit's
and ESPHome's drivers ask for. The signal is what was set: compensation is kept in `compensation`,
as words of humidity and temperature, and has no effect.
"""

from byteport_mocks.sensirion import SensirionChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MEASURE_RAW = 0x260F
_SELF_TEST = 0x280E
_HEATER_OFF = 0x3615
_SERIAL = 0x3682
_FEATURE_SET = 0x202F


class SimulatedSGP40(SensirionChip):
    """Measures when told to, and refuses to be read until it has."""

    ADDRESSES = (0x59,)
    QUANTITIES = (("voc_raw", 0.0, 65535.0, 1.0, 30123.0),)
    DURATIONS_US = {
        _MEASURE_RAW: 30000,
        _SELF_TEST: 320000,
        _HEATER_OFF: 1000,
        _SERIAL: 1000,
        _FEATURE_SET: 10000,
    }

    def reset(self) -> None:
        self.compensation: "tuple[int, ...]" = ()

    def pretend_id(self, chip_id: "int | None") -> None:
        self.fake_id = chip_id

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        if command == _MEASURE_RAW:
            self.compensation = arguments
            return (min(max(round(self.value_of("voc_raw")), 0), 0xFFFF),)
        if command == _FEATURE_SET:
            return (0x3220 if self.fake_id is None else self.fake_id,)
        return {_SELF_TEST: (0xD400,), _SERIAL: (0x0000, 0x0123, 0x4567)}.get(command)
