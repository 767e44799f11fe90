"""The table's text, with values that try to break it, and its redrawing."""

import io
import os
import shutil

import pytest

from byteport_agent.command_line.live_table import (
    LastValue,
    Screen,
    StoredReading,
    reading_line,
    table_lines,
)
from byteport_agent.printable import width

UNITS = {"temp": "Cel", "load": "/", "rh": "%RH", "net": "B"}


def test_table_is_aligned() -> None:
    values = [
        LastValue("dev", "temp", "21.5", 9_500),
        LastValue("dev", "load", "0.12", 10_000),
        LastValue("other-device", "日本", "日本", -190_000),
    ]
    assert table_lines(values, UNITS, 10_000) == [
        "DEVICE        FIELD  VALUE  UNIT    AGE",
        "dev           temp    21.5  °C    0.5 s",
        "dev           load    0.12        0.0 s",
        "other-device  日本    日本        3 min",
    ]


def test_nothing_stored_yet_is_a_head() -> None:
    assert table_lines([], UNITS, 0) == ["DEVICE  FIELD  VALUE  UNIT  AGE"]


def test_X11_values_cannot_reach_the_terminal_unescaped() -> None:
    bad = "\x1b[2J\r\n\x07" + "x" * 100
    lines = table_lines([LastValue("dev", "temp", bad, 0)], UNITS, 0)
    reading = StoredReading(7, "dev", 0, (("temp", bad),), (("info", bad),))
    for text in [*lines, reading_line(reading, UNITS)]:
        assert text.isprintable()
    assert len(lines[1]) < 80


def test_one_reading_is_one_line() -> None:
    reading = StoredReading(7, "dev", 1_410_613_385_123, (("temp", "21.5"), ("load", "1")), ())
    line = reading_line(reading, UNITS)
    assert line.endswith("#7 dev temp=21.5°C load=1")
    assert reading_line(reading._replace(fields=()), UNITS).endswith("#7 dev heartbeat")


def test_a_redraw_replaces_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    size = os.terminal_size((12, 4))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: size)
    out = io.StringIO()
    screen = Screen(out)
    screen.draw(["first", "x" * 50, "third", "never seen"])
    assert out.getvalue() == "\rfirst\x1b[K\nxxxxxxxxxx…\x1b[K\nthird\x1b[K\n\x1b[J"
    out.truncate(0)
    out.seek(0)
    screen.draw(["日" * 20])
    assert out.getvalue() == "\x1b[3A\r日日日日日…\x1b[K\n\x1b[J"
    assert width("日日日日日…") <= 11
