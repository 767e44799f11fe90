"""Sensirion SCD4x, a carbon dioxide sensor: it measures every 5 s once it was told to start.

Datasheet SCD4x version 1.7: table 9 (commands and their times; which are refused while it
measures), read_measurement (a sample is gone once read, a read without one is refused; conversion),
get_data_ready_status, measure_single_shot, get_sensor_variant. For get_data_ready_status and
read_measurement table 9 allows 1 ms; chips answer sooner, as Linux reads them without a pause
(drivers/iio/chemical/scd4x.c), so it is a parameter here. Calibration and compensation commands are
not simulated.
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.sensirion import SensirionChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_START = 0x21B1
_START_LOW_POWER = 0x21AC
_STOP = 0x3F86
_READY = 0xE4B8
_READ = 0xEC05
_SERIAL = 0x3682
_VARIANT = 0x202F
_REINIT = 0x3646
_SINGLE_SHOT = 0x219D
_ALLOWED_WHILE_MEASURING = (_STOP, _READY, _READ)
_PERIOD_US = 5000000
_LOW_POWER_PERIOD_US = 30000000


class SimulatedSCD4X(SensirionChip):
    """An SCD41 (variant 1); ``answer_us`` is how long it takes to answer, 1000 at most."""

    ADDRESSES = (0x62,)
    QUANTITIES = (
        ("co2", 400.0, 5000.0, 1.0, 612.0),
        ("temperature", -10.0, 60.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.1, 45.0),
    )
    DURATIONS_US = {
        _START: 0,
        _START_LOW_POWER: 0,
        _STOP: 500000,
        _READY: 1000,
        _READ: 1000,
        _SERIAL: 1000,
        _VARIANT: 1000,
        _REINIT: 30000,
        _SINGLE_SHOT: 5000000,
    }

    def __init__(self, address: "int | None" = None, answer_us: int = 0) -> None:
        self.answer_us = answer_us
        super().__init__(address)

    def reset(self) -> None:
        self.sample: "Sequence[int] | None" = None
        self.measuring = False

    def duration_us(self, command: int, arguments: "tuple[int, ...]") -> int:
        if command in (_READY, _READ):
            return self.answer_us
        return super().duration_us(command, arguments)

    def refuses(self, command: int) -> bool:
        if self.measuring:
            return command not in _ALLOWED_WHILE_MEASURING
        return False

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        if command == _READY:
            return (0x8000 if self.sample is None else 0x8006,)
        if command == _READ:
            sample, self.sample = self.sample, None
            return sample
        if command == _SERIAL:
            return (0xF896, 0x9F07, 0x3BBE)
        if command == _VARIANT:
            return (0x1440,)
        self._change_mode(command)
        return None

    def _change_mode(self, command: int) -> None:
        if command == _SINGLE_SHOT:
            self.measured()
        elif command in (_START, _START_LOW_POWER):
            self.measuring = True
            self.begin(_PERIOD_US if command == _START else _LOW_POWER_PERIOD_US, repeat=True)
        else:
            self.measuring = False
            self.halt()
            if command == _REINIT:
                self.power_on()

    def measured(self) -> None:
        self.sample = (
            _word(self.value_of("co2")) if self.quantities["co2"] is not None else 0,
            _word((self.value_of("temperature") + 45.0) / 175.0 * 65535.0),
            _word(self.value_of("humidity") / 100.0 * 65535.0),
        )


def _word(value: float) -> int:
    return min(max(round(value), 0), 0xFFFF)
