"""The days before the demo, put into its history's file before the agent opens it."""

from collections.abc import Callable, Iterator
from itertools import chain
from time import localtime

from byteport_agent.demo.station import BOARD, DEVICE
from byteport_agent.demo.weather import Weather, weather
from byteport_agent.gateway.history_file import HistoryFile, Message

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_PARTS = (  # (how long ago it begins, from one value to the next): finer where more is looked at
    (96 * _HOUR_MS, 20 * _MINUTE_MS),
    (24 * _HOUR_MS, 5 * _MINUTE_MS),
    (2 * _HOUR_MS, _MINUTE_MS),
)
_FIELDS: tuple[tuple[str, str, int, Callable[[Weather], float]], ...] = (
    (DEVICE, "temperature", 2, lambda now: now.temperature),
    (DEVICE, "humidity", 1, lambda now: now.humidity),
    (DEVICE, "air_pressure", 1, lambda now: now.pressure),
    (DEVICE, "light", 0, lambda now: now.light),
    (DEVICE, "greenhouse_temp", 2, lambda now: now.greenhouse_temperature),
    (DEVICE, "greenhouse_rh", 2, lambda now: now.greenhouse_humidity),
    (DEVICE, "co2", 0, lambda now: now.co2),
    (DEVICE, "tank_level", 1, lambda now: now.tank_level),
    (DEVICE, "door_open", 0, lambda now: now.door_open),
    (DEVICE, "rain", 0, lambda now: now.rain),
    (BOARD, "pond_temp", 2, lambda now: now.pond_temperature),
    (BOARD, "battery", 2, lambda now: now.battery),
)


def put_past(path: str, now_ms: int) -> None:
    """Make a history that ends now."""
    file = HistoryFile(path)
    try:
        times = list(_times(now_ms))
        offset_s = localtime().tm_gmtoff
        moments = [weather(ts_ms / 1000, offset_s) for ts_ms in times]
        with file.commit():
            for device, field, decimals, of in _FIELDS:
                texts = [f"{of(moment):.{decimals}f}" for moment in moments]
                series = file.add_series(device, field)
                file.put(series, dict(zip(times, texts, strict=True)))
                file.put_last(series, times[-1], texts[-1])
            file.put_messages(_messages(now_ms), 100)
    finally:
        file.close()


def _times(now_ms: int) -> Iterator[int]:
    ends = [begins for begins, _ in _PARTS[1:]] + [_MINUTE_MS]
    return chain.from_iterable(
        range(now_ms - begins, now_ms - end, step)
        for (begins, step), end in zip(_PARTS, ends, strict=True)
    )


def _messages(now_ms: int) -> list[Message]:
    return [
        Message(now_ms - 31 * _HOUR_MS, BOARD, "info", "started, battery 3.9 V"),
        Message(now_ms - 7 * _HOUR_MS, BOARD, "warn", "battery below 3.7 V"),
        Message(now_ms - 5 * _HOUR_MS, DEVICE, "info", "filters of the greenhouse cleaned"),
    ]
