"""What the tests of the import share: mqtt-io's text in, this agent's file and what is told out."""

from pathlib import Path
from tomllib import loads
from typing import Any

import pytest
from config_rig import parsed

from byteport_agent.command_line.arguments import Parser
from byteport_agent.commands.import_mqtt_io import add_arguments, run


def run_import(directory: Path, text: str, *words: str) -> None:
    """Import a text as the command does."""
    source = directory / "mqtt-io.yml"
    source.write_text(text, encoding="utf-8")
    parser = Parser("import-mqtt-io", "", "")
    add_arguments(parser)
    assert run(parser.parse([str(source), *words])) == 0


def imported(
    directory: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return the file that is made, which the check must take, and what is told beside it."""
    run_import(directory, text, "--namespace", "myownspace", "--device", "greenhouse-1")
    out, err = capsys.readouterr()
    assert parsed(out, directory).sensors
    return loads(out), err.replace(f"{directory}/", "").splitlines()
