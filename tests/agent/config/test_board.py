"""A board's file: every mistake with its line, pins that cannot be, and what does not go asleep."""

# ruff: noqa: E501 (messages as they are told)

import json
from pathlib import Path

import pytest
from board_rig import PASSWORD, WIFI, board_file, board_problems, parsed_board, write_secrets
from config_rig import DEVICE, OUTPUT, problems_of

from byteport.filter_state import filters_state
from byteport.station_fields import FilteredFields
from byteport_agent.boards.station_file import station_file
from byteport_agent.config import load_any, load_board
from byteport_agent.config.board.reference import BOARD_EXAMPLE
from byteport_agent.config.board.sections import BoardConfiguration

TYPES = "esp32, esp32-c3, esp32-c6, esp32-s2, esp32-s3, pico-w, pico2-w"
BME = 'driver = "bme280"'
GPIO = 'driver = "gpio"'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_secrets(tmp_path)
    return tmp_path


def test_the_example_has_no_mistake(place: Path) -> None:
    configuration = parsed_board(BOARD_EXAMPLE, place)
    assert configuration.warnings == ()
    assert configuration.board.kind.base == "esp32"
    assert set(configuration.board.buses) == {"i2c-0"}


def test_defaults_are_those_of_the_board(place: Path) -> None:
    board = parsed_board(board_file(), place).board
    assert vars(board.buses["i2c-0"]) == {"sda": 19, "scl": 18, "freq": 100000}
    assert (board.hostname, board.watchdog_ms, board.sleep) == ("greenhouse-1", 8000, "none")


