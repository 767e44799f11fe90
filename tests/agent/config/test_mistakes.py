"""Every mistake in a configuration is told with line, key and nearest match."""

# ruff: noqa: E501 (messages as they are told)

from pathlib import Path

import pytest
from config_rig import DEVICE, OUTPUT, problems_of, sensor, write_keys

BME = 'driver = "bme280"'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ['driver = "bme208"'],
            '3: sensor "porch": unknown driver "bme208" (did you mean "bme280"?)',
        ),
        (
            ['driver = "adc"'],
            "3: sensor \"porch\": driver 'adc' is for boards: it runs on MicroPython only",
        ),
        (
            ['driver = "qqqq"'],
            '3: sensor "porch": unknown driver "qqqq": \'byteport-agent sensors\' lists all',
        ),
        (
            ['driver = "tca9548a"'],
            '3: sensor "porch": tca9548a is no sensor: it gives buses to others',
        ),
        (
            ['driver = "./my.py"'],
            "3: sensor \"porch\": driver './my.py': write file and class, ./my_sensor.py:MySensor",
        ),
        ([], '1: sensor "porch": lacks driver, such as driver = "bme280"'),
        (
            [BME, 'intervall = "5s"'],
            '4: sensor "porch": unknown key "intervall" (did you mean "interval"?)',
        ),
        (
            [BME, "oversamplin = 2"],
            '4: sensor "porch": bme280 has no option "oversamplin" (did you mean "oversampling"?)',
        ),
        ([BME, "xyz = 2"], '4: sensor "porch": bme280 has no option "xyz": it has oversampling'),
        (
            [BME, 'options = { xyz = "2" }'],
            '4: sensor "porch": bme280 has no option "xyz": it has oversampling',
        ),
        (
            [BME, "oversampling = 2", "options = { oversampling = 2 }"],
            '4: sensor "porch": option "oversampling" is given twice',
        ),
        (
            [BME, 'oversampling = "2"'],
            '4: sensor "porch": oversampling: must be a whole number, not a text',
        ),
        (
            [BME, "oversampling = true"],
            '4: sensor "porch": oversampling: must be a whole number, not true or false',
        ),
        (
            ['driver = "file"', 'path = "x"', 'max_age_s = "1m"'],
            '5: sensor "porch": max_age_s: must be a number, not a text',
        ),
        (['driver = "gpio"'], '1: sensor "porch": gpio needs the option pin'),
        (
            ['driver = "gpio"', "pin = []"],
            '4: sensor "porch": pin: must be a whole number or a text, not a list',
        ),
        (
            [BME, "interval = 30"],
            '4: sensor "porch": interval: must be a duration such as "30s", not a whole number',
        ),
        (
            [BME, 'interval = "30"'],
            (
                "4: sensor \"porch\": interval: '30' is no duration: write number and unit, "
                "such as 30s, 30m"
            ),
        ),
        ([BME, 'interval = "9ms"'], '4: sensor "porch": interval: "9ms" is not from 10ms to 6d'),
        ([BME, 'interval = "7d"'], '4: sensor "porch": interval: "7d" is not from 10ms to 6d'),
        (
            [BME, 'interval = "5s"', 'stagger = "5s"'],
            '5: sensor "porch": stagger must be less than interval',
        ),
        (
            ['driver = "dht22"', "pin = 4", 'interval = "1s"'],
            '5: sensor "porch": interval: dht22 measures every 2s at most',
        ),
        (
            [BME, 'bus = "spi-0.0"'],
            '4: sensor "porch": bus: bme280 needs a bus such as i2c-1, "spi-0.0" is spi',
        ),
        (
            [BME, 'bus = "i2c1"'],
            '4: sensor "porch": bus: "i2c1" is no bus: write such as i2c-1',
        ),
        (
            ['driver = "system"', 'bus = "i2c-1"'],
            '4: sensor "porch": system is read from kernel: bus has to go',
        ),
        (
            [BME, "address = 0x40"],
            '4: sensor "porch": address: bme280 cannot be at 0x40, only at 0x76,0x77',
        ),
        (
            [BME, "address = 300"],
            '4: sensor "porch": address: is no address: those of I2C are 0x08 to 0x77',
        ),
        (
            [BME, "address = true"],
            '4: sensor "porch": address: must be an address such as 0x76, not true or false',
        ),
        (
            [BME, 'address = "x76"'],
            '4: sensor "porch": address: "x76" is no address: write such as 0x76',
        ),
        (
            ['driver = "system"', "address = 0x40"],
            '4: sensor "porch": system has no address: address has to go',
        ),
        (
            ['driver = "ds18b20"', 'address = "28-1"'],
            '4: sensor "porch": address: write one such as 28-00000a1b2c3d',
        ),
        (
            ['driver = "command"', 'command = "./tank x"'],
            '4: sensor "porch": command: write the whole path: tank',
        ),
        (
            [BME, 'fields = "temperature"'],
            '4: sensor "porch": fields: must be a table, not a text',
        ),
        (
            [BME, "fields = {}"],
            (
                '4: sensor "porch": fields: is empty, so nothing would be sent: name channels, '
                "or leave it out"
            ),
        ),
        (
            [BME, 'fields = { temperatur = "porch" }'],
            (
                '4: sensor "porch": fields: bme280 has no channel "temperatur" '
                '(did you mean "temperature"?)'
            ),
        ),
        (
            [BME, 'fields = { co2 = "porch" }'],
            (
                '4: sensor "porch": fields: bme280 has no channel "co2": '
                "it has temperature, humidity, pressure"
            ),
        ),
        (
            ['driver = "ads1115"', 'fields = { ch1 = "soil" }'],
            '4: sensor "porch": fields: ads1115 has no channel "ch1" (did you mean "ch0"?)',
        ),
        (
            [BME, "fields = { humidity = 3 }"],
            (
                '4: sensor "porch": fields: humidity: must be a field\'s name or a table of its '
                "settings, not a whole number"
            ),
        ),
        (
            [BME, "fields = { humidity = { ofset = 2 } }"],
            '4: sensor "porch": fields.humidity: unknown key "ofset" (did you mean "offset"?)',
        ),
        (
            [BME, 'fields.humidity.name = "rh"', 'fields.humidity.scale = "2"'],
            "5: sensor \"porch\": fields.humidity: scale is '2', not a number other than 0",
        ),
        (
            [BME, "fields.humidity = { unit = 1 }"],
            (
                '4: sensor "porch": fields.humidity: unit: must be a unit such as Cel, '
                "not a whole number"
            ),
        ),
        (
            [BME, "[sensor.fields.humidity]", "min = 5", "max = 5"],
            '6: sensor "porch": fields.humidity: max is 5, not above min, 5',
        ),
        (
            [BME, 'fields.temperature = "same"', 'fields.humidity = "same"'],
            (
                '5: sensor "porch": field "same" is also sensor "porch"\'s (line 4): '
                "give one another name with fields"
            ),
        ),
    ],
)
def test_F1_a_mistake_in_a_sensor(place: Path, lines: list[str], told: str) -> None:
    assert problems_of(sensor(*lines), place) == [f"agent.toml:{told}"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("devcie = 3\n", ':1: unknown key "devcie" (did you mean "device"?)'),
        ("[[sensors]]\n", ':1: unknown table "sensors" (did you mean "sensor"?)'),
        (
            "[sensor]\nname='ab'\ndriver='system'\n",
            ":1: sensor: write [[sensor]], there may be several",
        ),
        ("sensor = 3\n", ":1: sensor: write [[sensor]], there may be several"),
        ("sensor = [3]\n", ":1: sensor 1: must be a table, not a whole number"),
        ("outbox = 3\n", ":1: outbox: must be a table: [outbox]"),
        ("[[outbox]]\n", ":1: outbox: write it once, as [outbox]"),
        (
            "[outbox]\nmax_byte = 3\n",
            ':2: outbox: unknown key "max_byte" (did you mean "max_bytes"?)',
        ),
        ('[outbox]\npath = "no/x.db"\n', ":2: outbox: path: there is no directory no"),
        (
            '[outbox]\nmax_bytes = "64 MB"\n',
            ':2: outbox: max_bytes: "64 MB" is no size: write number and unit, such as 500kB, 64MB',
        ),
        ('[outbox]\nmax_bytes = "64kB"\n', ':2: outbox: max_bytes: "64kB" is less than 1MB'),
        (
            "[outbox]\nmax_bytes = 64\n",
            ':2: outbox: max_bytes: must be a size such as "64MB", not a whole number',
        ),
        (
            "[[output]]\n",
            ':1: output 1: lacks type, such as type = "byteport"',
        ),
        (
            '[[output]]\ntype = "byetport"\n',
            ':2: output 1: type: "byetport" is none of "byteport", "mqtt", "stomp", "influx" (did you mean "byteport"?)',
        ),
        (
            OUTPUT + 'method = "post"\n',
            ':3: output 1: method: "post" is none of "POST", "GET", "auto" (did you mean "POST"?)',
        ),
        (
            OUTPUT + 'url = "byteport.se"\n',
            ":3: output 1: url: write https://host or http://host:8080",
        ),
        (
            OUTPUT + "connections = 0\n",
            ":3: output 1: connections: must be a whole number, 1 to 16",
        ),
        (OUTPUT + "max_rate = nan\n", ":3: output 1: max_rate: must be a finite number"),
        (OUTPUT + "max_rate = 0\n", ":3: output 1: max_rate: must be above 0"),
        (
            OUTPUT + "packets = 1\n",
            ":3: output 1: packets: must be true or false, not a whole number",
        ),
        (
            OUTPUT + 'name = "up"\n' + OUTPUT + 'name = "up"\n',
            ':6: output "up": name "up" is taken (line 3)',
        ),
        (OUTPUT + 'retry_min = "10m"\n', ":1: output 1: retry_max must not be less than retry_min"),
        (OUTPUT + 'ca = "no.pem"\n', ":3: output 1: ca: there is no file no.pem"),
        (
            '[gateway]\nkey_file = "gateway.key"\nlisten = "8080"\n',
            ":3: gateway: listen: '8080' is no address: write host and port, such as 127.0.0.1:8080",
        ),
    ],
)
def test_F1_a_mistake_in_another_table(place: Path, text: str, told: str) -> None:
    whole = (
        text
        + DEVICE
        + '[[sensor]]\nname = "good"\ndriver = "system"\n'
        * (not text.startswith(("sensor", "[sensor")))
    )
    if "output" not in text:
        whole += OUTPUT
    found = [each for each in problems_of(whole, place) if "nothing to do" not in each]
    assert found == [f"agent.toml{told}"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[device\n",
            ":1: this is no TOML: Expected ']' at the end of a table declaration (column 8)",
        ),
        (
            "x = 1\ny = porch\n",
            ":2: this is no TOML: Invalid value (column 5): is it a text without quotes?",
        ),
        (
            "x = 1\nx = 2\n",
            ":2: this is no TOML: Cannot overwrite a value (column 6): is a key given twice?",
        ),
        (
            "[x]\n[x]\n",
            ":2: this is no TOML: Cannot declare ('x',) twice (column 3): is a table there twice?",
        ),
        (
            "x = 1\ny: 2\n",
            (
                ":2: this is no TOML: Expected '=' after a key in a key/value pair (column 2): write "
                "KEY = VALUE, and # before a remark"
            ),
        ),
        (
            'x = "porch\ny = 2\n',
            (
                ":1: this is no TOML: Illegal character '\\n' (column 11): does a text lack its second "
                "quote?"
            ),
        ),
        (
            'x = "porch',
            (
                ": this is no TOML: Unterminated string (at end of document): does a text lack its "
                "second quote?"
            ),
        ),
        (
            "x = 1\ny = “porch”\n",
            (
                ":2: this is no TOML: Invalid value (column 5): quotes are straight, as in "
                '"bme280", not those of a word processor'
            ),
        ),
        ("x = " + "[" * 20000, ": is nested too deeply"),
    ],
)
def test_F1_what_is_no_toml(place: Path, text: str, told: str) -> None:
    assert problems_of(text, place) == [f"agent.toml{told}"]


