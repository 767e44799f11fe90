"""The encoder against the standard library's, for any text, on CPython and every MicroPython."""

import json
import math
import string
from pathlib import Path
from urllib.parse import parse_qsl, quote_plus, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from byteport.encoder import append_fields, append_quoted
from byteport.errors import InvalidValue
from micropythons import INTERPRETERS, run_micropython

SPECIAL = "+%&=;\n\r\0 å日本🌡~-_.!*()'\"/?#\\"
NAMES = st.text(string.ascii_letters + string.digits + "-_:", min_size=2, max_size=32).filter(
    lambda name: name[0] not in "-_"
)
VALUES = st.one_of(
    st.text(),
    st.text(SPECIAL),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)


def quoted(text: str | bytes) -> str:
    out = bytearray()
    append_quoted(out, text)
    return out.decode()


@given(st.one_of(st.text(), st.text(SPECIAL)))
@example(SPECIAL)
@example("".join(map(chr, range(256))))
def test_text_is_quoted_as_by_quote_plus(text: str) -> None:
    assert quoted(text) == quote_plus(text)


@given(st.binary())
def test_bytes_are_quoted_as_by_quote_plus(data: bytes) -> None:
    assert quoted(data) == quote_plus(data)


@given(st.dictionaries(NAMES, st.one_of(st.text(), st.integers(), st.booleans())))
def test_a_form_is_what_urlencode_makes(fields: dict) -> None:
    out = bytearray()
    append_fields(out, fields)
    assert out.decode() == "".join("&" + urlencode({name: fields[name]}) for name in fields)


@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_F4_a_form_is_read_back(fields: dict) -> None:
    out = bytearray()
    append_fields(out, fields)
    read = dict(parse_qsl(out.decode(), keep_blank_values=True))
    assert read.keys() == fields.keys()
    for name, value in fields.items():
        if isinstance(value, float):
            assert float(read[name]) == value  # repr's digits, so nothing is lost
        else:
            assert read[name] == str(value)


@given(st.floats())
@example(float("nan"))
@example(float("inf"))
@example(1e400)
@example(-0.0)
@example(5e-324)
def test_S6_any_float_is_sent_exactly_or_refused(value: float) -> None:
    out = bytearray()
    if math.isfinite(value):
        append_fields(out, {"level": value})
        assert float(dict(parse_qsl(out.decode()))["level"]) == value
    else:
        with pytest.raises(InvalidValue):
            append_fields(out, {"level": value})


BOARD_SCRIPT = """
import json, sys
from byteport.encoder import append_quoted
with open(sys.argv[1]) as file:
    for text in json.load(file):
        out = bytearray()
        append_quoted(out, text)
        print(bytes(out).decode())
"""


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_F4_any_text_on_a_board(interpreter: str, tmp_path: Path) -> None:
    texts: list[str] = [SPECIAL, "".join(map(chr, range(1, 256)))]

    @settings(max_examples=500, database=None)
    @given(st.one_of(st.text(), st.text(SPECIAL)))
    def collect(text: str) -> None:
        texts.append(text)

    collect()
    # unescaped, as MicroPython's json does not join surrogates
    (tmp_path / "texts.json").write_text(json.dumps(texts, ensure_ascii=False))
    (tmp_path / "board.py").write_text(BOARD_SCRIPT)
    run = run_micropython(interpreter, tmp_path / "board.py", tmp_path / "texts.json")
    assert run.returncode == 0, run.stderr
    assert run.stdout.split("\n")[:-1] == [quote_plus(text) for text in texts]
