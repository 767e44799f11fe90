"""Durations, read and written."""

import pytest

from byteport_agent.durations import duration_ms, duration_text


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("10ms", 10),
        ("0.5s", 500),
        ("1s", 1000),
        ("1.001s", 1001),
        ("5m", 300_000),
        ("2d", 172800000),
    ],
)
def test_durations(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


@pytest.mark.parametrize(
    "text", ["", "1", "s", "-1s", "1 s", "1S", "1e3s", "1.0001s", "1,5s", "٣s"]
)
def test_what_is_no_duration_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write number and unit, such as 10ms"):
        duration_ms(text)


def test_a_fraction_of_a_millisecond_is_refused() -> None:
    with pytest.raises(ValueError, match="finer than 1ms"):
        duration_ms("0.5ms")


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (-5, "0.0 s"),
        (0, "0.0 s"),
        (1234, "1.2 s"),
        (9_949, "9.9 s"),
        (9_950, "9 s"),
        (12_000, "12 s"),
        (119_999, "119 s"),
        (120_000, "2 min"),
        (7_200_000, "2 h"),
        (172_800_000, "2 d"),
    ],
)
def test_texts(ms: int, text: str) -> None:
    assert duration_text(ms) == text
