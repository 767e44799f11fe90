"""A board's form of data is the agent's: the same text, or refused by both."""

from hypothesis import given
from hypothesis import strategies as st

from byteport.data_form import append_data
from byteport.errors import InvalidValue
from byteport_agent.brokers.data_form import data_text

names = st.from_regex(r"[0-9a-zA-Z:][0-9a-zA-Z:_-]{1,31}", fullmatch=True)
spaces = "".join(chr(code) for code in range(0x10000) if chr(code).isspace())
texts = st.text(max_size=20) | st.text(f"ab;=\"'\\å😀\x7f\x80\u2027\u202a\ud7ff\ue000{spaces}")


def of_a_board(name: str, value: str) -> str | None:
    out = bytearray()
    try:
        append_data(out, name.encode(), value.encode("utf-8", "surrogatepass"))
    except InvalidValue:
        assert out == b""
        return None
    return out.decode()


def of_the_agent(name: str, value: str) -> str | None:
    try:
        return data_text([(name, value)])
    except InvalidValue:
        return None


@given(names, texts)
def test_F4_both_write_the_same(name: str, value: str) -> None:
    assert of_a_board(name, value) == of_the_agent(name, value)


def test_F4_every_character_that_could_be_special() -> None:
    for code in (*range(0x3100), *range(0xD700, 0xE100), 0x1F600):
        for value in (chr(code), f"a{chr(code)}b"):
            assert of_a_board("f1", value) == of_the_agent("f1", value), hex(code)
