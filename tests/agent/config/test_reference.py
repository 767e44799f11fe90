"""docs/configuration.md is what the code says, and its examples are right."""

from pathlib import Path
from tomllib import loads

import pytest
from config_rig import parsed, problems_of, sensor, write_keys

from byteport.filter_settings import KEYS
from byteport_agent.config.filter_settings import FILTERS, example_table
from byteport_agent.config.reference import EXAMPLE, SECTIONS, reference
from byteport_agent.config.settings import Setting, settings_of

DOCUMENT = Path(__file__).parents[3] / "docs/configuration.md"
SETTINGS = [
    pytest.param(setting, id=f"{section.__name__}.{key}")
    for section in SECTIONS
    for key, (_, setting) in settings_of(section).items()
]


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == reference(), (
        "python -m byteport_agent.config.reference > docs/configuration.md"
    )


def test_the_example_has_no_mistake(tmp_path: Path) -> None:
    write_keys(tmp_path)
    configuration = parsed(EXAMPLE, tmp_path)
    assert configuration.warnings == ()
    assert [each.name for each in configuration.sensors] == ["porch", "soil", "tank"]


@pytest.mark.parametrize("setting", SETTINGS)
def test_examples_and_defaults_of_keys(setting: Setting) -> None:
    setting.kind.parse(loads(f"x = {setting.example}")["x"])
    assert setting.meaning.endswith(".")
    if setting.default:
        setting.kind.parse(loads(f"x = {setting.default}")["x"])


def test_every_filter_is_documented() -> None:
    assert {*FILTERS, "name"} == set(KEYS)


@pytest.mark.parametrize("key", FILTERS)
def test_examples_of_filters(tmp_path: Path, key: str) -> None:
    write_keys(tmp_path)
    text = sensor('driver = "bme280"', f"fields.temperature = {example_table(key)}")
    assert problems_of(text, tmp_path) == []
