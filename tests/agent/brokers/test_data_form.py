"""Byteport's text form of fields: whatever comes through is what went in, for every reader."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byteport import packets
from byteport.errors import InvalidValue
from byteport_agent.brokers.data_form import carries, data_text, read_data, worded

names = st.from_regex(r"[0-9a-zA-Z:][0-9a-zA-Z:_-]{1,31}", fullmatch=True)
texts = st.text(max_size=30) | st.text("ab ;=\"'\\\n\t,å😀", max_size=8)


def split_at_once(data: str) -> list[tuple[str, str]]:
    """Read as the simplest reader would: split, then take quotes off."""
    parts = [part.partition("=") for part in data.split(";")]
    return [(name.strip(), value.strip().strip('"')) for name, _, value in parts if name]


def by_tokens(data: str) -> list[tuple[str, str]]:
    """Read as one that knows of quotes and escapes would."""
    pairs = re.findall(r'([^=;\s]+)=("(?:[^"\\]|\\.)*"|[^;\s]*);', data)
    return [(name, value[1:-1] if value[:1] == '"' else value) for name, value in pairs]


READERS = (split_at_once, by_tokens, read_data)


@given(st.lists(st.tuples(names, texts), min_size=1, max_size=4))
def test_F4_every_reader_reads_what_was_written_or_it_is_refused(
    fields: list[tuple[str, str]],
) -> None:
    if not carries(fields):
        with pytest.raises(InvalidValue):
            data_text(fields)
        return
    data = data_text(fields)
    for reader in READERS:
        assert reader(data) == fields
    assert data.isprintable() or not "".join(value for _, value in fields).isprintable()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20))
def test_F4_visible_characters_pass_but_those_of_the_form(text: str) -> None:
    assert carries([("f1", text)]) == (not set(text) & set(';="\\'))


@given(st.lists(st.tuples(names, texts), min_size=1, max_size=4))
def test_what_a_packet_over_http_carries_is_the_same_text(fields: list[tuple[str, str]]) -> None:
    if packets.carries(fields):
        assert packets.packet("myownspace", "6000", 0, fields)["data"] == data_text(fields)


def test_the_form_of_the_document() -> None:
    fields = [("temp", "10"), ("last_word", "i love you")]
    assert data_text(fields) == 'temp=10;last_word="i love you";'


@pytest.mark.parametrize(
    ("value", "obstacle"),
    [
        ("a;b", "no ';'"),
        ("a=b", "no '='"),
        ('say "hi"', "no '\"'"),
        ("a\\b", r"no '\\'"),
        ("a\nb", r"no '\n'"),
        ("a\0", r"no '\x00'"),
        ("a\u2028b", r"no '\u2028'"),
        ("\ud800", r"no '\ud800'"),
        (" a", "no white space at an end"),
        ("a\n", "no white space at an end"),
        ("", "no empty text"),
    ],
)
def test_N22_what_is_refused_is_named(value: str, obstacle: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        data_text([("f1", "good"), ("note", value)])
    assert str(refused.value) == f"field 'note': Byteport's form for a broker carries {obstacle}"


@pytest.mark.parametrize(
    "value", ["21.5", "-1e-5", "on", "50%", "å", "👨‍👩‍👧", "a\u00a0b", "it's", "c:d,e/f"]
)
def test_what_is_carried(value: str) -> None:
    assert carries([("f1", value)])
    assert read_data(data_text([("f1", value)])) == [("f1", value)]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("pump=on", [("pump", "on")]),
        ("pump=on;lamp=0.4;", [("pump", "on"), ("lamp", "0.4")]),
        (" pump = on ;\n lamp=0.4\n", [("pump", "on"), ("lamp", "0.4")]),
        ('interval=porch 5s; note="a; b"', [("interval", "porch 5s"), ("note", "a; b")]),
        ("reboot", [("reboot", "")]),
        ("", []),
    ],
)
def test_what_is_read(text: str, pairs: list[tuple[str, str]]) -> None:
    assert read_data(text) == pairs


@pytest.mark.parametrize("text", ["=on", 'a=b="c"', 'a="b', ";;", "a b"])
def test_what_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError, match="not like name=value"):
        read_data(text)


@given(st.text(max_size=40))
def test_words_of_our_own_are_always_carried(text: str) -> None:
    assert carries([("info", worded(f"a{text}"))])


def test_words_of_our_own_stay_readable() -> None:
    text = 'a=1; "b" is at /dev/x\n (errno 5): å?'
    assert worded(text) == "a:1, 'b' is at /dev/x/n (errno 5): å?"
