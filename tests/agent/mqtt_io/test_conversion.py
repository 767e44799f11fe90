"""Whatever a file says, what is taken over runs, and nothing is left without a word."""

from pathlib import Path
from typing import Any

import pytest
from config_rig import parsed, write_keys
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mqtt_io_rig import imported

from byteport_agent.mqtt_io import convert
from byteport_agent.mqtt_io.chips import CHIPS
from byteport_agent.mqtt_io.pins import AT_PINS
from byteport_agent.mqtt_io.yaml_tables import read_yaml

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
mqtt-io.yml:2: note: mqtt: topics are BASE/DEVICE/SENSOR/FIELD now, and payloads are numbers: \
docs/outputs.md
mqtt-io.yml:3: note: password has no user: none signs in
mqtt-io.yml:6: not taken over: 'front door': there is no driver for pins of 'orangepi'
mqtt-io.yml:10: not taken over: 'relay' is switched by messages from Byteport here: write \
an [[actuator]], see docs/outputs.md
mqtt-io.yml:12: not taken over: 'ups' is a stream: only values are stored; `command` runs a program
mqtt-io.yml:14: not taken over: 'aqi': there is no driver for 'ens160'; perhaps driver = \
"circuitpython:adafruit_ens160.ENS160" reads it
mqtt-io.yml:19: not taken over: 'temp': bme280 cannot be at address 80
mqtt-io.yml:20: not taken over: 'lost': there is no module 'nowhere'
mqtt-io.yml:21: note: 'température' is the field temp_rature here, for names are shorter and plainer
mqtt-io.yml:21: note: retain is one setting of the output here, for all topics
mqtt-io.yml:21: note: ha_discovery is made of the field's name and unit here
mqtt-io.yml:22: not taken over: 'humidity': interval must be a whole number, not a text
mqtt-io.yml:23: note: logging is not needed: the journal has what the agent tells
mqtt-io.yml:24: not taken over: outputs is no section of mqtt-io: nothing in it is looked at
mqtt-io.yml:25: not taken over: extra is no section of mqtt-io: nothing in it is looked at

1 of 6 inputs are taken over, as 1 sensor
next: pip install 'byteport-agent[mqtt]' for the broker, or take its [[output]] out
next: put the API key into byteport.key beside it
next: 'byteport-agent check -c agent.toml' shows what it would run"""

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


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


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
    reason = "retain is one setting of the output here, for all topics"
    assert told[0] == f"mqtt-io.yml:3: note: {reason} (also lines 4, 5)"


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
