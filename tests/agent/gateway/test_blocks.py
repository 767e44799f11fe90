"""An hour of values as bytes: every text and millisecond comes back, and a changed byte is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_agent.gateway.blocks import (
    HOUR_MS,
    Damaged,
    column_of,
    number_of,
    pack,
    unpack,
)

START_MS = 500_000 * HOUR_MS
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str),
    st.integers(-(10**15), 10**15).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
offsets = st.integers(0, HOUR_MS - 1)


def unpacked(values: "dict[int, str]") -> "dict[int, str]":
    column = unpack(pack(column_of(values), START_MS), START_MS)
    return dict(zip(column.times, column.texts(), strict=True))


@settings(deadline=None)
@given(st.dictionaries(offsets, st.one_of(numbers, texts), min_size=1, max_size=30))
def test_F4_every_text_comes_back_exactly(found: "dict[int, str]") -> None:
    values = {START_MS + offset: text for offset, text in found.items()}
    assert unpacked(values) == values


@pytest.mark.parametrize(
    "some",
    [
        ["21.50", "21.51", "-3.20", "0.00"],
        ["-0", "0"],
        ["-0.0", "0.0"],
        ["1", "2.5", "3.25"],
        ["01", "1.", ".5", "+1", "1e5", "nan", "True", ""],
        ["9999999999999999", "-9999999999999999"],
        ["99999999999999999999", "1"],
        ["0.000000000000001", "0.1"],
        ["\ud800 half a character"],
    ],
)
def test_odd_numbers_come_back_exactly(some: list[str]) -> None:
    values = {START_MS + 1000 * place: text for place, text in enumerate(some)}
    assert unpacked(values) == values


@settings(deadline=None)
@given(
    st.dictionaries(offsets, st.one_of(numbers, texts), min_size=1, max_size=20),
    st.dictionaries(offsets, st.one_of(numbers, texts), min_size=1, max_size=20),
)
def test_later_values_join_earlier_ones_and_replace_those_of_their_time(
    first: "dict[int, str]", second: "dict[int, str]"
) -> None:
    joined = column_of(first).with_(column_of(second))
    assert dict(zip(joined.times, joined.texts(), strict=True)) == {**first, **second}
    assert joined.times == sorted(joined.times)


def test_what_charts_need_counts_numbers_alone() -> None:
    column = column_of({1: "1.5", 2: "on", 3: "-2", 4: "4e0", 5: "nan"})
    assert column.summary() == (5, 3, -2.0, 4.0, 3.5)
    assert column.numbers() == ([1, 3, 4], [1.5, -2.0, 4.0])
    assert column_of({1: "on"}).summary() == (1, 0, None, None, 0.0)


def test_one_time_and_a_span_of_a_column() -> None:
    for texts in (["1.0", "2.0", "3.0"], ["a", "b", "c"]):
        column = column_of(dict(zip((10, 20, 30), texts, strict=True)))
        assert [column.text_at(ts_ms) for ts_ms in (9, 10, 30, 31)] == [
            None,
            texts[0],
            texts[2],
            None,
        ]
        assert column.between(11, 30).texts() == texts[1:]
        assert column.between(31, 99).times == []


@pytest.mark.parametrize(
    ("text", "number"),
    [("21.5", 21.5), ("-1e3", -1000), (".5", 0.5), ("5.", 5), ("1_0", None), ("0x1", None)]
    + [(text, None) for text in ("nan", "inf", "1e999", "", " 1", "٣", "True")],
)
def test_what_is_a_number(text: str, number: float | None) -> None:
    assert number_of(text) == number


def test_an_hour_of_a_sensor_takes_one_to_three_bytes_a_value() -> None:
    value, every_second = 2150, {}
    for second in range(3600):
        value += (second * 7919) % 7 - 3
        every_second[START_MS + 1000 * second + second % 5] = f"{value // 100}.{value % 100:02d}"
    every_minute = {ts_ms: text for ts_ms, text in every_second.items() if ts_ms // 1000 % 60 == 0}
    assert len(pack(column_of(every_second), START_MS)) < 1.5 * 3600
    assert len(pack(column_of(every_minute), START_MS)) < 3.5 * 60


def test_D5_a_changed_byte_is_told() -> None:
    data = pack(column_of({START_MS + n * 1000: f"{n}.5" for n in range(100)}), START_MS)
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0x55
        with pytest.raises(Damaged):
            unpack(bytes(changed), START_MS)
    with pytest.raises(Damaged):
        unpack(data[:-1], START_MS)
