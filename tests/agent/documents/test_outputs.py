"""docs/outputs.md: every configuration in it is right, and every output has one."""

import re
from pathlib import Path

import pytest
from config_rig import DEVICE, parsed, write_keys

from byteport_agent.brokers.data_form import data_text
from byteport_agent.config import Configuration
from byteport_agent.config.output_types import TARGETS

DOCUMENT = (Path(__file__).parents[3] / "docs/outputs.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
SENSOR = '[[sensor]]\nname = "porch"\ndriver = "bme280"\n'
OUTPUT = '[[output]]\ntype = "byteport"\n'


def configured(text: str, directory: Path) -> Configuration:
    write_keys(directory)
    for name in re.findall(r'_file = "(.+)"', text):
        (directory / name).write_text("s3cret\n")
        (directory / name).chmod(0o600)
    sent = "" if "[[output]]" in text else OUTPUT
    return parsed(f"{text}\n{sent}{SENSOR}{DEVICE}", directory)


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_has_no_mistake(text: str, tmp_path: Path) -> None:
    assert configured(text, tmp_path).warnings == ()


def test_every_type_of_output_has_one(tmp_path: Path) -> None:
    found = [configured(text, tmp_path) for text in EXAMPLES]
    assert {each.outputs[0].type for each in found} == {*TARGETS}
    assert any(each.prometheus and each.prometheus.token for each in found)
    assert any(each.actuators and each.messages.commands for each in found)


def test_what_is_said_of_values_is_so() -> None:
    for value in ("21.5", "öppen", "温度", "🌡"):
        assert value in DOCUMENT
        assert data_text([("a", value)]) == f"a={value};"
    assert data_text([("temp", "10"), ("last_word", "i love you")]).replace('"', '\\"') in DOCUMENT
