"""A sensor as `status`, telemetry and the dashboard show it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SensorStatus:
    """Times are milliseconds since 1970, None for never; values and units are by field.

    ``every_ms`` is by field how often it is reported at least, None for one that may be silent.
    """

    name: str
    driver: str
    place: str
    interval_ms: int
    state: str
    reason: str
    since_ms: int
    last_ms: int | None
    values: dict[str, str]
    units: dict[str, str]
    every_ms: dict[str, int | None]
    readings: int
    failures: int
    skipped: int
    refused: int
