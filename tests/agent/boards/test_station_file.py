"""station.json says what the configuration says, and secrets.json has all that is secret."""

import json
from pathlib import Path
from typing import Any

import pytest
from board_rig import PASSWORD, SECRETS, board_file, parsed_board, write_secrets
from config_rig import KEYS, OUTPUT

from byteport_agent.boards.station_file import secrets_file, station_file
from byteport_agent.config.board.reference import BOARD_EXAMPLE


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_secrets(tmp_path)
    return tmp_path


def station(text: str, place: Path) -> Any:
    return json.loads(station_file(parsed_board(text, place)))


def test_the_example(place: Path) -> None:
    assert station(BOARD_EXAMPLE, place) == {
        "version": 1,
        "device": {"namespace": "myownspace", "uid": "greenhouse-1"},
        "sensors": [
            {
                "name": "porch",
                "driver": "bme280",
                "bus": "i2c-0",
                "interval_ms": 300000,
                "deadline_ms": 15000,
                "fields": {
                    "temperature": "porch_temp",
                    "humidity": {"name": "porch_rh", "offset": -2.0},
                },
            },
            {
                "name": "door",
                "driver": "gpio",
                "pin": 27,
                "pull": "up",
                "interval_ms": 300000,
                "deadline_ms": 15000,
            },
        ],
        "output": {
            "url": "https://api.byteport.se",
            "method": "POST",
            "timeout_ms": 20000,
            "retry_min_ms": 1000,
            "retry_max_ms": 300000,
            "ca": "ca.der",
        },
        "outbox": {"max_bytes": 400000, "flush_records": 10, "flush_ms": 60000},
        "board": {
            "type": "esp32",
            "sleep": "deep",
            "send_every": 10,
            "alarms": {"porch_temp": {"below": 2.0, "above": 40.0}},
            "wifi": [{"ssid": "home"}],
            "hostname": "greenhouse-1",
            "buses": {"i2c-0": {"sda": 21, "scl": 22, "freq": 100000}},
            "watchdog_ms": 8000,
            "reset_after_ms": 900000,
            "telemetry": ["rssi", "battery"],
            "telemetry_interval_ms": 300000,
            "battery": {"pin": 35, "scale": 2.0},
            "ntp": ["pool.ntp.org"],
        },
    }


def test_secrets_are_in_their_own_file_alone(place: Path) -> None:
    configuration = parsed_board(board_file(more='[[board.wifi]]\nssid = "open"\n'), place)
    assert json.loads(secrets_file(configuration)) == {
        "key": KEYS["byteport.key"],
        "wifi": [PASSWORD, ""],
    }
    shown = station_file(configuration).decode() + repr(configuration) + str(vars(configuration))
    assert not any(secret in shown for secret in SECRETS)


def test_what_is_given_is_there(place: Path) -> None:
    lines = ('driver = "bme280"', "address = 0x77", "oversampling = 4", 'stagger = "1s"')
    board = 'country = "SE"\nled = 2\nled_active_low = true\nntp = []\nwatchdog = "0s"\n'
    output = OUTPUT + 'url = "http://10.0.0.2:8080"\n'
    read = station(board_file(*lines, board=board, output=output), place)
    (sensor,) = read["sensors"]
    assert (sensor["address"], sensor["options"]) == (0x77, {"oversampling": 4})
    assert sensor["stagger_ms"] == 1000
    assert "fields" not in sensor
    assert (read["board"]["country"], read["board"]["led"]) == ("SE", 2)
    assert (read["board"]["led_active_low"], read["board"]["watchdog_ms"]) == (True, 0)
    assert read["board"]["ntp"] == []
    assert "ca" not in read["output"]


@pytest.mark.parametrize(
    ("uid", "hostname"),
    [("porch:1_a", "porch-1-a"), ("::", "byteport"), ("p" * 32, "p" * 32), (":a-", "a")],
)
def test_a_uid_as_hostname(place: Path, uid: str, hostname: str) -> None:
    text = board_file().replace("greenhouse-1", uid)
    assert station(text, place)["board"]["hostname"] == hostname


def test_the_same_configuration_is_the_same_bytes(place: Path) -> None:
    one, other = (parsed_board(board_file(), place) for _ in range(2))
    assert station_file(one) == station_file(other)
    assert secrets_file(one) == secrets_file(other)


def test_an_own_driver_is_called_by_its_module(place: Path) -> None:
    (place / "wind_vane.py").write_text(
        "class WindVane:\n    BUS = 'pin'\n    CHANNELS = (('direction', 'deg', 0),)\n"
        "    def __init__(self, pin): pass\n    def start(self): pass\n    def read(self): pass\n"
    )
    text = board_file('driver = "./wind_vane.py:WindVane"', "pin = 4")
    (sensor,) = station(text, place)["sensors"]
    assert (sensor["driver"], sensor["pin"], "pull" in sensor) == ("wind_vane", 4, False)


def test_durations_of_filters_are_milliseconds(place: Path) -> None:
    window = 'temperature = {name = "t1", window = "5m"}'
    fields = f'fields = {{{window}, humidity = {{on_change = true, heartbeat = "1h"}}}}'
    (sensor,) = station(board_file('driver = "bme280"', fields), place)["sensors"]
    assert sensor["fields"]["temperature"]["window"] == 300000
    assert sensor["fields"]["humidity"]["heartbeat"] == 3600000
