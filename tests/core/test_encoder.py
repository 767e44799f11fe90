"""Fields as form bytes: text percent-encoded, numbers as digits, the rest refused."""

from byteport.encoder import append_fields, append_quoted
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
