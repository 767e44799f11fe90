"""The line of a backlog on a terminal: there while it matters, and out of the log's way."""

import io
import logging

import pytest

from byteport_agent.service.backlog_line import BacklogLine
from byteport_agent.service.logs import AgentLog


@pytest.fixture(autouse=True)
def _wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")


def shown(out: io.StringIO) -> str:
    """Return the line as it stands on the terminal now."""
    return out.getvalue().rpartition("\n")[2].rpartition("\x1b[K")[2]


def test_nothing_is_shown_while_hardly_anything_waits() -> None:
    out = io.StringIO()
    line = BacklogLine(out)
    for second in range(10):
        line.update(99, second * 1000)
    assert out.getvalue() == ""


def test_it_shows_how_far_it_is_and_how_long_it_takes() -> None:
    out = io.StringIO()
    line = BacklogLine(out)
    line.update(10_000, 0)
    assert shown(out) == "10,000 readings wait to be sent [------------------------] 0 %"
    line.update(9_000, 1_000)
    line.update(5_000, 5_000)
    bar = "#" * 12 + "-" * 12
    assert shown(out) == f"5,000 readings wait to be sent [{bar}] 50 %, 5.0 s left"


def test_one_that_grows_is_the_new_whole() -> None:
    out = io.StringIO()
    line = BacklogLine(out)
    line.update(1_000, 0)
    line.update(2_000, 1_000)
    assert "] 0 %" in shown(out)


def test_it_goes_when_all_is_sent() -> None:
    out = io.StringIO()
    line = BacklogLine(out)
    line.update(1_000, 0)
    line.update(50, 1_000)
    assert shown(out).startswith("50 readings wait")
    line.update(9, 2_000)
    assert shown(out) == ""


def test_a_line_of_the_log_stands_above_it() -> None:
    out = io.StringIO()
    line = BacklogLine(out)
    log = AgentLog("text", "info", line, out)
    line.update(1_000, 0)
    log.logger.info("porch: ok")
    assert "\r\x1b[K" in out.getvalue()
    assert out.getvalue().count("porch: ok\n") == 1
    assert shown(out).startswith("1,000 readings wait")
    logging.getLogger("byteport_agent").handlers = []
    logging.raiseExceptions = True


def test_a_narrow_terminal_is_not_overrun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    out = io.StringIO()
    BacklogLine(out).update(1_000, 0)
    assert len(shown(out)) == 29
