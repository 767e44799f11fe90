"""JSON is read alike on each interpreter, beyond the basic plane too."""

from byteport.compat_json import joined, loads
from portable import raises


def test_pairs_are_characters():
    for text, expected in (
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"a\\uD83D\\uDE00\\u00e5\\ud800\\udc00b"', "a\U0001f600å\U00010000b"),
        (b'"\\\\\\ud83d\\ude00"', "\\\U0001f600"),
        (b'"\\\\ud83d\\\\ude00"', "\\ud83d\\ude00"),
        (b'"\\\\\\\\ud83d"', "\\\\ud83d"),
        (b'"\\udbff\\udfff"', "\U0010ffff"),
    ):
        assert loads(text) == expected
        assert loads(joined(text)) == expected
        assert loads(bytearray(text)) == expected


def test_what_is_no_pair_stays_as_it_is():
    for text in (
        b"",
        b"[1]",
        b'"\\u00e5"',
        b'"\\ud83dx"',
        b'"\\ude00\\ud83d"',
        b'"\\ud83d\\u0041"',
    ):
        assert joined(text) == text


def test_what_is_no_json():
    raises(ValueError, loads, b"x")
    raises(ValueError, loads, b"")
