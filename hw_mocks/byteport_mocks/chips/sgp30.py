"""Sensirion SGP30, a gas sensor whose own algorithm turns resistance into two numbers.

Datasheet SGP30: "Measurement Commands" (commands and their longest times; 400 ppm and 0 ppb for 15
s after Init_air_quality), "Feature Set" (type and version). Without Init_air_quality the answer
stays at 400 and 0. A baseline reads 0 until the algorithm has one, 30 s after its start, as seen on
parts (the datasheet gives no time). The rate at which it is measured does not matter here, and
humidity and baseline given to it change nothing.
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.sensirion import SensirionChip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_INIT = 0x2003
_MEASURE = 0x2008
_GET_BASELINE = 0x2015
_SET_BASELINE = 0x201E
_SELF_TEST = 0x2032
_MEASURE_RAW = 0x2050
_SET_HUMIDITY = 0x2061
_FEATURE_SET = 0x202F
_SERIAL = 0x3682
_INITIAL_US = 15000000
_BASELINE_US = 30000000


class SimulatedSGP30(SensirionChip):
    """Answers with what was set, once its algorithm has started and its 15 s are over."""

    ADDRESSES = (0x58,)
    QUANTITIES = (
        ("eco2", 400.0, 60000.0, 1.0, 563.0),
        ("tvoc", 0.0, 60000.0, 1.0, 87.0),
    )
    DURATIONS_US = {
        _INIT: 10000,
        _MEASURE: 12000,
        _GET_BASELINE: 10000,
        _SET_BASELINE: 10000,
        _SELF_TEST: 220000,
        _MEASURE_RAW: 25000,
        _SET_HUMIDITY: 10000,
        _FEATURE_SET: 10000,
        _SERIAL: 500,
    }

    def reset(self) -> None:
        self.started_us: "int | None" = None

    def pretend_id(self, chip_id: "int | None") -> None:
        self.fake_id = chip_id

    def on_command(self, command: int, arguments: "tuple[int, ...]") -> "Sequence[int] | None":
        if command == _MEASURE:
            return self._air_quality()
        if command == _GET_BASELINE:
            return (0x8973, 0x8AAE) if self._has_run_for(_BASELINE_US) else (0, 0)
        if command == _FEATURE_SET:
            return (0x0022 if self.fake_id is None else self.fake_id,)
        if command == _INIT:
            self.started_us = self._ready_us  # the end of the command, not when it was noticed
        return {
            _SELF_TEST: (0xD400,),
            _MEASURE_RAW: (13500, 18200),  # hydrogen, ethanol
            _SERIAL: (0x0000, 0x0123, 0x4567),
        }.get(command)

    def _air_quality(self) -> "Sequence[int]":
        if not self._has_run_for(_INITIAL_US):
            return 400, 0
        return round(self.value_of("eco2")), round(self.value_of("tvoc"))

    def _has_run_for(self, us: int) -> bool:
        return self.started_us is not None and self.now_us() - self.started_us >= us
