"""Whatever a file holds: a configuration or a ConfigurationError, never a traceback."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from board_rig import write_secrets
from config_rig import KEYS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config import load, parse, parse_board
from byteport_agent.config.board.reference import BOARD_EXAMPLE
from byteport_agent.config.filter_settings import FILTERS
from byteport_agent.config.reference import EXAMPLE, SECTIONS
from byteport_agent.config.settings import settings_of

SLOW = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KNOWN = sorted({key for section in SECTIONS for key in settings_of(section)} | set(FILTERS))
DRIVERS = ["bme280", "bme28", "gpio", "dht22", "ds18b20", "command", "file", "ads1115", "mhz19"]
DRIVERS += ["tca9548a", "system", "./x.py:X", "circuitpython:x.Y", "i/\0.py:X", "command2"]
words = st.sampled_from(
    [
        *DRIVERS,
        "i2c-1",
        "spi-0.0",
        "/dev/ttyS0",
        "0x76",
        "30s",
        "10ms",
        "64MB",
        "POST",
        "byteport",
        "https://api.byteport.se",
        "http://[",
        "//a:b@c",
        "",
        "x" * 300,
        "temperature",
        "name",
    ]
)
scalars = (
    st.booleans()
    | st.integers()
    | st.sampled_from([10**400, 0x76, -1])
    | st.floats()
    | words
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
    | st.just(datetime(2026, 1, 31, tzinfo=UTC))
)
keys = st.sampled_from(
    [*KNOWN, "temperature", "humidity", "ch0", "pin", "channels", "path", "command", "xyz"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=8,
)
sensors = st.fixed_dictionaries(
    {"name": words | scalars, "driver": st.sampled_from(DRIVERS)},
    optional={
        "fields": st.dictionaries(keys, values, max_size=3),
        "interval": words,
        "bus": words,
        "address": scalars,
        "channels": values,
        "command": values,
        "path": values,
    },
)
files = st.fixed_dictionaries(
    {},
    optional={
        "device": st.dictionaries(keys, values, max_size=5),
        "sensor": st.lists(sensors, max_size=3) | values,
        "output": st.lists(st.dictionaries(keys, values, max_size=5), max_size=3) | values,
        "outbox": st.dictionaries(keys, values, max_size=5) | values,
        "gateway": st.dictionaries(keys, values, max_size=5),
        "board": st.dictionaries(keys, values, max_size=5) | values,
        "xyz": values,
    },
)


def toml(value: Any) -> str:
    """Return a value as TOML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)} = {toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return repr(value).lower()


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def check_text(text: str, directory: Path) -> None:
    read = parse_board if "board" in text else parse
    try:
        read(text, directory / "agent.toml", {})
    except ConfigurationError as error:
        told = f"{error}{error!r}" + "".join(map(str, getattr(error, "problems", ())))
        assert not any(key in told for key in KEYS.values())
        assert "\n" not in "".join(map(str, getattr(error, "problems", ())))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_secrets(tmp_path)
    return tmp_path


@SLOW
@given(files)
def test_F1_any_structure(place: Path, values: dict[str, Any]) -> None:
    text = "".join(f"{_text(key)} = {toml(value)}\n" for key, value in values.items())
    check_text(text, place)


@SLOW
@given(st.data(), st.sampled_from([EXAMPLE, BOARD_EXAMPLE]))
def test_F1_one_value_of_a_right_file_replaced(
    place: Path, data: st.DataObject, example: str
) -> None:
    lines = example.splitlines()
    number = data.draw(st.sampled_from([at for at, line in enumerate(lines) if " = " in line]))
    key = lines[number].partition(" = ")[0]
    lines[number] = f"{data.draw(keys.map(_text) | st.just(key))} = {toml(data.draw(values))}"
    check_text("\n".join(lines), place)


@SLOW
@given(
    st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))
)
def test_F1_any_bytes(place: Path, content: bytes) -> None:
    path = place / "agent.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):  # none of these is whole
        load(path, {})


@pytest.mark.parametrize("cut", range(0, len(EXAMPLE), 7))
def test_F1_a_file_that_is_cut_off(place: Path, cut: int) -> None:
    check_text(EXAMPLE[:cut], place)
    check_text(BOARD_EXAMPLE[:cut], place)
