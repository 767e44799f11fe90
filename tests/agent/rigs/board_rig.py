"""What the tests of boards share: a directory with keys and passwords, short files in it."""

from pathlib import Path

from config_rig import DEVICE, KEYS, OUTPUT, write_keys

from byteport_agent.config import MistakesError, parse_board
from byteport_agent.config.board.sections import BoardConfiguration

PASSWORD = "c4nary wifi/pass word"
SECRETS = (*KEYS.values(), PASSWORD)
WIFI = '[[board.wifi]]\nssid = "home"\npassword_file = "wifi.key"\n'


def write_secrets(directory: Path) -> None:
    write_keys(directory)
    path = directory / "wifi.key"
    path.write_text(f"{PASSWORD}\n")
    path.chmod(0o600)


def board_file(
    *sensor: str, board: str = "", kind: str = "esp32", more: str = "", output: str = OUTPUT
) -> str:
    """Return a whole file; the lines of its sensor begin at line 3, those of its board follow."""
    head = ["[[sensor]]", 'name = "porch"', *(sensor or ('driver = "bme280"',))]
    return "\n".join([*head, "[board]", f'type = "{kind}"', board, WIFI, DEVICE, output, more])


def parsed_board(text: str, directory: Path) -> BoardConfiguration:
    return parse_board(text, directory / "station.toml", {})


def board_problems(text: str, directory: Path) -> list[str]:
    """Return all that is told of a text, without the directory."""
    try:
        found = parsed_board(text, directory).warnings
    except MistakesError as error:
        assert error.exit_code == 78
        found = error.problems
    told = [str(each).replace(f"{directory}/", "") for each in found]
    assert not any(secret in line for secret in SECRETS for line in told)
    return [line.replace(str(directory), "DIR").removeprefix("station.toml:") for line in told]
