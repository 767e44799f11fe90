"""A board's `[[output]]` to a broker: its keys, its mistakes, what of it gets onto the board."""

# ruff: noqa: E501 (messages as they are told)

import json
from pathlib import Path

import pytest
from board_rig import PASSWORD, board_file, board_problems, parsed_board, write_secrets
from config_rig import KEYS

from byteport.mqtt import Publisher
from byteport_agent.boards.board_files import needed_for
from byteport_agent.boards.station_file import secrets_file, station_file
from byteport_agent.boards.trust import needs_trust
from byteport_agent.command_line.board_summary import board_summary

BROKER_PASSWORD = "c4nary-broker"
SIGN_IN = 'user = "me"\npassword_file = "mqtt.password"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_secrets(tmp_path)
    path = tmp_path / "mqtt.password"
    path.write_text(f"{BROKER_PASSWORD}\n")
    path.chmod(0o600)
    return tmp_path


def mqtt(lines: str = SIGN_IN, url: str = "mqtts://broker.example.org") -> str:
    return f'[[output]]\ntype = "mqtt"\nurl = "{url}"\n{lines}'


def problems(output: str, place: Path, board: str = "") -> list[str]:
    told = board_problems(board_file(output=output, board=board), place)
    assert not any(BROKER_PASSWORD in each for each in told)
    return [each.partition(": ")[2] for each in told]


def test_byteports_broker(place: Path) -> None:
    configuration = parsed_board(board_file(output=mqtt()), place)
    assert configuration.warnings == ()
    assert json.loads(station_file(configuration))["output"] == {
        "type": "mqtt",
        "url": "mqtts://broker.example.org",
        "client_id": "myownspace.greenhouse-1",
        "user": "myownspace:me",
        "keep_alive_ms": 60000,
        "window": 20,
        "dialect": "byteport",
        "timeout_ms": 20000,
        "retry_min_ms": 1000,
        "retry_max_ms": 300000,
        "ca": "ca.der",
    }
    assert json.loads(secrets_file(configuration)) == {
        "key": KEYS["byteport.key"],
        "password": BROKER_PASSWORD,
        "wifi": [PASSWORD],
    }
    assert BROKER_PASSWORD in [each.reveal() for each in configuration.secrets()]
    assert needs_trust(configuration.output.url)
    assert "output   mqtts://broker.example.org, byteport" in board_summary(configuration)


def test_plain_topics_have_the_sensor_of_each_field(place: Path) -> None:
    lines = 'dialect = "plain"\nbase = "home"\nretain = true\nclient_id = "porch"\n'
    text = board_file(
        'driver = "bme280"',
        'fields = { temperature = "porch_temp", humidity = { name = "rh", offset = 1.0 } }',
        board='telemetry = ["rssi"]',
        output=mqtt(lines, "mqtt://192.168.1.2:18830/"),
    )
    output = json.loads(station_file(parsed_board(text, place)))["output"]
    assert output["url"] == "mqtt://192.168.1.2:18830"
    assert (output["base"], output["retain"], output["client_id"]) == ("home", True, "porch")
    assert output["sensors"] == {"porch_temp": "porch", "rh": "porch", "rssi": "board"}
    assert not {"user", "ca"} & set(output)


def test_all_channels_of_a_driver_are_known(place: Path) -> None:
    output = mqtt('dialect = "plain"\n', "mqtt://nas.local")
    found = json.loads(station_file(parsed_board(board_file(output=output), place)))["output"]
    assert found["sensors"] == dict.fromkeys(("temperature", "humidity", "pressure"), "porch")


def test_no_api_key_is_needed(place: Path) -> None:
    text = board_file(output=mqtt()).replace('key_file = "byteport.key"\n', "")
    configuration = parsed_board(text, place)
    assert "key" not in json.loads(secrets_file(configuration))
    assert [each.reveal() for each in configuration.secrets()] == [PASSWORD, BROKER_PASSWORD]


def test_what_the_checker_lets_pass_the_board_takes(place: Path) -> None:
    for url in ("mqtt://nas", "mqtts://nas:1", "mqtt://[fd00::1]:18830/", "mqtts://[fd00::1]"):
        configuration = parsed_board(board_file(output=mqtt("", url)), place)
        Publisher(json.loads(station_file(configuration))["output"]["url"], "id")


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (
            '[[output]]\ntype = "stomp"\nurl = "stomp://host"\n',
            'output 1: type: "stomp" is none of "byteport", "mqtt"',
        ),
        (
            '[[output]]\ntype = "mqtt"\n',
            'output 1: lacks url, such as url = "mqtts://broker.example.org"',
        ),
        (
            mqtt("discovery = true\n"),
            "output 1: discovery is an agent's: a board has type, name, url, dialect, user, password_file, password, client_id, keep_alive, window, base, retain, timeout, retry_min, retry_max, ca",
        ),
        (mqtt('usr = "me"\n'), 'output 1: unknown key "usr" (did you mean "user"?)'),
        (mqtt('base = "home"\n'), 'output 1: base is for dialect = "plain"'),
        (mqtt("window = 51\n"), "output 1: window: a board's is 50 at most"),
        (mqtt('password_file = "mqtt.password"\n'), "output 1: a password without a user"),
        (
            mqtt(url="mqtt://localhost"),
            "output 1: url: localhost is the board itself: write the other machine's",
        ),
        (
            mqtt(url="mqtt://broker.example.org"),
            "warning: output 1: the password travels unencrypted to broker.example.org: use mqtts://",
        ),
        (
            mqtt('ca = "mqtt.password"\n', "mqtt://nas"),
            "output 1: ca is for TLS, which this url does not use",
        ),
        (
            mqtt('retry_min = "2m"\nretry_max = "1m"\n'),
            "output 1: retry_max must not be less than retry_min",
        ),
    ],
)
def test_mistakes(output: str, told: str, place: Path) -> None:
    assert problems(output, place) == [told]


def test_a_broker_tells_no_time(place: Path) -> None:
    assert problems(mqtt(), place, board="ntp = []") == [
        "board: ntp: a broker tells no time: name a time server, or leave this out"
    ]


def test_a_password_that_lacks(place: Path) -> None:
    (told,) = problems(mqtt('user = "me"\n'), place)
    assert told.startswith('output 1: no password: write password_file = "mqtt.password"')


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ('[[output]]\ntype = "byteport"\n', {"station_http", "connection"}),
        (mqtt(), {"station_mqtt", "mqtt", "mqtt_messages", "mqtt_meaning", "data_form"}),
        (
            mqtt('dialect = "plain"\n'),
            {"station_mqtt", "mqtt", "mqtt_messages", "mqtt_meaning"},
        ),
    ],
)
def test_what_sends_is_brought_and_nothing_that_sends_elsewhere(
    output: str, wanted: set[str], place: Path
) -> None:
    ways = {"station_http", "connection", "station_mqtt", "mqtt", "mqtt_messages", "mqtt_meaning"}
    needed = needed_for(parsed_board(board_file(output=output), place))
    names = {module.name.removeprefix("byteport.") for module in needed.modules}
    assert names & {*ways, "data_form"} == wanted
    assert "tls" in needed.of_firmware
