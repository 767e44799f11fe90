"""What becomes of each of mqtt-io's sensor modules."""

from pathlib import Path
from tomllib import loads
from typing import Any

import pytest
from config_rig import write_keys
from mqtt_io_rig import imported

from byteport_agent.mqtt_io.chips import CHIPS, NO_DRIVER
from byteport_agent.mqtt_io.pins import AT_PINS

# mqtt_io/modules/sensor of mqtt-io 2.7.0
MODULES = """
ads1x15 adxl345 aht20 as3935 bh1750 bme280 bme680 bmp085 counter dht22 ds18b ens160 flowsensor
frequencycounter hcsr04 ina219 lm75 mcp3008 mcp3xxx mhz19 mock pms5003 sht4x tsl2561 veml6075
veml7700
"""
# module, an input's keys, and the [[sensor]]
BECOMES = [
    (
        "bme280, i2c_bus_num: 1, chip_addr: 0x76",
        "type: pressure",
        ('driver = "bme280"; bus = "i2c-1"; address = 0x76; fields = { pressure = "inside" }'),
    ),
    (
        "bme680, chip_addr: 0x77",
        "type: humidity, digits: 0",
        (
            'driver = "bme680"; bus = "i2c-1"; address = 0x77; '
            'fields = { humidity = { name = "inside", decimals = 0 } }'
        ),
    ),
    (
        "bmp085, chip_addr: 0x77",
        "type: pressure",
        (
            'driver = "bmp180"; bus = "i2c-1"; address = 0x77; '
            'fields = { pressure = { name = "inside", scale = 100, decimals = 0 } }'
        ),
    ),
    (
        "aht20",
        "type: temperature",
        ('driver = "aht20"; bus = "i2c-1"; address = 0x38; fields = { temperature = "inside" }'),
    ),
    (
        "sht4x, chip_addr: 0x45",
        "type: humidity",
        ('driver = "sht4x"; bus = "i2c-1"; address = 0x45; fields = { humidity = "inside" }'),
    ),
    (
        "bh1750, i2c_bus_num: 0, chip_addr: 0x23",
        "interval: 5",
        ('driver = "bh1750"; bus = "i2c-0"; address = 0x23; fields = { illuminance = "inside" }'),
    ),
    (
        "lm75, i2c_bus_num: 1, chip_addr: 0x48",
        "digits: 1",
        (
            'driver = "lm75"; bus = "i2c-1"; address = 0x48; '
            'fields = { temperature = { name = "inside", decimals = 1 } }'
        ),
    ),
    (
        "veml7700, gain: 0.25, integration_time: 100",
        "type: lux",
        (
            'driver = "veml7700"; bus = "i2c-1"; address = 0x10; gain = 0.25; '
            'integration_ms = 100; fields = { illuminance = "inside" }'
        ),
    ),
    (
        "ina219, chip_addr: 0x40, shunt_ohms: 0.01, max_amps: 2.0",
        "type: bus_voltage",
        (
            'driver = "ina219"; bus = "i2c-1"; address = 0x40; shunt_ohms = 0.01; '
            'fields = { voltage = "inside" }'
        ),
    ),
    (
        "ads1x15, type: ADS1115, pins: [0, 3], gain: 2",
        "pin: 3",
        (
            'driver = "ads1115"; bus = "i2c-1"; address = 0x48; gain = 2; channels = [3]; '
            'fields = { ch3 = { name = "inside", scale = 16000.0, decimals = 0 } }'
        ),
    ),
    (
        "ads1x15, type: ADS1115, pins: [0], gain: 0.6666666666666666",
        "pin: 0, type: voltage",
        (
            'driver = "ads1115"; bus = "i2c-1"; address = 0x48; gain = "2/3"; '
            'channels = [0]; fields = { ch0 = "inside" }'
        ),
    ),
    (
        "mcp3008, spi_device: 1",
        "channel: 7",
        (
            'driver = "mcp3008"; bus = "spi-0.1"; channels = [7]; '
            'fields = { ch7 = { name = "inside", scale = 310.3030303030303, decimals = 0 } }'
        ),
    ),
    (
        "mcp3xxx, type: MCP3208, channel: 3, differential: yes",
        "interval: 60",
        (
            'driver = "mcp3208"; bus = "spi-0.0"; channels = ["3-2"]; '
            'fields = { ch3_2 = { name = "inside", scale = 0.30303030303030304, decimals = 4 } }'
        ),
    ),
    (
        "mhz19, device: /dev/ttyS0",
        "interval: 60",
        ('driver = "mhz19"; bus = "/dev/ttyS0"; temperature = false; fields = { co2 = "inside" }'),
    ),
    (
        "pms5003, serial_port: /dev/serial0",
        "type: pm25_std",
        'driver = "pms5003"; bus = "/dev/serial0"; fields = { pm25 = "inside" }',
    ),
    (
        "dht22, type: AM2302, pin: 4",
        "type: humidity",
        'driver = "dht22"; pin = 4; fields = { humidity = "inside" }',
    ),
    (
        "ds18b, type: DS18B20, address: '000803702e49'",
        "interval: 60",
        ('driver = "ds18b20"; address = "28-000803702e49"; fields = { temperature = "inside" }'),
    ),
    (
        "hcsr04",
        "pin_echo: 24, pin_trigger: 23, burst: 10",
        'driver = "hcsr04"; trigger = 23; echo = 24; fields = { distance = "inside" }',
    ),
    (
        "flowsensor",
        "pin: 5, interval: 10, factor: 7.5",
        (
            'driver = "pulse_counter"; pin = 5; pull = "down"; active_low = false; '
            'per_pulse = 0.0022222222222222222; unit = "l"; rate_per = "min"; '
            'debounce_ms = 0; fields = { rate = "inside" }'
        ),
    ),
    (
        "frequencycounter",
        "pin: 6, interval: 10",
        (
            'driver = "pulse_counter"; pin = 6; pull = "down"; active_low = false; '
            'debounce_ms = 0; fields = { rate = "inside" }'
        ),
    ),
]


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
    BECOMES,
    ids=[row[0].partition(",")[0] for row in BECOMES],
)
def test_a_sensor_module(
    directory: Path,
    capsys: pytest.CaptureFixture[str],
    module: str,
    sensor_input: str,
    expected: str,
) -> None:
    assert one(directory, capsys, module, sensor_input) == loads(expected.replace("; ", "\n"))


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
