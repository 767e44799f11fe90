"""A board's driver read as text: constants, signature, bases, and files that are no Python."""

from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.board_drivers import (
    board_driver_names,
    driver_module,
    find_board_driver,
)
from byteport_agent.driver_lookup.syntax import class_in


def read(folder: Path, text: str, name: str = "wind_vane") -> Any:
    path = folder / f"{name}.py"
    path.write_text(text)
    return class_in(path)


def test_constants_and_parameters(tmp_path: Path) -> None:
    kind = read(
        tmp_path,
        "import machine\n"
        "_N = 3\n"
        "class Other: BUS = 'x'\n"
        "class WindVane:\n"
        "    '''A vane.'''\n"
        "    BUS = 'adc'\n"
        "    ADDRESSES: 'tuple[int, ...]' = ()\n"
        "    CHANNELS = tuple([('a', '', 0) for _ in range(_N)])\n"
        "    def __init__(self, adc, north=0.0, *, names: 'tuple[str, ...]' = (), **more): pass\n"
        "    def read(self): pass\n",
    )
    assert (kind.__name__, kind.BUS, kind.ADDRESSES, kind.CHANNELS) == ("WindVane", "adc", (), ())
    assert callable(kind.read)
    parameters = signature(kind).parameters
    assert list(parameters) == ["adc", "north", "names", "more"]
    assert parameters["north"].default == 0.0
    assert parameters["names"].annotation == "tuple[str, ...]"


def test_a_base_in_another_file(tmp_path: Path) -> None:
    (tmp_path / "vane.py").write_text(
        "class Vane:\n    BUS = 'adc'\n    STEPS = 4\n    def __init__(self, adc, x: int): pass\n"
    )
    kind = read(tmp_path, "from vane import Vane as V\nclass WindVane(V):\n    STEPS = 8\n")
    assert (kind.BUS, kind.STEPS) == ("adc", 8)
    assert list(signature(kind).parameters) == ["adc", "x"]


@pytest.mark.parametrize(
    "text", ["", "x = 1\n", "class WindVane: pass\n", "class Windmill:\n    BUS = 'adc'\n"]
)
def test_a_file_without_a_driver(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) is None


def test_a_file_that_is_no_python(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"wind_vane\.py: line 2: "):
        read(tmp_path, "x = 1\nclass WindVane(:\n")


def test_a_pin_s_number_stands_for_the_pin() -> None:
    found = find_board_driver("pulse_counter", Path())
    parameters = signature(found.kind).parameters
    assert list(parameters) == ["pin", "pull", "rising", "debounce_ms"]
    assert parameters["pull"].default == "up"
    assert list(signature(find_board_driver("adc", Path()).kind).parameters)[0] == "pin"


def test_a_portable_driver_is_the_class_itself() -> None:
    from byteport_drivers.bme280 import BME280

    assert find_board_driver("bme280", Path()).kind is BME280


def test_every_name_is_found() -> None:
    names = board_driver_names()
    assert {"bme280", "gpio", "ds18x20", "esp32", "dht11"} <= set(names)
    assert not {"hwmon", "linux", "board", "edges", "sensirion"} & set(names)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("./wind.py", "write file and class"),
        ("./none.py:None", "there is no file"),
        ("./wind_vane.py:Vane", "a board finds MySensor in my_sensor.py"),
        ("./wind_vane.py:WindVane", "lacks CHANNELS, start, read"),
        ("./empty.py:Empty", "has no class Empty"),
    ],
)
def test_a_file_of_one_s_own(tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "wind_vane.py").write_text("class WindVane:\n    BUS = 'adc'\n")
    (tmp_path / "empty.py").write_text("")
    with pytest.raises(ConfigurationError, match=told):
        find_board_driver(name, tmp_path)


def test_what_a_driver_is_called_on_the_board() -> None:
    assert driver_module("./sensors/wind_vane.py:WindVane") == "wind_vane"
    assert driver_module("bme280") == "bme280"
