"""mqtt-io's configurations: what is taken over runs here, the rest is told with line and reason."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from re import DOTALL, findall
from tomllib import loads
from typing import Any

import pytest
from config_rig import parsed, write_keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byteport_agent.arguments import Parser
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.import_mqtt_io import add_arguments, run
from byteport_agent.mqtt_io.chips import CHIPS, NO_DRIVER
from byteport_agent.mqtt_io.conversion import convert
from byteport_agent.mqtt_io.pins import AT_PINS
from byteport_agent.mqtt_io.sensor_table import Names
from byteport_agent.mqtt_io.yaml_tables import read_yaml

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DOCUMENT = Path(__file__).parents[2] / "docs/moving-from-mqtt-io.md"
# mqtt_io/modules/sensor of mqtt-io 2.7.0
MODULES = """
ads1x15 adxl345 aht20 as3935 bh1750 bme280 bme680 bmp085 counter dht22 ds18b ens160 flowsensor
frequencycounter hcsr04 ina219 lm75 mcp3008 mcp3xxx mhz19 mock pms5003 sht4x tsl2561 veml6075
veml7700
"""


def imported(
    directory: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> tuple[dict[str, Any], list[str]]:
    """Return the file that is made, which the check must take, and what is told beside it."""
    source = directory / "mqtt-io.yml"
    source.write_text(text)
    parser = Parser("import-mqtt-io", "", "")
    add_arguments(parser)
    words = [str(source), "--namespace", "myownspace", "--device", "greenhouse-1"]
    assert run(parser.parse(words)) == 0
    out, err = capsys.readouterr()
    assert parsed(out, directory).sensors
    return loads(out), err.replace(f"{directory}/", "").splitlines()


def one(
    directory: Path, capsys: pytest.CaptureFixture[str], module: str, sensor_input: str
) -> dict[str, Any]:
    """Return the one sensor that a module and an input of it become."""
    text = (
        f"sensor_modules:\n  - {{name: chip, module: {module}}}\n"
        f"sensor_inputs:\n  - {{name: inside, module: chip, {sensor_input}}}\n"
    )
    values, told = imported(directory, text, capsys)
    assert not [line for line in told if "not taken over" in line]
    (sensor,) = values["sensor"]
    assert isinstance(sensor, dict)
    return {key: value for key, value in sensor.items() if key not in ("name", "interval")}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


def test_every_module_of_mqtt_io_is_known() -> None:
    assert sorted([*CHIPS, *AT_PINS, *NO_DRIVER]) == MODULES.split()


@pytest.mark.parametrize(
    ("module", "sensor_input", "expected"),
    [
        (
            "bme280, i2c_bus_num: 1, chip_addr: 0x76",
            "type: pressure",
            {"driver": "bme280", "bus": "i2c-1", "address": 0x76, "fields": {"pressure": "inside"}},
        ),
        (
            "bme680, chip_addr: 0x77",
            "type: humidity, digits: 0",
            {
                "driver": "bme680",
                "bus": "i2c-1",
                "address": 0x77,
                "fields": {"humidity": {"name": "inside", "decimals": 0}},
            },
        ),
        (
            "bmp085, chip_addr: 0x77",
            "type: pressure",  # mqtt-io gives pascals
            {
                "driver": "bmp180",
                "bus": "i2c-1",
                "address": 0x77,
                "fields": {"pressure": {"name": "inside", "scale": 100, "decimals": 0}},
            },
        ),
        (
            "aht20",
            "type: temperature",
            {
                "driver": "aht20",
                "bus": "i2c-1",
                "address": 0x38,
                "fields": {"temperature": "inside"},
            },
        ),
        (
            "sht4x, chip_addr: 0x45",
            "type: humidity",
            {"driver": "sht4x", "bus": "i2c-1", "address": 0x45, "fields": {"humidity": "inside"}},
        ),
        (
            "bh1750, i2c_bus_num: 0, chip_addr: 0x23",
            "interval: 5",
            {
                "driver": "bh1750",
                "bus": "i2c-0",
                "address": 0x23,
                "fields": {"illuminance": "inside"},
            },
        ),
        (
            "lm75, i2c_bus_num: 1, chip_addr: 0x48",
            "digits: 1",
            {
                "driver": "lm75",
                "bus": "i2c-1",
                "address": 0x48,
                "fields": {"temperature": {"name": "inside", "decimals": 1}},
            },
        ),
        (
            "veml7700, gain: 0.25, integration_time: 100",
            "type: lux",
            {
                "driver": "veml7700",
                "bus": "i2c-1",
                "address": 0x10,
                "gain": 0.25,
                "integration_ms": 100,
                "fields": {"illuminance": "inside"},
            },
        ),
        (
            "ina219, chip_addr: 0x40, shunt_ohms: 0.01, max_amps: 2.0",
            "type: bus_voltage",
            {
                "driver": "ina219",
                "bus": "i2c-1",
                "address": 0x40,
                "shunt_ohms": 0.01,
                "fields": {"voltage": "inside"},
            },
        ),
        (
            "ads1x15, type: ADS1115, pins: [0, 3], gain: 2",
            "pin: 3",  # counts: 0x4000 at 1.024 V of 2.048 V
            {
                "driver": "ads1115",
                "bus": "i2c-1",
                "address": 0x48,
                "gain": 2,
                "channels": [3],
                "fields": {"ch3": {"name": "inside", "scale": 16000.0, "decimals": 0}},
            },
        ),
        (
            "ads1x15, type: ADS1115, pins: [0], gain: 0.6666666666666666",
            "pin: 0, type: voltage",
            {
                "driver": "ads1115",
                "bus": "i2c-1",
                "address": 0x48,
                "gain": "2/3",
                "channels": [0],
                "fields": {"ch0": "inside"},
            },
        ),
        (
            "mcp3008, spi_device: 1",
            "channel: 7",
            {
                "driver": "mcp3008",
                "bus": "spi-0.1",
                "channels": [7],
                "fields": {"ch7": {"name": "inside", "scale": 1024 / 3.3, "decimals": 0}},
            },
        ),
        (
            "mcp3xxx, type: MCP3208, channel: 3, differential: yes",
            "interval: 60",
            {
                "driver": "mcp3208",
                "bus": "spi-0.0",
                "channels": ["3-2"],
                "fields": {"ch3_2": {"name": "inside", "scale": 1 / 3.3, "decimals": 4}},
            },
        ),
        (
            "mhz19, device: /dev/ttyS0",
            "interval: 60",
            {
                "driver": "mhz19",
                "bus": "/dev/ttyS0",
                "temperature": False,
                "fields": {"co2": "inside"},
            },
        ),
        (
            "pms5003, serial_port: /dev/serial0",
            "type: pm25_std",
            {"driver": "pms5003", "bus": "/dev/serial0", "fields": {"pm25": "inside"}},
        ),
        (
            "dht22, type: AM2302, pin: 4",
            "type: humidity",
            {"driver": "dht22", "pin": 4, "fields": {"humidity": "inside"}},
        ),
        (
            "ds18b, type: DS18B20, address: '000803702e49'",
            "interval: 60",
            {
                "driver": "ds18b20",
                "address": "28-000803702e49",
                "fields": {"temperature": "inside"},
            },
        ),
        (
            "hcsr04",
            "pin_echo: 24, pin_trigger: 23, burst: 10",
            {"driver": "hcsr04", "trigger": 23, "echo": 24, "fields": {"distance": "inside"}},
        ),
        (
            "flowsensor",
            "pin: 5, interval: 10, factor: 7.5",  # litres a minute of 450 pulses a litre
            {
                "driver": "pulse_counter",
                "pin": 5,
                "pull": "down",
                "active_low": False,
                "per_pulse": 1 / 450,
                "unit": "l",
                "rate_per": "min",
                "debounce_ms": 0,
                "fields": {"rate": "inside"},
            },
        ),
        (
            "frequencycounter",
            "pin: 6, interval: 10",
            {
                "driver": "pulse_counter",
                "pin": 6,
                "pull": "down",
                "active_low": False,
                "debounce_ms": 0,
                "fields": {"rate": "inside"},
            },
        ),
    ],
    ids=lambda value: value.partition(",")[0] if isinstance(value, str) else "",
)
def test_a_sensor_module(
    directory: Path,
    capsys: pytest.CaptureFixture[str],
    module: str,
    sensor_input: str,
    expected: dict[str, Any],
) -> None:
    assert one(directory, capsys, module, sensor_input) == expected


def test_one_chip_is_one_sensor(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        "sensor_modules:\n  - {name: bme, module: bme280, i2c_bus_num: 1, chip_addr: 0x76}\n"
        "sensor_inputs:\n"
        "  - {name: temp, module: bme, interval: 60}\n"
        "  - {name: rh, module: bme, type: humidity, interval: 20}\n"
        "  - {name: again, module: bme, type: humidity}\n"
    )
    values, told = imported(directory, text, capsys)
    (sensor,) = values["sensor"]
    assert (sensor["interval"], sensor["fields"]) == (
        "20s",
        {"humidity": "rh", "temperature": "temp"},
    )
    assert "mqtt-io.yml:5: note: 'rh' is read with the chip's other values, 20 s" in told
    assert "mqtt-io.yml:6: not taken over: 'again': rh is the same value already" in told
    assert "2 of 3 inputs are taken over, as 1 sensor" in told


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


EVERYTHING = """\
mqtt:
  host: broker
  password: s3cret-word
  topic_prefix: home/livingroom
