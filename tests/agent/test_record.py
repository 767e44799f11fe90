"""Samples to texts."""

import math

import pytest

from byteport.errors import BadReading
from byteport_agent.record import channel_texts

CHANNELS = (("temperature", "Cel", 2), ("count", "B", 0), ("state", "", 0))


def test_channels_decide_the_digits() -> None:
    assert channel_texts(CHANNELS, (21.456, 4294967296, "open")) == (
        ("temperature", "21.46"),
        ("count", "4294967296"),
        ("state", "open"),
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_S6_a_number_that_is_none_is_a_bad_reading(value: float) -> None:
    with pytest.raises(BadReading, match="temperature is"):
        channel_texts(CHANNELS, (value, 1, "open"))


@pytest.mark.parametrize("values", [(), (1.0,), (1.0, 2.0, 3.0, 4.0)])
def test_a_sample_with_another_number_of_values_is_bad(values: tuple[float, ...]) -> None:
    with pytest.raises(BadReading, match="for 3 channels"):
        channel_texts(CHANNELS, values)
