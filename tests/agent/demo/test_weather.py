"""The demo's weather: the same at each time, within what is possible, and without a jump."""

from itertools import pairwise

from byteport_agent.demo.weather import Weather, weather

NOON_S = 1_800_014_400  # 15 January 2027, 12:00 UTC
LIMITS = {
    "temperature": (-5, 30),
    "humidity": (25, 99),
    "pressure": (1000, 1024),
    "light": (0, 54_000),
    "greenhouse_temperature": (-5, 42),
    "greenhouse_humidity": (30, 99),
    "co2": (400, 800),
    "tank_level": (5, 98),
    "pond_temperature": (8, 18),
    "battery": (3.5, 4.1),
}


def days(count: int, step_s: int = 600) -> list[Weather]:
    return [weather(NOON_S + second) for second in range(0, count * 86_400, step_s)]


def test_it_is_the_same_each_time_and_another_each_day() -> None:
    assert days(3) == days(3)
    assert weather(NOON_S).temperature != weather(NOON_S + 86_400).temperature


def test_all_of_it_is_possible() -> None:
    year = days(365, 3600)
    for name, (least, most) in LIMITS.items():
        values = [getattr(each, name) for each in year]
        assert least <= min(values) < max(values) <= most, name
    assert {each.rain for each in year} == {each.door_open for each in year} == {0, 1}


def test_a_day_is_brighter_and_warmer_than_a_night_where_the_viewer_is() -> None:
    noon, midnight = weather(NOON_S), weather(NOON_S + 43_200)
    assert noon.light > 1000 > midnight.light == 0
    assert noon.greenhouse_temperature > midnight.greenhouse_temperature
    assert weather(NOON_S, utc_offset_s=43_200).light == 0


def test_nothing_jumps_from_second_to_second() -> None:
    seconds = [weather(NOON_S + second) for second in range(1200)]
    for before, after in pairwise(seconds):
        assert abs(after.temperature - before.temperature) < 0.1
        assert abs(after.pressure - before.pressure) < 0.1
