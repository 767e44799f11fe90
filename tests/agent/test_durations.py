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


@pytest.mark.parametrize("text", ["", "s", "-1s", "1.0001s", "٣s", "soon", "1;s"])
def test_what_is_no_duration_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write number and unit, such as 10ms"):
        duration_ms(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("10min", "10m"),
        ("10 minutes", "10m"),
        ("30 sec", "30s"),
        ("1 hour", "1h"),
        ("2 days", "2d"),
        ("1,5s", "1.5s"),
        ("5M", "5m"),
        ("100 ms", "100ms"),
        ("10", "number and unit, such as 10s, 10m"),
    ],
)
def test_what_was_meant_is_said(text: str, meant: str) -> None:
    with pytest.raises(ValueError) as caught:
        duration_ms(text)
    assert str(caught.value) == f"{text!r} is no duration: write {meant}"
    if " " not in meant:
        assert duration_ms(meant) > 0


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