def test_a_sensor_of_a_file_beside(place: Path) -> None:
    (place / "wind_vane.py").write_text(
        "import machine\n"
        "class WindVane:\n"
        "    BUS = 'adc'\n"
        "    CHANNELS = (('direction', 'deg', 0),)\n"
        "    def __init__(self, adc, *, north: float = 0.0): pass\n"
        "    def start(self): return 0\n"
        "    def read(self): return (0,)\n"
    )
    lines = ('driver = "./wind_vane.py:WindVane"', "pin = 34", "north = 12")
    assert board_problems(board_file(*lines), place) == []
    (sensor,) = parsed_board(board_file(*lines), place).sensors
    assert sensor.channels == ("direction",)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ['driver = "bme208"'],
            '3: sensor "porch": unknown driver \'bme208\' (did you mean "bme280"?)',
        ),
        (
            ['driver = "ds18b20"'],
            '3: sensor "porch": driver \'ds18b20\' is for Linux: the driver of boards is "ds18x20", with pin = 4',
        ),
        (
            ['driver = "hwmon"'],
            '3: sensor "porch": driver \'hwmon\' is for Linux: a board\'s own figures are those of "esp32"',
        ),
        (
            ['driver = "command"'],
            "3: sensor \"porch\": driver 'command' is for Linux: a board runs no programs: write a driver, ./my_sensor.py:MySensor, or leave it to an agent",
        ),
        (
            ['driver = "hcsr04"', "pin = 4"],
            "3: sensor \"porch\": driver 'hcsr04' is for Linux: boards have none like it: write a driver, ./my_sensor.py:MySensor, or leave it to an agent",
        ),
        (
            [BME, "pin = 4"],
            '4: sensor "porch": pin: bme280 is on a bus: bus = "i2c-0", whose pins are those of [board.i2c-0]: sda = …, scl = …',
        ),
        (
            ['driver = "circuitpython:x.Y"'],
            "3: sensor \"porch\": driver 'circuitpython:x.Y' is for Linux: MicroPython has no Blinka",
        ),
        (
            ['driver = "tca9548a"'],
            '3: sensor "porch": tca9548a is no sensor: it gives buses to others',
        ),
        (
            ['driver = "./none.py:None"'],
            "3: sensor \"porch\": driver './none.py:None': there is no file none.py",
        ),
        (
            [BME, 'bus = "i2c-1/0x70/3"'],
            '4: sensor "porch": bus: "i2c-1/0x70/3" is no bus of a board: write such as i2c-0: a board has none behind a multiplexer',
        ),
        (
            [BME, 'bus = "spi-1"'],
            '4: sensor "porch": bus: bme280 needs a bus such as i2c-0, "spi-1" is spi',
        ),
        ([BME, 'bus = "i2c-5"'], '4: sensor "porch": bus: ESP32 has no i2c-5, but i2c-0, i2c-1'),
        (
            [BME, "address = 0x40"],
            '4: sensor "porch": address: bme280 cannot be at 0x40, only at 0x76,0x77',
        ),
        (
            [BME, 'oversampling = "2"'],
            '4: sensor "porch": oversampling: must be a whole number, not a text',
        ),
        ([BME, 'interval = "7d"'], '4: sensor "porch": interval: "7d" is not from 10ms to 6d'),
        ([GPIO], '1: sensor "porch": gpio needs the option pin'),
        ([GPIO, 'pin = "4"'], '4: sensor "porch": pin: must be a whole number, not a text'),
        (
            [GPIO, "pin = 4", 'pull = "high"'],
            '5: sensor "porch": pull: "high" is none of "none", "up", "down"',
        ),
        (
            [GPIO, "pin = 4", "active_lo = true"],
            '5: sensor "porch": gpio has no option "active_lo" (did you mean "active_low"?)',
        ),
        (
            [GPIO, "pin = 4", 'bus = "i2c-0"'],
            '5: sensor "porch": gpio is read from its pin: bus has to go',
        ),
        ([GPIO, "pin = 6"], '4: sensor "porch": pin: pin 6 is the flash memory\'s'),
        (
            [GPIO, "pin = 3"],
            '4: sensor "porch": pin: pin 3 is the serial port\'s, by which it is flashed',
        ),
        (
            [GPIO, "pin = 24"],
            '4: sensor "porch": pin: ESP32 has no pin 24 that is led out, but 0, 2, 4-5, 12-19, 21-23, 25-27, 32-39',
        ),
        (
            [GPIO, "pin = 34", 'pull = "up"'],
            '4: sensor "porch": pin: pin 34 has no pull resistors: put one there and write pull = "none"',
        ),
        (
            ['driver = "ds18x20"', "pin = 34"],
            '4: sensor "porch": pin: pin 34 can only be read, and this needs one that is driven too',
        ),
        (
            ['driver = "dht22"', "pin = 35"],
            '4: sensor "porch": pin: pin 35 can only be read, and this needs one that is driven too',
        ),
        (
            ['driver = "adc"', "pin = 4"],
            '4: sensor "porch": pin: pin 4 measures nothing while Wi-Fi is on: 32-39 always do',
        ),
        (
            ['driver = "adc"', "pin = 18"],
            '4: sensor "porch": pin: pin 18 measures no voltage: 32-39 do',
        ),
        (
            ['driver = "dht22"', "pin = 4", 'interval = "1s"'],
            '5: sensor "porch": interval: dht22 measures every 2s at most',
        ),
        (
            [BME, 'fields = { temperatur = "porch" }'],
            '4: sensor "porch": fields: bme280 has no channel "temperatur" (did you mean "temperature"?)',
        ),
        (
            [
                'driver = "ds18x20"',
                "pin = 4",
                'addresses = ["28-00000a1b2c3d"]',
                'fields = { temperature = "tank" }',
            ],
            '6: sensor "porch": fields: ds18x20 has no channel "temperature": it has 28-00000a1b2c3d',
        ),
        (
            ['driver = "max31855"', 'bus = "spi-2"'],
            "5: board: spi-2: lacks cs, such as cs = 5",
        ),
        (
            ['driver = "mhz19"', 'bus = "uart-3"'],
            '4: sensor "porch": bus: ESP32 has no uart-3, but uart-1, uart-2',
        ),
    ],
)
def test_a_mistake_in_a_sensor(place: Path, lines: list[str], told: str) -> None:
    assert board_problems(board_file(*lines), place) == [told]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('hostnam = "x"', 'board: unknown key "hostnam" (did you mean "hostname"?)'),
        (
            'hostname = "a b"',
            "board: hostname: must be up to 32 letters, digits and hyphens, none of these at an end",
        ),
        ('sleep = "light"', 'board: sleep: "light" is none of "none", "deep"'),
        ('sleep = "deep"\nsend_every = 0', "board: send_every: must be a whole number, 1 to 1000"),
        (
            'country = "Sweden"',
            'board: country: "Sweden" is no country: write two capital letters, such as "SE"',
        ),
        ("led = 34", "board: led: pin 34 can only be read, and this needs one that is driven too"),
        ("led = 18", "board: led: pin 18 is also scl of i2c-0 (line 4)"),
        ('led = "LED"', 'board: led: ESP32 has no pin named "LED": it has none: write a number'),
        ("led = true", "board: led: must be a pin's number, such as 4, not true or false"),
        ('watchdog = "20ms"', "board: watchdog: must be 0s or at least 1s"),
        ('reset_after = "1s"', 'board: reset_after: "1s" is not from 1m to 6d'),
        (
            'telemetry = ["rsi"]',
            'board: telemetry: "rsi" is none of "reset_cause", "free_heap", "rssi", "battery", "dropped", "backlog"',
        ),
        ('telemetry = ["rssi", "rssi"]', 'board: telemetry: "rssi" is there twice'),
        (
            'telemetry = ["battery"]',
            "board: telemetry: battery needs battery = { pin = 35, scale = 2.0 }",
        ),
        (
            'battery = { pin = 25 }\ntelemetry = ["battery"]',
            "board: battery: pin: pin 25 measures nothing while Wi-Fi is on: 32-39 always do",
        ),
        (
            'battery = { scale = 2 }\ntelemetry = ["battery"]',
            "board: battery: lacks pin, such as pin = 35",
        ),
        ('ntp = ["http://x"]', 'board: ntp: "http://x" is no host: write such as "pool.ntp.org"'),
        ('ntp = ["a", "b", "c", "d", "e"]', "board: ntp: has more than 4 hosts"),
        (
            'sleep = "deep"\nalarms = { porch_tmp = { below = 2 } }',
            'board: alarms: no field "porch_tmp" is sent: there are humidity, pressure, temperature',
        ),
        (
            'sleep = "deep"\nalarms = { temperature = { below = 9, above = 3 } }',
            'board: alarms."temperature": above must be more than below, or every value is an alarm',
        ),
        (
            'sleep = "deep"\nalarms = { temperature = {} }',
            'board: alarms."temperature": needs below, above or both',
        ),
        (
            'sleep = "deep"\nalarms = { temperature = 3 }',
            'board: alarms: "temperature": must be a table such as { below = 2.0 }, not a whole number',
        ),
        ("i2c-0 = 3", "board: i2c-0: must be a table, not a whole number"),
        (
            "i2c-0 = { sda = 21, scl = 21 }",
            "board: i2c-0: scl: pin 21 is also sda of i2c-0 (line 6)",
        ),
        (
            "i2c-0 = { sda = 34, scl = 22 }",
            "board: i2c-0: sda: pin 34 can only be read, and this needs one that is driven too",
        ),
        ("i2c-0 = { sdc = 21 }", 'board: i2c-0: unknown key "sdc" (did you mean "sda"?)'),
        ("i2c-0 = { freq = 0 }", "board: i2c-0: freq: must be a whole number, 1000 to 1000000"),
    ],
)
def test_a_mistake_in_the_board(place: Path, lines: str, told: str) -> None:
    (found,) = board_problems(board_file(board=lines), place)
    assert found.partition(": ")[2] == told
    assert 1 <= int(found.partition(":")[0]) <= 8


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (
            "esp23",
            f'5: board: type: unknown board "esp23" (did you mean "esp32"?): there are {TYPES}, or a file of pins such as "./my-board.toml"',
        ),
        (
            "esp8266",
            f'5: board: type: "esp8266" cannot be one: an ESP8266 has too little memory: there are {TYPES}',
        ),
        ("esp32-c3", None),
        ("pico-w", None),
        ("./none.toml", "5: board: type: none.toml: No such file or directory"),
        ("./wifi.toml", "5: board: type: wifi.toml: this is no TOML: Invalid value"),
    ],
)
def test_the_type(place: Path, kind: str, told: str | None) -> None:
    (place / "wifi.toml").write_text("x = y")
    found = board_problems(board_file(kind=kind), place)
    assert [each.partition(" (at")[0] for each in found] == ([told] if told else [])