gpio_modules:
  - {name: orange, module: orangepi, mode: bcm}
digital_inputs:
  - {name: "front door", module: orange, pin: 3}
digital_outputs:
  - {name: relay, module: orange, pin: 4}
stream_modules:
  - {name: ups, module: serial, device: /dev/ttyUSB0, baud: 9600}
sensor_modules:
  - {name: air, module: ens160}
  - {name: t, module: bme280, i2c_bus_num: 1, chip_addr: 0x50}
  - {name: dht, module: dht22, type: DHT22, pin: 4}
sensor_inputs:
  - {name: aqi, module: air, type: aqi}
  - {name: temp, module: t}
  - {name: lost, module: nowhere}
  - {name: "température", module: dht, retain: yes, ha_discovery: {name: x}}
  - {name: humidity, module: dht, type: humidity, retain: yes, interval: ten}
logging: {version: 1}
outputs: []
extra: {}
"""


TOLD = """\
mqtt-io.yml:1: note: mqtt is not taken over: readings go to Byteport; docs/moving-from-mqtt-io.md \
tells of brokers
mqtt-io.yml:6: not taken over: 'front door': there is no driver for pins of 'orangepi'
mqtt-io.yml:10: not taken over: 'relay' is an output: nothing is switched from this file
mqtt-io.yml:12: not taken over: 'ups' is a stream: only values are stored; `command` runs a program
mqtt-io.yml:14: not taken over: 'aqi': there is no driver for 'ens160'; perhaps driver = \
"circuitpython:adafruit_ens160.ENS160" reads it
mqtt-io.yml:19: not taken over: 'temp': bme280 cannot be at address 80
mqtt-io.yml:20: not taken over: 'lost': there is no module 'nowhere'
mqtt-io.yml:21: note: 'température' is the field temp_rature here, for names are shorter and plainer
mqtt-io.yml:21: note: retain is the broker's: Byteport keeps every value
mqtt-io.yml:21: note: ha_discovery is the broker's: Byteport shows a device without it
mqtt-io.yml:22: not taken over: 'humidity': interval must be a whole number, not a text
mqtt-io.yml:23: note: logging is not needed: the journal has what the agent tells
mqtt-io.yml:24: not taken over: outputs is no section of mqtt-io: nothing in it is looked at
mqtt-io.yml:25: not taken over: extra is no section of mqtt-io: nothing in it is looked at

