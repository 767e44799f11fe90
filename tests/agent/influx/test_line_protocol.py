"""An entry as a line of InfluxDB's protocol: what is escaped, and what is a number."""

import pytest

from byteport.errors import InvalidValue
from byteport_agent.influx.line_protocol import LineProtocol


def line(*fields: tuple[str, str], integers: bool = False, **tags: str) -> str:
    return LineProtocol("byteport", tags, integers).line("barDev1", "porch", fields, 1_410_613)


def test_a_line() -> None:
    assert line(("porch_temp", "21.50"), ("info", "up")) == (
        'byteport,device=barDev1,sensor=porch porch_temp=21.50,info="up" 1410613'
    )


VALUES = {
    "21.50": "21.50",
    "21": "21",
    "-0.5": "-0.5",
    "1e5": "1e5",
    "1E-5": "1E-5",
    "007": "007",
    "1e400": '"1e400"',  # no number that a store could hold
    "nan": '"nan"',
    "inf": '"inf"',
    "0x10": '"0x10"',
    "+1": '"+1"',
    "1.": '"1."',
    ".5": '".5"',
    "21i": '"21i"',
    "true": '"true"',
    "": '""',
    " 1": '" 1"',
    "٣": '"٣"',
    'say "hi"': '"say \\"hi\\""',
    "a\\b": '"a\\\\b"',
    "a\nb": '"a\nb"',
    "å😀": '"å😀"',
}


@pytest.mark.parametrize("text", VALUES)
def test_S6_a_text_is_a_number_or_a_string(text: str) -> None:
    assert line(("f1", text)).split(" ", 1)[1] == f"f1={VALUES[text]} 1410613"


def test_integers_are_written_as_such_where_that_is_wanted() -> None:
    fields = [("f1", "21"), ("f2", "21.0"), ("f3", f"{1 << 64}"), ("f4", "-3")]
    assert line(*fields, integers=True).split(" ")[1] == f"f1=21i,f2=21.0,f3={1 << 64},f4=-3i"


def test_names_and_tags_are_escaped_and_sorted() -> None:
    found = LineProtocol("my climate,x", {"site": "a b,c=d", "a z": "å"}, False)
    assert found.line("dev", "", (("a:b", "1"),), 5) == (
        "my\\ climate\\,x,a\\ z=å,device=dev,site=a\\ b\\,c\\=d a:b=1 5"
    )


def test_half_a_character_is_refused_by_name() -> None:
    with pytest.raises(InvalidValue, match="field 'note'"):
        line(("note", "\ud800"))
