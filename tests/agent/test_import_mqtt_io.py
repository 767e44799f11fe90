"""`byteport-agent import-mqtt-io`: files that it cannot take, names, and what it writes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from re import DOTALL, findall

import pytest
from config_rig import parsed, write_keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mqtt_io_rig import run_import

from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.mqtt_io import convert
from byteport_agent.mqtt_io.sensor_table import Names
from byteport_agent.mqtt_io.yaml_tables import read_yaml

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DOCUMENT = Path(__file__).parents[2] / "docs/moving-from-mqtt-io.md"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is no mqtt-io configuration: it has no keys"),
        ("- a\n- b\n", "is no mqtt-io configuration"),
        ("mqtt:\n\thost: x\n", "mqtt-io.yml:2: found character"),
        ("a: [1\nb: 2\n", "mqtt-io.yml:2: "),
        ("a: !!python/object:os.system x\n", "mqtt-io.yml:1: could not determine a constructor"),
        ("mqtt: {password: !!int s3cret}\n", "mqtt-io.yml is no YAML that can be read"),
        ("mqtt: {host: x}\n", "there is nothing in it that can be taken over"),
        ("sensor_inputs: {a: 1}\n", "there is nothing in it that can be taken over"),
        ("a: &a [*a]\n", "there is nothing in it that can be taken over"),
    ],
)
def test_a_file_that_gives_nothing(directory: Path, text: str, words: str) -> None:
    with pytest.raises(CommandError) as caught:
        run_import(directory, text)
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_aliases_of_aliases_take_no_time(directory: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    (directory / "mqtt-io.yml").write_text("\n".join(lines))
    assert convert(read_yaml(directory / "mqtt-io.yml")).sensors == []


@given(text=st.lists(st.sampled_from([*"[]{}:-,&*?!|>'\"#%@`~ \n\t", "<<", "a", "1", "\0", "é"])))
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_a_file_holds_is_read_or_told_in_a_line(directory: Path, text: list[str]) -> None:
    (directory / "mqtt-io.yml").write_text("".join(text), encoding="utf-8")
    try:
        convert(read_yaml(directory / "mqtt-io.yml"))
    except ConfigurationError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize(
    "text", ["a: &a {<<: *a}\n", "[" * 3000, "? [b]\n: c\n", "a: 2026-13-45\n", "&a [*a]: 1"]
)
def test_a_file_that_is_odd(directory: Path, text: str) -> None:
    (directory / "mqtt-io.yml").write_text(text)
    try:
        assert convert(read_yaml(directory / "mqtt-io.yml")).sensors == []
    except ConfigurationError as error:
        assert "mqtt-io.yml" in str(error)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a: " + b"x" * 1_000_001])
def test_a_file_that_is_no_text(directory: Path, content: bytes) -> None:
    (directory / "mqtt-io.yml").write_bytes(content)
    with pytest.raises(ConfigurationError):
        read_yaml(directory / "mqtt-io.yml")


def test_names_are_made_to_fit() -> None:
    names = Names()
    wanted = ("porch", "porch", "Living room/temp", "é", "info", "x" * 40, "x" * 41, "-a-", "_key")
    assert [names.fitting(name) for name in wanted] == [
        "porch",
        "porch_2",
        "Living_room_temp",
        "unnamed",
        "info_value",
        "x" * 32,
        f"{'x' * 28}_2",
        "a_value",
        "key",
    ]


def test_the_command_writes_a_file_and_never_over_one(command: Command, directory: Path) -> None:
    source, target = directory / "mqtt-io.yml", directory / "agent.toml"
    source.write_text(
        "sensor_modules: [{name: a, module: aht20}]\nsensor_inputs: [{name: temp, module: a}]\n"
    )
    run = command("import-mqtt-io", str(source), "-o", str(target))
    assert (run.returncode, run.stdout) == (0, "")
    assert "next: write your namespace into" in run.stderr
    assert parsed(target.read_text(), directory).sensors[0].driver == "aht20"
    again = command("import-mqtt-io", str(source), "-o", str(target))
    assert again.returncode == 2
    assert "is there already: give -o another name" in again.stderr
    missing = command("import-mqtt-io", str(directory / "none.yml"))
    assert (missing.returncode, missing.stderr.count("\n")) == (78, 1)
    checked = command("check", "-c", str(target))
    assert (checked.returncode, checked.stderr) == (0, "")


def test_without_the_package_it_says_how_to_get_it(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ConfigurationError) as caught:
        read_yaml(directory / "mqtt-io.yml")
    assert str(caught.value) == (
        "import-mqtt-io needs the package 'yaml': pip install 'byteport-agent[mqtt-io]'"
    )


def test_the_documents_example(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = dict(findall(r"```(yaml|toml|text)\n(.*?)```", text, DOTALL))
    run_import(directory, blocks["yaml"], "--namespace", "myownspace")
    out, err = capsys.readouterr()
    assert out == blocks["toml"]
    assert err.replace(f"{directory}/", "") == blocks["text"]
    parsed(out, directory)