def test_F1_all_mistakes_of_a_file_in_the_order_of_its_lines(place: Path) -> None:
    text = (
        '[device]\nuid = "-a"\nkey_file = "byteport.key"\n'
        '[[sensor]]\nname = "porch"\ndriver = "bme208"\ninterval = 3\n'
        '[[sensor]]\nname = "porch"\ndriver = "bme280"\naddress = 1\n'
        '[[output]]\ntype = "byteport"\ntimeuot = "3s"\n'
    )
    assert problems_of(text, place) == [
        'agent.toml:1: device: lacks namespace, such as namespace = "myownspace"',
        "agent.toml:2: device: uid: '-a' starts with '-': names start with a letter, a digit or ':'",
        'agent.toml:6: sensor "porch": unknown driver "bme208" (did you mean "bme280"?)',
        'agent.toml:7: sensor "porch": interval: must be a duration such as "30s", not a whole number',
        'agent.toml:9: sensor "porch": name "porch" is taken (line 5)',
        'agent.toml:11: sensor "porch": address: bme280 cannot be at 0x01, only at 0x76,0x77',
        'agent.toml:14: output 1: unknown key "timeuot" (did you mean "timeout"?)',
    ]


def test_F1_two_sensors_at_one_place_or_with_one_field(place: Path) -> None:
    two = '[[sensor]]\nname = "aa"\ndriver = "bme280"\n[[sensor]]\nname = "bb"\ndriver = "bme280"\n'
    assert problems_of(DEVICE + OUTPUT + two, place) == [
        'agent.toml:10: sensor "bb": 0x76 on i2c-1 is also sensor "aa" (line 7): one of them is elsewhere',
        *(
            f'agent.toml:10: sensor "bb": field "{name}" is also sensor "aa"\'s (line 7): '
            "give one another name with fields"
            for name in ("temperature", "humidity", "pressure")
        ),
    ]


def test_an_empty_file(place: Path) -> None:
    assert problems_of("", place) == [
        'agent.toml: device: lacks namespace, such as namespace = "myownspace"',
        'agent.toml: device: lacks uid, such as uid = "greenhouse-1"',
        (
            'agent.toml: device: no API key: write key_file = "byteport.key" and put the key into that '
            "file, or set BYTEPORT_KEY"
        ),
        (
            "agent.toml: there is nothing to do: add a [[sensor]], or a [gateway]; 'byteport-agent "
            "scan' prints one for each sensor that it finds"
        ),
        "agent.toml: warning: nothing is sent anywhere: add an [[output]]",
    ]


def test_more_readings_than_an_output_may_send_are_warned_of(place: Path) -> None:
    often = '[[sensor]]\nname = "aa"\ndriver = "system"\ninterval = "10ms"\n'
    assert problems_of(DEVICE + OUTPUT + often, place) == [
        'agent.toml:5: warning: output "byteport": 100 readings a second are made, and max_rate lets 50 through: raise it, or ever more will wait'
    ]
    assert problems_of(DEVICE + OUTPUT + "max_rate = 100\n" + often, place) == []
