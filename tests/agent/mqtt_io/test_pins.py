"""What becomes of mqtt-io's digital inputs."""

from pathlib import Path

import pytest
from config_rig import write_keys
from mqtt_io_rig import imported


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


def pin(directory: Path, capsys: pytest.CaptureFixture[str], kind: str, keys: str) -> list[object]:
    text = f"gpio_modules: [{{name: pi, module: {kind}}}]\n"
    text += f"digital_inputs:\n  - {{name: door, module: pi, {keys}}}\n"
    values, _ = imported(directory, text, capsys)
    (sensor,) = values["sensor"]
    assert (sensor["driver"], sensor["fields"]) == ("gpio", {"state": "door"})
    return [sensor[key] for key in ("pin", "pull", "active_low", "debounce_ms")]


@pytest.mark.parametrize(
    ("kind", "keys", "expected"),
    [
        ("raspberrypi", "pin: 17", [17, "none", False, 100]),
        ("raspberrypi", "pin: 17, pullup: yes, inverted: yes", [17, "up", True, 100]),
        ("raspberrypi", "pin: 17, interrupt: both, bouncetime: 30", [17, "none", False, 30]),
        ("gpiozero", "pin: BOARD7, pulldown: yes", ["BOARD7", "down", False, 100]),
        ("gpiozero", "pin: 4, pullup: yes", [4, "up", True, 100]),  # gpiozero: active is low
        ("gpiozero", "pin: 4, pullup: yes, inverted: yes", [4, "up", False, 100]),
        ("gpiod, chip: /dev/gpiochip0", "pin: '22', poll_interval: 5", [22, "none", False, 1000]),
    ],
)
def test_a_digital_input(
    directory: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    keys: str,
    expected: list[object],
) -> None:
    assert pin(directory, capsys, kind, keys) == expected


def test_pins_of_an_expander_are_one_sensor(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "gpio_modules: [{name: pcf, module: pcf8574, i2c_bus_num: 1, chip_addr: 0x20}]\n"
        "digital_inputs:\n"
        "  - {name: door, module: pcf, pin: 6, inverted: yes, pullup: yes}\n"
        "  - {name: window, module: pcf, pin: 1, poll_interval: 0.5}\n"
    )
    values, _ = imported(directory, text, capsys)
    (sensor,) = values["sensor"]
    assert (sensor["pins"], sensor["interval"]) == ([1, 6], "100ms")
    told = {"on_change": True, "heartbeat": "5m"}
    assert sensor["fields"] == {
        "p1": {"name": "window", **told},
        "p6": {"name": "door", "scale": -1, "offset": 1, "decimals": 0, **told},
    }
