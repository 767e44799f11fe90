"""What `flash` shows at its end: the first reading, whether it was delivered, and what is next."""

from pathlib import Path
from typing import Any

import pytest
from board_rig import board_file, parsed_board, write_secrets
from config_rig import OUTPUT

from byteport_agent.boards.first_reading import FirstReading
from byteport_agent.boards.station_lines import StationLine, station_line
from byteport_agent.command_errors import CommandError

STARTED, READING = "I started, reset cause 1", "I porch temperature=21.50 humidity=45.0"
OFFICIAL = OUTPUT
GATEWAY = '[[output]]\ntype = "byteport"\nurl = "http://192.168.1.5:8080"\n'
BROKER = '[[output]]\ntype = "mqtt"\nurl = "mqtt://192.168.1.2"\ndialect = "plain"\n'


class Lines:
    """A serial port on which lines come one after another, and then nothing."""

    def __init__(self, *texts: str) -> None:
        self._texts = list(texts)

    def read(self) -> list[StationLine]:
        return [station_line(self._texts.pop(0))] if self._texts else []


def heard(folder: Path, output: str, *texts: str) -> list[str]:
    write_secrets(folder)
    configuration = parsed_board(board_file(output=output), folder)
    told: list[str] = []
    lines: Any = Lines(*texts)
    FirstReading(lines, 0.2, told.append).wait("/dev/ttyUSB0", configuration)
    assert told[0] == "waiting for the first reading, and that it is delivered"
    return told[1:]


@pytest.mark.parametrize(
    ("output", "where"),
    [
        (
            OFFICIAL,
            (
                "https://api.byteport.se as myownspace.greenhouse-1: 'byteport-agent history "
                "greenhouse-1 temperature --namespace myownspace --user NAME' shows it"
            ),
        ),
        (
            GATEWAY,
            "http://192.168.1.5:8080 as myownspace.greenhouse-1: its dashboard shows it",
        ),
        (BROKER, "mqtt://192.168.1.2 as myownspace.greenhouse-1"),
    ],
)
def test_a_reading_that_is_delivered(tmp_path: Path, output: str, where: str) -> None:
    *_, passed, last = heard(tmp_path, output, STARTED, READING, "I output ok", "I later a=1")
    assert (passed, last) == ("output ok", f"delivered to {where}")


def test_a_sleeper_s_second_wake_is_as_good(tmp_path: Path) -> None:
    *_, last = heard(tmp_path, OFFICIAL, "I output ok again", READING)
    assert last.startswith("delivered to ")


def test_a_wi_fi_that_is_not_joined(tmp_path: Path) -> None:
    wrong = "I Wi-Fi: home: refused, is the password right?"
    *_, last = heard(tmp_path, OFFICIAL, READING, wrong, "I later a=1")
    assert last.startswith(
        "warning: nothing was delivered yet (Wi-Fi: home: refused, is the password right?): "
        "readings wait on the board, which goes on trying"
    )
    joined, refused = "I Wi-Fi: joined home", "W output held: status 401: wrong key, or a method"
    *_, last = heard(tmp_path, OFFICIAL, READING, wrong, joined, refused, "I output ok again")
    assert "(output held: status 401: wrong key, or a method)" in last
    *_, last = heard(tmp_path, OFFICIAL, READING, joined)
    assert last.startswith("warning: nothing was delivered yet: readings wait")


def test_no_reading(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"^no reading within 0\.2 s, but all files are there"):
        heard(tmp_path, OFFICIAL, STARTED, "I output ok", "E I start again: OSError(5)")
