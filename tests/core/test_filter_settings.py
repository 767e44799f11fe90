"""Every mistake in a table of filters is named, all at once, and what is right is taken."""

from byteport.errors import InvalidValue
from byteport.filter_settings import KEYS, build, duration_ms, mistakes
from portable import raises

EVERY = {
    "name": "porch_rh",
    "scale": 1.5,
    "offset": -2.0,
    "points": [[0, 0], [50, 51.5], [100.5, 99]],
    "min": 0,
    "max": 100,
    "max_rate": 5,
    "max_rate_samples": 4,
    "median": 3,
    "mean": 5,
    "window": "5m",
    "window_report": ["min", "max", "mean"],
    "decimals": 1,
    "deadband": 0.5,
    "on_change": True,
    "heartbeat": "1h",
}


def sentence(settings, channel="humidity"):
    """Return the sentence of the one mistake there is."""
    found = mistakes(channel, settings)
    assert len(found) == 1, found
    return found[0][1]


def test_every_setting_is_taken():
    assert sorted(EVERY) == sorted(KEYS)
    assert mistakes("humidity", EVERY) == []
    field = build("humidity", EVERY)
    assert field.name == "porch_rh"
    assert field.decimals == 1


def test_a_name_alone():
    assert build("humidity", "porch_rh").name == "porch_rh"
    assert build("humidity", {}).name == "humidity"


def test_numbers():
    for key in ("offset", "min", "max"):
        for value in ("1", None, True, [1], float("inf"), float("-inf"), float("nan"), 1e37):
            assert sentence({key: value}) == f"{key} is {value!r}, not a number"
        assert mistakes("humidity", {key: 0}) == []
        assert mistakes("humidity", {key: -1.5}) == []


def test_numbers_with_a_limit():
    assert sentence({"scale": 0}) == "scale is 0, not a number other than 0"
    assert sentence({"scale": 0.0}) == "scale is 0.0, not a number other than 0"
    assert sentence({"deadband": 0}) == "deadband is 0, not a number above 0"
    assert sentence({"max_rate": -2}) == "max_rate is -2, not a number above 0"
    assert mistakes("humidity", {"scale": -1}) == []


def test_whole_numbers():
    for value in (1, 26, 3.0, "3", True, None):
        assert sentence({"median": value}) == f"median is {value!r}, not a whole number 2 to 25"
    assert sentence({"mean": 101}) == "mean is 101, not a whole number 2 to 100"
    assert sentence({"decimals": -1}) == "decimals is -1, not a whole number 0 to 9"
    assert mistakes("humidity", {"median": 2, "mean": 100, "decimals": 0}) == []


def test_points():
    wanted = "two or more pairs of numbers, the first of each rising"
    for points in (
        [],
        [[1, 2]],
        [[1, 2], [1, 3]],
        [[2, 2], [1, 3]],
        [[1, 2], [2]],
        [[1, 2], [2, "3"]],
        [[1, 2], 3],
        [[1, 2], [2, float("nan")]],
        {"1": 2},
        "1, 2",
    ):
        assert sentence({"points": points}) == f"points is {points!r}, not {wanted}"


def test_durations():
    for key in ("window", "heartbeat"):
        for value in (10, "10", "0s", "7d", "ten s", None, ""):
            found = sentence({key: value, "on_change": True})
            assert found.startswith(f"{key} is {value!r}, not a duration up to 6 days")
        assert mistakes("humidity", {key: "6d", "on_change": True}) == []


def test_duration_ms():
    for text, ms in (
        ("500ms", 500),
        ("1.5s", 1500),
        ("5m", 300000),
        ("0.25h", 900000),
        ("2d", 172800000),
        ("1.001s", 1001),
    ):
        assert duration_ms(text) == ms
    for text in ("", "s", "5", "5 s", "-5s", "+5s", "1.s", ".5s", "1..5s", "1.2.3s", "5S", "5sm"):
        assert duration_ms(text) == 0, text
    for text in ("1.5ms", "1.2345s", "1_0s", "1e3s", "5mss", "5hs", "1234567890s"):
        assert duration_ms(text) == 0, text


def test_lists_and_booleans():
    wanted = "a list of min, max and mean, each at most once"
    for value in ([], ["min", "min"], ["median"], "min", [["min"]], None):
        found = sentence({"window": "5m", "window_report": value})
        assert found == f"window_report is {value!r}, not {wanted}"
    assert sentence({"on_change": 1}) == "on_change is 1, not true or false"


def test_settings_that_need_another():
    assert sentence({"max_rate_samples": 3}) == "max_rate_samples is nothing without max_rate"
    assert sentence({"window_report": ["min"]}) == "window_report is nothing without window"
    alone = "heartbeat is nothing without deadband or on_change"
    assert sentence({"heartbeat": "5m"}) == alone
    assert sentence({"heartbeat": "5m", "on_change": False}) == alone
    assert mistakes("humidity", {"heartbeat": "5m", "deadband": 1}) == []


def test_limits_that_cross():
    assert sentence({"min": 60, "max": -40}) == "max is -40, not above min, 60"
    assert sentence({"min": 5, "max": 5.0}) == "max is 5.0, not above min, 5"


def test_names():
    assert sentence({"name": 5}) == "name is 5, not a text"
    assert "starts with '_'" in sentence({"name": "_ts1"})
    assert "has ' '" in sentence("porch rh")
    long = "a" * 30
    assert mistakes("humidity", {"name": long, "window": "5m"}) == []
    found = mistakes(long, {"window": "5m", "window_report": ["min", "mean"]})
    assert [key for key, _ in found] == ["name"]
    assert "34 characters" in found[0][1]


def test_unknown_filters():
    assert mistakes("humidity", {"medain": 3}) == [("medain", "medain is no filter")]


def test_what_is_no_table():
    for settings in (5, None, [], True):
        assert "neither a name nor a table" in sentence(settings)


def test_build_names_every_mistake():
    error = raises(InvalidValue, build, "humidity", {"zoom": 2, "median": 1, "min": "0", "mean": 2})
    assert str(error) == (
        "humidity: median is 1, not a whole number 2 to 25; min is '0', not a number; "
        "zoom is no filter"
    )
