"""Times as text, in seconds since 1970, and the digits of those and of numbers."""

from byteport.compat import FLOAT32
from byteport.digits import decimals_text, ms_text, time_text
from byteport.errors import InvalidValue
from byteport.timestamp import timestamp_text
from portable import raises


def test_timestamps():
    assert timestamp_text(0) == "0"
    assert timestamp_text(1410613385) == "1410613385"
    assert timestamp_text("1410613385.123") == "1410613385.123"
    assert timestamp_text("2147483648") == "2147483648"
    assert timestamp_text(4102444800) == "4102444800"


def test_C7_times_beyond_2038():
    for seconds in (2**31 - 1, 2**31, 2**31 + 1, 2**32 + 1):
        assert timestamp_text(seconds) == timestamp_text(str(seconds)) == str(seconds)
        assert ms_text(1000 * seconds - 1) == str(seconds - 1) + ".999"
        assert ms_text(1000 * seconds + 1) == str(seconds) + ".001"


def test_C5_float_timestamps_only_where_they_are_exact():
    if FLOAT32:
        assert "64 bits" in str(raises(InvalidValue, timestamp_text, 1410613385.123))
    else:
        assert timestamp_text(1410613385.123) == "1410613385.123"
        assert timestamp_text(1.01234599999) == "1.012346"
        assert timestamp_text(2.0) == "2"
        assert timestamp_text(0.0) == "0"
        assert timestamp_text(1800000000.0) == "1800000000"


def test_what_is_no_timestamp():
    for value in (
        "",
        "now",
        "1.2.3",
        "-5x",
        True,
        b"5",
        [],
        float("inf"),
        "1e5",
        " 5",
        "\u00b2",
        "\uff11",
    ):
        assert "is not seconds since 1970" in str(raises(InvalidValue, timestamp_text, value))


def test_milliseconds():
    assert ms_text(1410613385123) == "1410613385.123"
    assert ms_text(1410613385000) == "1410613385.000"
    assert ms_text(7) == "0.007"


def test_seconds_since_2000_as_seconds_since_1970():
    assert time_text(463928585, 123) == "1410613385.123"
    for seconds in (0, 15199, 15200, 15201, 99999, 100000, (1 << 30) - 1, 1 << 31, (1 << 32) - 1):
        assert time_text(seconds, 5) == str(seconds + 946684800) + ".005"


def test_decimals_are_the_same_everywhere():
    assert decimals_text(21.1 + 0.2, 2) == "21.30"
    assert decimals_text(-0.5, 1) == "-0.5"
    assert decimals_text(1013.25, 0) == "1013"
    assert decimals_text(5, 1) == "5.0"
