"""Text made safe for a terminal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_agent.printable import clipped, padded, printable, width


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("å 日本 😀", "å 日本 😀"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b1m", "\\x9b1m"),
        ("\u202egnp", "\\u202egnp"),
        ("\udcff", "\\udcff"),
        ("\0", "\\x00"),
    ],
)
def test_X11_what_moves_the_cursor_is_escaped(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(text=st.text(), cells=st.integers(0, 20))
@settings(deadline=None)
def test_clipped_text_never_takes_more_cells(text: str, cells: int) -> None:
    cut = clipped(printable(text), cells)
    assert width(cut) <= cells
    assert cut == printable(text) or cut[-1:] in ("…", "")
    assert printable(text).startswith(cut.removesuffix("…"))


def test_wide_characters_count_twice() -> None:
    assert width("日本") == 4
    assert clipped("日本語", 5) == "日本…"
    assert clipped("日本語", 4) == "日…"
    assert clipped("e\u0301\u0301x", 2) == "e\u0301\u0301x"
    assert padded("日", 4) == "日  "
