"""What tests of flashing share: a stand-in for the station's program, and a run of the command."""

from pathlib import Path

import pytest
from board_rig import SECRETS, board_file, write_secrets

from byteport_agent import cli
from byteport_agent.boards import board_files, board_link

PROGRAM = """\
import json, time
with open("/station.json") as file:
    sensors = json.load(file)["sensors"]
with open("/secrets.json") as file:
    assert json.load(file)["key"]
print("I started, reset cause 1")
while True:
    for sensor in sensors:
        print("I %s state=1 level=21.50" % sensor["name"])
    print("I output ok")
    time.sleep(0.2)
"""
GPIO = ('driver = "gpio"', "pin = 27")
NEAR = '[[output]]\ntype = "byteport"\nurl = "http://192.168.1.5:8080"\n'


class Flasher:
    """Runs `byteport-agent flash` for one configuration, and looks for secrets in what it says."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.config = folder / "station.toml"
        self.out = self.errors = ""
        self._capfd = capfd
        write_secrets(folder)
        self.configure(board_file(*GPIO, output=NEAR))

    def configure(self, text: str) -> None:
        self.config.write_text(text)
        self.config.chmod(0o600)

    def __call__(self, *words: str) -> int:
        code = cli.main(["flash", "-c", str(self.config), "--wait", "20s", *words])
        self.out, self.errors = self._capfd.readouterr()
        shown = self.out + self.errors
        assert not any(secret in shown for secret in SECRETS)
        assert "Traceback" not in self.errors
        return code


@pytest.fixture
def flasher(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Flasher:
    monkeypatch.setattr(board_files, "PROGRAM", PROGRAM)
    monkeypatch.setattr(board_link, "ATTEMPT_S", 0.5)
    monkeypatch.setattr(board_link, "PATIENCE_S", 1.0)
    return Flasher(tmp_path, capfd)
