"""Values that look like days: their limits, and that they are the same for a seed."""

from byteport_mocks.board.weather import Weather

UTC_S = 1780272000


def values(name, seed=1, days=3, lowest=-1000.0, highest=100000.0):
    """Return a quantity's values of each hour."""
    weather = Weather(seed)
    found = []
    for hour in range(24 * days):
        weather.at(UTC_S + 3600 * hour)
        found.append(weather.value(name, lowest, highest, 20.0))
    return found


def test_afternoons_are_warm_and_dry():
    warm, wet = values("temperature"), values("humidity")
    for day in range(3):
        assert warm[24 * day + 15] > warm[24 * day + 3] + 8
        assert wet[24 * day + 15] < wet[24 * day + 3] - 20


def test_nights_are_dark():
    light = values("illuminance")
    assert light[0] < 1 < 10000 < light[13]


def test_values_keep_to_what_a_part_measures():
    found = values("humidity", lowest=60.0, highest=70.0)
    assert min(found) == 60.0
    assert max(found) == 70.0


def test_a_seed_decides():
    assert values("pressure", 5) == values("pressure", 5)
    assert values("pressure", 5) != values("pressure", 6)


def test_other_quantities_move_a_little():
    found = values("voc_raw")
    assert 18 < min(found) < max(found) < 22
