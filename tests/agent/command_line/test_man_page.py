"""The man page is what the parsers say, and man reads it without a complaint."""

import argparse
import shutil
import subprocess

import pytest

from byteport_agent.cli import COMMANDS, command_module, command_parser
from byteport_agent.command_line.man_page import man_page, roff
from micropythons import PROJECT

PAGE = PROJECT / "agent/man/byteport-agent.1"


def shown() -> str:
    """Return the page as man shows it."""
    if shutil.which("man") is None:
        pytest.skip("man is not installed: apt-get install man-db")
    run = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", str(PAGE)],
        env={"MANWIDTH": "400", "PATH": "/usr/bin:/bin", "MAN_KEEP_FORMATTING": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return " ".join(run.stdout.split())


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == man_page(), (
        "python -m byteport_agent.command_line.man_page > agent/man/byteport-agent.1"
    )


def test_every_option_is_on_the_page() -> None:
    page = shown()
    assert "byteport-agent - read sensors and store their values in Byteport" in page
    for command, summary in COMMANDS.items():
        assert summary in page
        module = command_module(command)
        assert " ".join(module.EXAMPLE.split()) in page
        for action in command_parser(command, module)._actions:
            for option in action.option_strings:
                hidden = action.help is argparse.SUPPRESS
                assert hidden or option in page, (command, option)


def test_text_stays_text() -> None:
    assert roff(".PP") == r"\&.PP"
    assert roff(r"'a' \n --b") == r"\(aqa\(aq \en \-\-b"