def test_pins_of_a_pico(place: Path) -> None:
    def told(*lines: str, board: str = "") -> list[str]:
        return [
            each.partition(": ")[2]
            for each in board_problems(board_file(*lines, board=board, kind="pico-w"), place)
        ]

    assert told(BME, board='led = "LED"') == []
    assert told(BME, board="i2c-0 = { sda = 2, scl = 3 }") == [
        "board: i2c-0: sda: pin 2 cannot be it: 0, 4, 8, 12, 16, 20, 28 can",
        "board: i2c-0: scl: pin 3 cannot be it: 1, 5, 9, 13, 17, 21 can",
    ]
    assert told(BME, board='watchdog = "9s"') == [
        "board: watchdog: the longest that a Raspberry Pi Pico W has is 8388ms"
    ]
    assert told(GPIO, "pin = 25") == ['sensor "porch": pin: pin 25 is the Wi-Fi chip\'s']
    assert told('driver = "adc"', "pin = 26") == []
    assert told(GPIO, 'pin = "LED"') == ['sensor "porch": pin: must be a whole number, not a text']


def test_two_users_of_one_pin(place: Path) -> None:
    second = '[[sensor]]\nname = "door"\ndriver = "gpio"\npin = 18\n'
    assert board_problems(board_file(more=second), place) == [
        '22: sensor "door": pin: pin 18 is also scl of i2c-0 (line 4)'
    ]


