"""Parsing one call: what a form means, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport.store_call import RefusalError, read_store_call, timestamp_ms


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("0", 0),
        ("1410613385.123", 1410613385123),
        ("1410613385.123456", 1410613385123),
        ("1410613385.999999", 1410613385999),
        ("1410613385.1", 1410613385100),
        ("1410613385.", 1410613385000),
        ("99999999999.999", 99999999999999),
    ],
)
def test_timestamps_become_integer_milliseconds(text: str, ms: int) -> None:
    assert timestamp_ms(text) == ms


@pytest.mark.parametrize(
    "text",
    ["", ".", ".5", "-1", "+1", "1e9", "1,5", "1.2.3", " 1", "1\n", "nan", "٣", "1" * 12, "1_0"],
)
def test_other_timestamps_are_refused(text: str) -> None:
    with pytest.raises(RefusalError, match="_ts is not seconds") as refused:
        timestamp_ms(text)
    assert refused.value.status == 400


@given(ms=st.integers(0, 99999999999999))
@settings(deadline=None)
def test_C5_every_millisecond_survives(ms: int) -> None:
    assert timestamp_ms(f"{ms // 1000}.{ms % 1000:03d}") == ms


def test_fields_and_log_channels_are_told_apart() -> None:
    call = read_store_call(b"_key=k&temp=1&info=a&warn=b&debug=c&error=d&infos=2")
    assert call.fields == (("temp", "1"), ("infos", "2"))
    assert call.messages == (("info", "a"), ("warn", "b"), ("debug", "c"), ("error", "d"))
    assert call.ts_ms is None


def test_an_empty_form_is_a_heartbeat_without_a_key() -> None:
    call = read_store_call(b"")
    assert (call.fields, call.messages, call.key.reveal()) == ((), (), "")


def test_X1_the_key_is_not_in_its_repr() -> None:
    assert "sesame" not in repr(read_store_call(b"_key=sesame&temp=1"))


@given(form=st.binary(max_size=200))
@settings(deadline=None, max_examples=500)
def test_any_bytes_are_a_call_or_a_refusal(form: bytes) -> None:
    try:
        read_store_call(form)
    except RefusalError as refused:
        assert 400 <= refused.status < 500
        assert "\n" not in refused.text
