"""docs/dashboard.md: its configurations have no mistake, and its pictures are there and small."""

import re
from pathlib import Path

import pytest
from config_rig import parsed, sensor, write_keys

from byteport_agent.cli import COMMANDS

GUIDE = Path(__file__).parents[3] / "docs/dashboard.md"
TEXT = GUIDE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
PICTURES = sorted((GUIDE.parent / "pictures").glob("*.png"))
GATEWAY = '[gateway]\nkey_file = "gateway.key"\n'


@pytest.mark.parametrize("block", BLOCKS)
def test_configurations_have_no_mistake(tmp_path: Path, block: str) -> None:
    write_keys(tmp_path)
    for name in ("pond-board.key", "gateway.crt", "gateway.pem"):
        (tmp_path / name).write_text("something\n")
        (tmp_path / name).chmod(0o600)
    text = block.replace("/etc/byteport-agent/", "")
    gateway = "" if "[gateway]" in text else GATEWAY
    configuration = parsed(sensor('driver = "system"') + gateway + text, tmp_path)
    assert configuration.gateway is not None
    unencrypted = "travel unencrypted there"  # which the page tells of as well
    assert all(unencrypted in str(warning) for warning in configuration.warnings)


def test_there_are_as_many_as_are_read() -> None:
    assert len(BLOCKS) == 5


def test_its_commands_exist() -> None:
    named = set(re.findall(r"byteport-agent ([a-z-]+)`", TEXT))
    assert named
    assert named <= set(COMMANDS)


def test_its_files_exist() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert "pictures/dashboard.png" in links
    assert [link for link in links if not (GUIDE.parent / link).is_file()] == []


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_pictures_are_small(picture: Path) -> None:
    content = picture.read_bytes()
    width = int.from_bytes(content[16:20], "big")  # of IHDR (PNG, 11.2.2)
    assert (content[:8], width) == (b"\x89PNG\r\n\x1a\n", 390 if "phone" in picture.stem else 1280)
    assert len(content) < 200_000