def test_two_chips_on_one_spi_bus(place: Path) -> None:
    second = '[[sensor]]\nname = "other"\ndriver = "max31855"\n'
    second += 'fields = { temperature = "other", internal_temperature = "inside" }\n'
    text = board_file('driver = "max6675"', board="spi-1.cs = 4", more=second)
    assert board_problems(text, place) == [
        '19: sensor "other": spi-1 is also sensor "porch" (line 1): one of them is elsewhere'
    ]


def test_a_bus_without_usual_pins(place: Path) -> None:
    lines = ('driver = "mhz19"',)
    assert board_problems(board_file(*lines, kind="esp32-c3"), place) == [
        "4: board: uart-1: has no usual pins on this board: write [board.uart-1] tx = PIN, rx = PIN"
    ]
    text = board_file(*lines, board="uart-1 = { tx = 4, rx = 5 }", kind="esp32-c3")
    assert vars(parsed_board(text, place).board.buses["uart-1"])["baudrate"] == 9600


def test_a_bus_has_what_its_driver_says_unless_the_file_does(place: Path) -> None:
    (place / "scale.py").write_text(
        "class Scale:\n"
        "    BUS = 'spi'\n"
        "    SPI_HZ, SPI_MODE = 2000000, 1\n"
        "    SPI_HZ = 2000000\n"
        "    SPI_MODE = 1\n"
        "    CHANNELS = (('weight', 'kg', 1),)\n"
        "    def __init__(self, spi): pass\n"
        "    def start(self): return 0\n"
        "    def read(self): return (0,)\n"
    )
    lines = ('driver = "./scale.py:Scale"',)

    def bus(board: str) -> tuple[int, int, int, int]:
        found = vars(parsed_board(board_file(*lines, board=board), place).board.buses["spi-1"])
        return found["cs"], found["sck"], found["mode"], found["baudrate"]

    assert bus("spi-1.cs = 15") == (15, 14, 1, 2000000)
    assert bus("spi-1 = { cs = 15, mode = 3, baudrate = 1000 }") == (15, 14, 3, 1000)


def test_pins_that_need_care_are_warned_of(place: Path) -> None:
    assert board_problems(board_file(GPIO, "pin = 12"), place) == [
        '4: warning: sensor "porch": pin: pin 12 must not be high at a reset: the flash memory would get the wrong voltage'
    ]
    assert board_problems(board_file(BME, kind="esp32-c3"), place) == []  # its usual ones


@pytest.mark.parametrize(
    ("wifi", "told"),
    [
        ("", 'board: lacks a network: write [[board.wifi]] with ssid = "home" and password_file'),
        (
            "[board.wifi]\nssid = 'home'\n",
            "board: wifi: must be in [[ ]], as there may be several, not a table",
        ),
        ("[[board.wifi]]\n", 'board: wifi 1: lacks ssid, such as ssid = "home"'),
        (
            "[[board.wifi]]\nssid = 'aa'\npasword = 'bb'\n",
            'board: wifi 1: unknown key "pasword" (did you mean "password"?)',
        ),
        (
            f"[[board.wifi]]\nssid = '{'å' * 17}'\n",
            "board: wifi 1: ssid: is longer than 32 bytes, which no network's name is",
        ),
        (
            WIFI + "password = 'hush hush'\n",
            "board: wifi 1: has password and password_file: which one?",
        ),
        (
            "[[board.wifi]]\nssid = 'aa'\npassword_file = 'none'\n",
            "board: wifi 1: password_file: there is no such file in DIR: put the password into it: 'install -m 600 /dev/stdin FILE', paste, Enter, Ctrl-D",
        ),
        (
            "[[board.wifi]]\nssid = 'aa'\npassword_file = 'byteport.key'\n",
            "board: wifi 1: password_file: what is in it must be 8 to 63 characters of ASCII, or 64 hexadecimal digits",
        ),
        (
            "[[board.wifi]]\nssid = 'aa'\npassword = 'short'\n",
            "board: wifi 1: password: must be 8 to 63 characters of ASCII, or 64 hexadecimal digits",
        ),
        (
            WIFI + 'static = ["192.168.1.2"]\n',
            "board: wifi 1: static: must be 4 addresses: its own, the mask, the router's, the DNS server's",
        ),
        (
            WIFI + 'static = ["1.2.3.4", "a", "b", "c"]\n',
            'board: wifi 1: static: "a" is no address: write such as "192.168.1.20"',
        ),
        (
            WIFI + 'static = ["1.2.3.4", "1.2.3.256", "b", "c"]\n',
            'board: wifi 1: static: "1.2.3.256" is no address: each part is 0 to 255',
        ),
    ],
)
def test_a_mistake_in_a_network(place: Path, wifi: str, told: str) -> None:
    (place / "byteport.key").write_text("c4nary")
    (found,) = board_problems(board_file().replace(WIFI, wifi), place)
    assert found.partition(": ")[2] == told


