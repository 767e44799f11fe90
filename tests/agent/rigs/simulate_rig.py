"""What tests of `byteport-agent simulate` share: a run of the command, and its figures."""

import json
from pathlib import Path
from typing import Any

import pytest
from board_rig import SECRETS, WIFI, write_secrets

from byteport_agent import cli
from micropythons import interpreter

SENSOR = '[[sensor]]\nname = "porch"\ndriver = "bme280"\ninterval = "{interval}"\n'
REST = '[device]\nnamespace = "ns"\nuid = "porch-1"\nkey_file = "byteport.key"\n'
OUTPUT = '[[output]]\ntype = "byteport"\nurl = "{url}"\n'


class Simulator:
    """Runs the command on a configuration, and looks for secrets in what it says."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capfd = capfd
        self.out = self.errors = ""
        write_secrets(folder)
        self.configure()

    def configure(
        self,
        sleep: str = "deep",
        interval: str = "10m",
        kind: str = "esp32",
        url: str = "http://api.byteport.se",
        more: str = "",
        output: str = OUTPUT,
    ) -> None:
        """Write the configuration of a board with one BME280."""
        text = SENSOR.format(interval=interval) + REST + output.format(url=url) + more
        text += f'[board]\ntype = "{kind}"\nsleep = "{sleep}"\n' + WIFI
        (self._folder / "station.toml").write_text(text)

    def __call__(self, *words: str) -> int:
        config = ("-c", str(self._folder / "station.toml"))
        code = cli.main(["simulate", *config, *words])
        self.out, self.errors = self._capfd.readouterr()
        shown = self.out + self.errors
        assert not any(secret in shown for secret in SECRETS)
        assert "Traceback" not in shown
        return code

    def figures(self, *words: str, code: int = 0) -> dict[str, Any]:
        """Return what --json prints."""
        given = self(*words, "--json", "--micropython", interpreter("micropython"))
        assert given == code, self.out + self.errors
        found: dict[str, Any] = json.loads(self.out)
        return found


@pytest.fixture
def simulate(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Simulator:
    return Simulator(tmp_path, capfd)
