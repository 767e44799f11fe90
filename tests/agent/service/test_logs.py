"""The log: one safe line per event, for people, for the journal, for programs."""

import io
import json
import logging
import os
from collections.abc import Iterator

import pytest

from byteport_agent.keys import Secret
from byteport_agent.service.logs import AgentLog


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    raising = logging.raiseExceptions
    yield
    logging.raiseExceptions = raising
    logging.getLogger("byteport_agent").handlers = []


def logged(kind: str = "text", level: str = "info") -> tuple[AgentLog, io.StringIO]:
    stream = io.StringIO()
    return AgentLog(kind, level, stream=stream), stream


def test_a_line_has_time_level_and_text() -> None:
    log, stream = logged()
    log.logger.warning("porch: %s", "retrying")
    line = stream.getvalue()
    assert line[4] == line[7] == "-"
    assert line[19:] == " warning: porch: retrying\n"


def test_the_level_is_the_least_that_is_written() -> None:
    log, stream = logged(level="warning")
    log.logger.info("quiet")
    log.logger.error("loud")
    assert stream.getvalue().endswith(" error: loud\n")
    assert stream.getvalue().count("\n") == 1


@pytest.mark.parametrize("kind", ["text", "json"])
def test_X11_no_text_ends_its_line_or_moves_a_cursor(kind: str) -> None:
    log, stream = logged(kind)
    log.logger.info("a\r\nb\x1b[2Jc\x00\u2028d", extra={"sensor": "x\ny\x1b"})
    text = stream.getvalue()
    assert text.endswith("\n")
    assert text[:-1].isprintable()


@pytest.mark.parametrize("kind", ["text", "json"])
def test_X1_keys_are_hidden_wherever_they_stand(kind: str) -> None:
    log, stream = logged(kind)
    log.hide([Secret("c4nary-one")])
    log.hide([Secret("c4nary-two")])
    try:
        raise ValueError("c4nary-one in an error")
    except ValueError as error:
        log.logger.error("key c4nary-two", exc_info=error, extra={"output": "c4nary-one"})
    assert "c4nary" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_json_tells_what_the_event_is_about() -> None:
    log, stream = logged("json")
    log.logger.info("porch: ok", extra={"sensor": "porch", "state": "ok"})
    line = json.loads(stream.getvalue())
    assert line.pop("time").endswith("Z")
    assert line == {"level": "info", "message": "porch: ok", "sensor": "porch", "state": "ok"}


def test_for_the_journal_a_line_begins_with_its_priority(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    with open(f"{tmp_path}/journal", "w+") as stream:
        status = os.fstat(stream.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{status.st_dev}:{status.st_ino}")
        monkeypatch.setattr("sys.stderr", stream)
        log = AgentLog("text", "debug")
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            log.logger.log(level, "text")
        stream.seek(0)
        assert stream.read() == "<7>text\n<6>text\n<4>text\n<3>text\n"


def test_a_stderr_that_takes_nothing_stops_nobody() -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    AgentLog("text", "info", stream=Full()).logger.info("lost")
