"""Fields as form bytes: text percent-encoded, numbers and times as digits, the rest refused."""

from byteport.compat import FLOAT32
from byteport.digits import decimals_text, ms_text, time_text
from byteport.encoder import append_fields, append_quoted, timestamp_text
from byteport.errors import InvalidName, InvalidValue
from portable import raises


def quoted(text):
    out = bytearray(b"x")
    append_quoted(out, text)
    return bytes(out[1:]).decode()


def form(fields):
    out = bytearray()
    append_fields(out, fields)
    return bytes(out).decode()


def test_unreserved_characters_stay():
    text = "ABCXYZabcxyz0189-._~"
    assert quoted(text) == text


def test_F4_what_others_get_wrong():
    assert quoted("a+b") == "a%2Bb"
    assert quoted("100 %") == "100+%25"
    assert quoted("a&b=c;d") == "a%26b%3Dc%3Bd"
    assert quoted("line\r\n\x00") == "line%0D%0A%00"
    assert quoted("å€日本😀") == "%C3%A5%E2%82%AC%E6%97%A5%E6%9C%AC%F0%9F%98%80"
    assert quoted(b"\x00\xff ") == "%00%FF+"


def test_numbers_and_text():
    assert form([("n1", 1), ("n2", -2.5), ("text", "a b"), ("yes", True), ("no", False)]) == (
        "&n1=1&n2=-2.5&text=a+b&yes=True&no=False"
    )
    assert form({"a:b": 960.0}) == "&a%3Ab=960.0"
    assert form({"big": 2**70}) == "&big=1180591620717411303424"
    assert form({}) == ""


def test_no_number_contains_a_plus():
    text = form({"large": 1e20, "small": 1e-20})
    assert "+" not in text
    for field in text[1:].split("&"):
        name, value = field.split("=")
        expected = 1e20 if name == "large" else 1e-20
        assert abs(float(value) / expected - 1) < 1e-6


def test_what_was_appended_before_may_be_again():
    fields = form({"text": "a b", "n1": 1}).encode()
    assert form(fields) == form(bytearray(fields)) == fields.decode()


def test_other_prefixes_than_the_names():
    out = bytearray()
    prefixes = {"n1": b"\x80"}
    append_fields(out, [("n1", 1), ("n:2", 2)], prefixes)
    assert bytes(out) == b"\x801&n%3A2=2"
    assert prefixes == {"n1": b"\x80", "n:2": b"&n%3A2="}


def test_pairs_keep_their_order():
    names = ["zz", "yy", "aa", "bb"]
    assert form([(name, 1) for name in names]) == "".join(["&" + name + "=1" for name in names])


def test_S6_what_cannot_be_stored():
    infinity = float("inf")
    for value in (infinity, -infinity, infinity - infinity, None, b"bytes", [1], {}):
        error = raises(InvalidValue, form, {"level": value})
        assert "field 'level' is " in str(error)
    assert "bytes by store_object" in str(raises(InvalidValue, form, {"level": b""}))


def test_F4_half_a_surrogate_pair():
    half = chr(0xD800)
    try:
        half.encode()
    except UnicodeError:  # CPython's; MicroPython writes it as three bytes, as any other
        assert "surrogate" in str(raises(InvalidValue, quoted, half))
        assert "surrogate" in str(raises(InvalidValue, form, {"note": "a" + half}))


def test_names_are_checked_every_time():
    for _ in range(2):
        raises(InvalidName, form, {"_key": 1})
        raises(InvalidName, form, {"a b": 1})


def test_names_that_are_no_text():
    for fields in ({5: 1}, {None: 1}, {("n1", 2): 3}, {b"n1": 1}, [(5, 1)]):
        assert "is not text" in str(raises(InvalidName, form, fields))


def test_more_names_than_are_remembered():
    for number in range(200):
        assert form({f"field{number}": number}) == f"&field{number}={number}"


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