def test_passwords_of_both_kinds(place: Path) -> None:
    text = board_file() + "[[board.wifi]]\nssid = 'open'\n[[board.wifi]]\nssid = 'aa'\n"
    text += f'password = "{PASSWORD}"\nhidden = true\n'
    networks = parsed_board(text, place).board.wifi
    assert [each.password and each.password.reveal() for each in networks] == [
        PASSWORD,
        None,
        PASSWORD,
    ]
    assert PASSWORD not in repr(parsed_board(text, place))


def test_a_file_without_a_password(place: Path) -> None:
    (place / "wifi.key").write_text("\n")
    (told,) = board_problems(board_file(), place)
    assert told.endswith(
        "board: wifi 1: password_file: wifi.key is empty: put the password into it: 'install -m 600 /dev/stdin FILE', paste, Enter, Ctrl-D"
    )


def test_a_password_with_a_space_at_its_end(place: Path) -> None:
    (place / "wifi.key").write_text(f"{PASSWORD} \r\n")
    (told,) = board_problems(board_file(), place)
    assert told.endswith("the password in it begins or ends with a space: is that so?")
    password = parsed_board(board_file(), place).board.wifi[0].password
    assert password is not None
    assert password.reveal() == f"{PASSWORD} "


def test_a_password_that_others_can_read(place: Path) -> None:
    (place / "wifi.key").chmod(0o644)
    (told,) = board_problems(board_file(), place)
    assert told.endswith(
        "board: wifi 1: the file of the password is open: others can read it: chmod 600 wifi.key"
    )
    path = place / "station.toml"
    path.write_text(board_file().replace('password_file = "wifi.key"', f'password = "{PASSWORD}"'))
    path.chmod(0o644)
    (warning,) = load_board(path, {}).warnings
    assert f"this file holds a password: others can read it: chmod 600 {path}" in str(warning)
    path.chmod(0o600)
    assert load_board(path, {}).warnings == ()


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("", 'nothing is sent anywhere: add [[output]], type = "byteport"'),
        (OUTPUT + OUTPUT, "output 2: a board has one output: this one has to go"),
        (
            OUTPUT + "packets = true\n",
            "output 1: packets is an agent's: a board has type, name, url, method, timeout, retry_min, retry_max, ca",
        ),
        (OUTPUT + "timeot = 3\n", 'output 1: unknown key "timeot" (did you mean "timeout"?)'),
        (
            OUTPUT + 'url = "http://localhost:8080"\n',
            "output 1: url: localhost is the board itself: write the other machine's",
        ),
        (
            OUTPUT + 'url = "http://api.byteport.se"\n',
            "warning: output 1: the key travels unencrypted to api.byteport.se: use https://",
        ),
        (OUTPUT + 'url = "http://192.168.1.5:8080"\n', None),
        (OUTPUT + 'url = "http://pi.local:8080"\n', None),
        (OUTPUT + 'ca = "no.pem"\n', "output 1: ca: there is no file no.pem"),
        (
            OUTPUT + '[outbox]\nmax_age = "1d"\n',
            "outbox: max_age is an agent's: a board has max_bytes, flush_records, flush_interval",
        ),
        (OUTPUT + '[outbox]\nmax_bytes = "1kB"\n', 'outbox: max_bytes: "1kB" is less than 16kB'),
        (OUTPUT + '[gateway]\nlisten = "0.0.0.0:80"\n', "gateway: a board has none: it has to go"),
        (OUTPUT + "[boards]\n", 'unknown table "boards" (did you mean "board"?)'),
    ],
)
def test_what_a_board_sends_to(place: Path, output: str, told: str | None) -> None:
    found = board_problems(board_file(output=output), place)
    assert [each.partition(": ")[2] for each in found] == (
        [told]
        if told and not told.startswith("nothing")
        else found and [found[0].partition(": ")[2]]
    )
    if told:
        assert found[0].endswith(told)


