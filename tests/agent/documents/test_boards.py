"""docs/boards.md: each configuration in it passes the check, each command line is one."""

import json
import re
import shlex
import shutil
import tomllib
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from board_rig import write_secrets

from byteport_agent.boards import trust
from byteport_agent.boards.station_file import secrets_file, station_file
from byteport_agent.cli import COMMANDS
from byteport_agent.command_line.arguments import Parser
from byteport_agent.config import parse_board
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.board.type_reader import known_type, known_types
from byteport_mocks.scripted_server import ScriptedServer
from micropythons import INTERPRETERS, PROJECT, run_micropython

TEXT = (PROJECT / "docs/boards.md").read_text()
CLIENT = PROJECT / "micropython/package_client.json"
LINK = re.compile(r"\]\(([\w.-]+\.md)(#[\w-]+)?\)")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


EXAMPLE, *PARTS = blocks("toml")
LINES = [line for block in blocks("sh") for line in block.splitlines()]
OURS = [line for line in LINES if line.startswith("byteport-agent ")]


def merged(whole: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return a file's values with those of a part of one: tables join, lists are replaced."""
    result = dict(whole)
    for key, value in part.items():
        is_table = isinstance(value, dict) and isinstance(whole.get(key), dict)
        result[key] = merged(whole[key], value) if is_table else value
    return result


def as_toml(values: dict[str, Any]) -> str:
    """Return tables in a form that every TOML reader takes: inline, one line each."""
    return "".join(f"{key} = {inline(value)}\n" for key, value in values.items())


def inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {inline(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value)


def checked(text: str, folder: Path) -> BoardConfiguration:
    write_secrets(folder)
    (folder / "mqtt.password").write_text("c4nary-broker\n")
    (folder / "mqtt.password").chmod(0o600)
    return parse_board(text, folder / "station.toml", {})


def test_the_whole_file_has_no_mistake(tmp_path: Path) -> None:
    configuration = checked(EXAMPLE, tmp_path)
    assert configuration.warnings == ()
    assert configuration.board.kind.base == "esp32"


@pytest.mark.parametrize("part", PARTS)
def test_each_part_fits_into_the_whole(part: str, tmp_path: Path) -> None:
    values = merged(tomllib.loads(EXAMPLE), tomllib.loads(part))
    warnings = [str(each) for each in checked(as_toml(values), tmp_path).warnings]
    # plain http to the LAN is what that part is about
    assert not [each for each in warnings if "unencrypted" not in each], warnings


@pytest.mark.parametrize("line", OURS)
def test_each_command_line_is_one(line: str) -> None:
    _, command, *words = shlex.split(line, comments=True)
    assert command in COMMANDS
    module = import_module(f"byteport_agent.commands.{command.replace('-', '_')}")
    parser = Parser(f"byteport-agent {command}", "", "")
    module.add_arguments(parser)
    parser.parse(words)


def test_the_commands_of_boards_are_all_there() -> None:
    named = {line.split()[1] for line in OURS}
    assert {"flash", "monitor", "simulate", "check", "sensors"} <= named


def test_every_option_of_simulate_is_told() -> None:
    from byteport_agent.commands import simulate

    parser = Parser("simulate", "", "")
    simulate.add_arguments(parser)
    options = {option for option in parser._option_string_actions if option.startswith("--")}
    assert {option for option in options if option not in TEXT} == {"--help", "--config", "--rtt"}


def test_files_that_are_named_are_there() -> None:
    for line in LINES:
        for name in re.findall(r"(?:micropython|drivers)/[\w.]+", line):
            assert (PROJECT / name).is_file(), name
    for name in re.findall(r"byteport-agent/((?:micropython|drivers)/[\w.]+)", TEXT):
        assert (PROJECT / name).is_file(), name
    for name, _ in LINK.findall(TEXT):
        assert (PROJECT / "docs" / name).is_file(), name


def test_the_files_of_a_board_are_as_flash_writes_them(tmp_path: Path) -> None:
    configuration = checked(EXAMPLE, tmp_path)
    station, secrets = map(json.loads, blocks("json"))
    assert station == json.loads(station_file(configuration))
    assert set(secrets) == set(json.loads(secrets_file(configuration)))


def test_the_table_of_boards_is_whole() -> None:
    rows = TEXT.partition("| board | `type` |")[2].partition("\n\n")[0]
    for name in known_types():
        assert f'`"{name}"`' in rows
        assert re.search(rf"[ ,]{known_type(name).firmware.page}[ ,]", rows)


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_the_client_alone(interpreter: str, tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text(
        "STA_IF = 0\n"
        "class WLAN:\n"
        "    def __init__(self, interface): self.asked = 0\n"
        "    def active(self, on): pass\n"
        "    def connect(self, ssid, password): assert (ssid, password) == GIVEN\n"
        "    def isconnected(self):\n"
        "        self.asked += 1\n"
        "        return self.asked > 1\n"
        "GIVEN = ('home', 'the password of home')\n"
    )
    (tmp_path / "ntptime.py").write_text("def settime(): print('set')\n")
    program = next(block for block in blocks("python") if "Client" in block)
    for target, source in json.loads(CLIENT.read_text())["urls"]:
        (tmp_path / target).parent.mkdir(exist_ok=True)
        shutil.copy(CLIENT.parent / source, tmp_path / target)
    with ScriptedServer() as server:
        assert 'ca="ca.der"' in program
        program = program.replace('ca="ca.der"', f"url={server.url!r}")
        (tmp_path / "main.py").write_text(program.replace("sleep(1)", "sleep(0)"))
        run = run_micropython(interpreter, tmp_path / "main.py", path=tmp_path)
    assert (run.returncode, run.stdout) == (0, "set\n"), run.stdout + run.stderr
    assert server.requests[0].form == {"_key": "the API key", "temperature": "21.5"}


def test_the_line_that_takes_the_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = re.findall(r"python3 -c '.*?'", TEXT, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(trust, "certificate_for", lambda url: b"DER of " + url.encode())
    exec(compile(shlex.split(line)[2], "page", "exec"), {})
    assert (tmp_path / "ca.der").read_bytes() == b"DER of https://api.byteport.se"


def test_the_table_of_the_led_has_its_codes() -> None:
    source = (PROJECT / "micropython/byteport/led.py").read_text()
    codes = dict(re.findall(r"^([A-Z_]+) = const\((\d)\)", source, re.MULTILINE))
    rows = dict(re.findall(r"^\| (\d) flash(?:es)?[^|]*\| ([^|]+) \|$", TEXT, re.MULTILINE))
    words = {"JOINING": "joins", "NOT_SENDING": "service", "SENSOR": "sensor", "HALTED": "safe"}
    assert codes.pop("SENDING") == "9"  # on, no flashes
    assert set(codes) == set(words)
    assert all(words[name] in rows[code] for name, code in codes.items())


def test_figures_are_those_of_the_code() -> None:
    folder = PROJECT / "micropython/byteport"
    boot_log = (folder / "boot_log.py").read_text()
    assert "_MOST_BAD = const(10)" in boot_log  # ten starts in a row
    assert "_SAFE_MS = const(3600000)" in (folder / "station_halt.py").read_text()
