"""Weather of a garden that does not exist: what there is to measure is a function of time alone.

So what the demo measures goes on where the past that it made up ends, and is the same in each run.
"""

import math
from typing import NamedTuple

_DAY_S = 86_400


class Weather(NamedTuple):
    """One moment in the garden, its greenhouse and its pond; a truth is 0 or 1."""

    temperature: float  # Cel
    humidity: float  # %RH
    pressure: float  # hPa
    light: float  # lx
    rain: int
    greenhouse_temperature: float  # Cel
    greenhouse_humidity: float  # %RH
    co2: float  # ppm
    door_open: int
    tank_level: float  # %
    pond_temperature: float  # Cel
    battery: float  # V


def weather(unix_s: float, utc_offset_s: int = 0) -> Weather:
    """Return the weather of a time; the sun goes by the local one."""
    local_s = unix_s + utc_offset_s
    hour = local_s % _DAY_S / 3600
    cloud = _within(0.45 + 0.6 * _noise(unix_s / 16_000, 1), 0, 1)
    rain = int(cloud > 0.88)
    sun = max(math.sin(math.pi * (hour - 5.5) / 15), 0.0) * (1 - 0.7 * cloud)
    warmth = 4.6 * math.sin(math.tau * (hour - 9) / 24) + 3.5 * _noise(unix_s / 250_000, 2)
    temperature = 12.5 + warmth * (1 - 0.3 * cloud) + _flutter(unix_s, 3, 0.4)
    humidity = _within(70 - 2.4 * warmth + 14 * (cloud - 0.5) + _flutter(unix_s, 4, 2), 25, 99)
    greenhouse = temperature + 2.5 + 11 * sun + _flutter(unix_s, 5, 0.3)
    return Weather(
        temperature,
        humidity,
        1012 + 9 * _noise(unix_s / 180_000, 6) + _flutter(unix_s, 7, 0.1),
        min(52_000 * sun**1.3 * (1 + _flutter(unix_s, 8, 0.1)), 54_000.0),
        rain,
        greenhouse,
        _within(84 - 24 * sun + _flutter(unix_s, 9, 2), 30, 99),
        420 + 330 * (1 - sun) ** 2 * (0.8 + 0.2 * _noise(unix_s / 9000, 10)),
        int(7 < hour < 20 and _chance(int(unix_s // 400), 11) > 0.8),
        _within(61 + 24 * _noise(unix_s / 110_000, 12), 5, 98),
        13 + 0.45 * 3.5 * _noise(unix_s / 250_000, 2) + 1.2 * math.sin(math.tau * (hour - 12) / 24),
        3.9 - 0.25 * (1 - sun) + _flutter(unix_s, 13, 0.01),
    )


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _flutter(unix_s: float, seed: int, size: float) -> float:
    """Return what changes from minute to minute, and a little from second to second."""
    return size * (_noise(unix_s / 700, seed) + 0.15 * _noise(unix_s / 9, seed + 50))


def _noise(place: float, seed: int) -> float:
    """Return a smooth curve through chance values at whole places, from -1 to 1."""
    whole = math.floor(place)
    part = place - whole
    before, after = _chance(whole, seed), _chance(whole + 1, seed)
    return 2 * (before + (after - before) * part * part * (3 - 2 * part)) - 1


def _chance(place: int, seed: int) -> float:
    """Return a value from 0 to 1 that is always the same, and looks like none."""
    mixed = (place * 0x9E3779B1 + seed * 0x85EBCA77) & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    mixed = (mixed ^ mixed >> 12) * 0x297A2D39 & 0xFFFFFFFF
    return (mixed ^ mixed >> 15) / 0xFFFFFFFF