@pytest.mark.parametrize(
    ("lines", "board", "told"),
    [
        (
            ('driver = "pulse_counter"', "pin = 4"),
            "",
            'warning: sensor "porch": a board that sleeps counts no pulses, and forgets those it had counted: sleep = "none"',
        ),
        (
            (BME, 'interval = "5s"'),
            "",
            'warning: sensor "porch": interval: below 10s there is no time to sleep',
        ),
        (
            (
                BME,
                "fields.humidity = { mean = 100, deadband = 1 }",
                "fields.pressure = { mean = 100 }",
            ),
            "",
            "warning: board: all medians and means are more than the 2 kB that an ESP32 keeps in its sleep: they may forget samples: make them shorter",
        ),
        ((BME, 'fields.humidity = { mean = 100, window = "1h", deadband = 1 }'), "", None),
        ((BME, 'interval = "5m"'), "", None),
    ],
)
def test_what_does_not_go_asleep(
    place: Path, lines: tuple[str, ...], board: str, told: str | None
) -> None:
    found = board_problems(board_file(*lines, board='sleep = "deep"\n' + board), place)
    assert [each.partition(": ")[2] for each in found] == ([told] if told else [])
    awake = board_problems(board_file(*lines, board=board), place)
    assert awake == []


def test_what_filters_need_in_a_sleep_is_not_more_than_is_reckoned(place: Path) -> None:
    filters = '{ name = "rh", median = 25, mean = 50, max_rate = 1, window = "1h", deadband = 1 }'
    text = board_file(BME, f"fields.humidity = {filters}", board='sleep = "deep"')
    configuration = parsed_board(text, place)
    station = json.loads(station_file(configuration))
    filtered = FilteredFields(station["sensors"][0]["fields"], lambda *_: None, lambda *_: None)
    for number in range(200):
        sample = (20.0, 45.125 + number % 7, 1013.25)  # with digits as 32 bits have them
        filtered.take(configuration.sensors[0].found.kind.CHANNELS, sample, 600_000 * number)
    state = json.dumps(filters_state(filtered, 600_000 * 200))
    assert 600 < len(state) + 60 < 60 + 150 + 11 * 75


def test_what_is_of_use_asleep_only(place: Path) -> None:
    assert board_problems(board_file(board="send_every = 3"), place) == [
        '6: warning: board: send_every is of use with sleep = "deep" only'
    ]


def test_a_field_that_telemetry_has(place: Path) -> None:
    text = board_file(BME, 'fields.temperature = "rssi"', board='telemetry = ["rssi"]')
    assert board_problems(text, place) == [
        '4: sensor "porch": field "rssi" is also one of telemetry: give it another name'
    ]


def test_a_board_s_file_is_no_agent_s_and_the_other_way_round(place: Path) -> None:
    path = place / "station.toml"
    path.write_text(board_file())
    assert isinstance(load_any(path, {}), BoardConfiguration)
    (told,) = problems_of(board_file(), place)
    assert told.endswith(
        "board: this file is a board's, not an agent's: 'byteport-agent flash' puts it there"
    )
    (told,) = board_problems(DEVICE, place)
    assert "lacks [board], with such as" in told


def test_two_mistakes_in_a_file_of_pins_are_told_with_its_lines(place: Path) -> None:
    own = place / "mine.toml"
    own.write_text('base = "esp32"\npins = "0-x"\n[i2c-0]\nsda = 33\nscd = 32\n')
    assert board_problems(board_file(kind="./mine.toml"), place) == [
        'mine.toml:2: a file of pins: pins: "0-x" is no pin: write such as 0-5 12 14',
        'mine.toml:5: a file of pins: i2c-0: unknown key "scd" (did you mean "sda"?)',
    ]
