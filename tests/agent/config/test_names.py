"""Byteport's rules for names, where a configuration gives one."""

# ruff: noqa: E501 (messages as they are told)

import re
from pathlib import Path

import pytest
from config_rig import DEVICE, OUTPUT, problems_of, sensor, write_keys
from hypothesis import given
from hypothesis import strategies as st

from byteport_agent.config.field_reader import name_mistake

RULE = re.compile(r"[0-9a-zA-Z:][0-9a-zA-Z_:-]{1,31}")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a", "has 1 characters: allowed are 2 to 32"),
        ("a" * 33, "has 33 characters: allowed are 2 to 32"),
        ("-ab", "starts with '-': names start with a letter, a digit or ':'"),
        ("_ab", "starts with '_': names start with a letter, a digit or ':'"),
        ("åå", "has 'å': allowed are 0-9 a-z A-Z - _ :"),
        ("a.b", "has '.': allowed are 0-9 a-z A-Z - _ :"),
        ("a b", "has ' ': allowed are 0-9 a-z A-Z - _ :"),
    ],
)
def test_F2_a_name_that_breaks_a_rule(place: Path, name: str, rule: str) -> None:
    told = f"{name!r} {rule}"
    device = DEVICE.replace("myownspace", name).replace("greenhouse-1", name)
    text = device + OUTPUT + f'[[sensor]]\nname = "{name}"\ndriver = "system"\n'
    assert problems_of(text, place) == [
        f"agent.toml:2: device: namespace: {told}",
        f"agent.toml:3: device: uid: {told}",
        f'agent.toml:8: sensor "{name}": name: {told}',
    ]
    text = sensor('driver = "bme280"', f'fields.humidity = "{name}"')
    assert problems_of(text, place) == [
        f'agent.toml:4: sensor "porch": fields.humidity: name: {told}'
    ]


def test_F2_names_that_make_trouble_are_warned_of(place: Path) -> None:
    device = DEVICE.replace("myownspace", "short").replace("greenhouse-1", "house-")
    text = sensor('driver = "bme280"', 'fields.humidity = "rh_"').replace(DEVICE, device)
    advice = "ends with {!r}: the reference client refuses it"
    assert problems_of(text, place) == [
        f"agent.toml:4: warning: sensor \"porch\": fields.humidity: field name 'rh_' {advice.format('_')}",
        (
            "agent.toml:6: warning: device: namespace 'short' is short: one that a user creates has 7 "
            "characters or more"
        ),
        f"agent.toml:7: warning: device: device name 'house-' {advice.format('-')}",
    ]


@given(st.text(max_size=40) | st.from_regex(RULE, fullmatch=True))
def test_F2_fields_are_those_that_the_rule_allows(name: str) -> None:
    allowed = bool(RULE.fullmatch(name)) and name not in ("debug", "info", "warn", "error")
    assert (name_mistake(name) == "") == allowed


@pytest.mark.parametrize("name", ["_key", "_ts"])
def test_F3_reserved_names(place: Path, name: str) -> None:
    text = sensor('driver = "bme280"', f'fields.humidity = "{name}"')
    assert problems_of(text, place) == [
        f"agent.toml:4: sensor \"porch\": fields.humidity: name: '{name}' is reserved by Byteport"
    ]


@pytest.mark.parametrize("name", ["debug", "info", "warn", "error"])
def test_F3_log_channels_are_no_fields(place: Path, name: str) -> None:
    told = f"'{name}' is a log channel of Byteport, no field: choose another name"
    text = sensor('driver = "bme280"', f'fields.humidity = "{name}"')
    assert problems_of(text, place) == [
        f'agent.toml:4: sensor "porch": fields.humidity: name: {told}'
    ]
    text = sensor('driver = "file"', 'path = "/x"', f'options.name = "{name}"')
    assert problems_of(text, place) == [
        (
            f'agent.toml:1: sensor "porch": field {told}; give it another with '
            f'fields = {{ "{name}" = "FIELD" }}'
        )
    ]


def test_F3_as_a_channels_own_name(place: Path) -> None:
    text = sensor('driver = "command"', 'command = "x"', "fields = { error = {}, warn = 'ok' }")
    assert problems_of(text, place) == [
        (
            "agent.toml:5: sensor \"porch\": fields.error: 'error' is a log channel of Byteport, no field: "
            "choose another name; give the field a name"
        )
    ]