1 of 6 inputs are taken over, as 1 sensor
next: put the API key into byteport.key beside it
next: 'byteport-agent check -c agent.toml' shows what it would run"""


def test_what_is_left_is_told_with_line_and_reason(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values, told = imported(directory, EVERYTHING, capsys)
    assert [sensor["fields"] for sensor in values["sensor"]] == [{"temperature": "temp_rature"}]
    assert "\n".join(told) == TOLD
    assert not [line for line in told if "s3cret" in line]


def test_the_same_reason_is_told_once(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = "".join(f"  - {{name: in{n}, module: pi, pin: {n}, retain: yes}}\n" for n in (5, 6, 7))
    text = f"gpio_modules: [{{name: pi, module: raspberrypi}}]\ndigital_inputs:\n{lines}"
    _, told = imported(directory, text, capsys)
    assert told[0] == (
        "mqtt-io.yml:3: note: retain is the broker's: Byteport keeps every value (also lines 4, 5)"
    )


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
    source = directory / "mqtt-io.yml"
    source.write_text(text)
    parser = Parser("import-mqtt-io", "", "")
    add_arguments(parser)
    with pytest.raises(CommandError) as caught:
        run(parser.parse([str(source)]))
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_aliases_of_aliases_take_no_time(directory: Path) -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    (directory / "mqtt-io.yml").write_text("\n".join(lines))
    assert convert(read_yaml(directory / "mqtt-io.yml")).sensors == []


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
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(ConfigurationError) as caught:
        read_yaml(directory / "mqtt-io.yml")
    assert str(caught.value) == (
        "import-mqtt-io needs the package 'yaml': pip install 'byteport-agent[mqtt-io]'"
    )


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200),
    st.floats(-2, 300),
    st.just(float("nan")),
    st.sampled_from(
        ["MCP3008", "ADS1115", "DHT22", "temperature", "a", "b", "i", "/dev/ttyS0", "é\n", "10"]
    ),
    st.lists(st.integers(0, 3), max_size=2),
)
KEYS = """
chip_addr i2c_bus_num type pin pins gain address interval digits channel spi_port device factor
pin_echo pin_trigger inverted pullup differential integration_time serial_port shunt_ohms
poll_interval interrupt bouncetime
"""
ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.sampled_from(["a", "b", "temp", "front door"]),
            "module": st.sampled_from(["a", "b", *CHIPS, *AT_PINS, "raspberrypi", "pcf8574"]),
        },
        optional=dict.fromkeys(KEYS.split(), VALUES) | {"chip_addr": st.sampled_from([0x76, 0x20])},
    ),
    max_size=4,
)
FILES = st.fixed_dictionaries(
    dict.fromkeys(("gpio_modules", "digital_inputs", "sensor_modules", "sensor_inputs"), ENTRIES)
)


@given(file=FILES)
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_taken_over_passes_the_check(directory: Path, file: dict[str, Any]) -> None:
    import yaml

    for modules, inputs in (
        ("gpio_modules", "digital_inputs"),
        ("sensor_modules", "sensor_inputs"),
    ):
        for number, each in enumerate(file[modules]):
            each["name"] = f"m{number}"
        for number, each in enumerate(file[inputs]):
            each["module"] = f"m{number % max(1, len(file[modules]))}"
    source = directory / "mqtt-io.yml"
    source.write_text(yaml.safe_dump(file, allow_unicode=True))
    found = convert(read_yaml(source))
    assert found.taken == sum(len(sensor.fields) for sensor in found.sensors)
    lost = [left for left in found.left if not left.is_note]
    assert len(lost) >= found.inputs - found.taken
    if found.sensors:
        lines = [line for sensor in found.sensors for line in ("", *sensor.text())]
        device = (
            '[device]\nnamespace = "myownspace"\nuid = "greenhouse-1"\nkey_file = "byteport.key"\n'
        )
        parsed("\n".join([device, *lines, ""]), directory)


def test_the_documents_example(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = dict(findall(r"```(yaml|toml|text)\n(.*?)```", text, DOTALL))
    source = directory / "mqtt-io.yml"
    source.write_text(blocks["yaml"])
    parser = Parser("import-mqtt-io", "", "")
    add_arguments(parser)
    run(parser.parse([str(source), "--namespace", "myownspace"]))
    out, err = capsys.readouterr()
    assert out == blocks["toml"]
    assert err.replace(f"{directory}/", "") == blocks["text"]
    parsed(out, directory)
