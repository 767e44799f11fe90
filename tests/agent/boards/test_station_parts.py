"""A board gets the parts of the station that its configuration needs, and no others."""

from pathlib import Path

import pytest
from board_rig import board_file, parsed_board, write_secrets

from byteport_agent.boards.board_files import needed_for
from byteport_agent.boards.station_parts import parts_left_out

NEAR = '[[output]]\ntype = "byteport"\nurl = "http://192.168.1.5:8080"\n'
BME280 = 'driver = "bme280"'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_secrets(tmp_path)
    return tmp_path


def parts(place: Path, *sensor: str, **more: str) -> set[str]:
    """Return the modules of the core that a configuration brings, without "byteport."."""
    configuration = parsed_board(board_file(*sensor, **{"output": NEAR, **more}), place)
    found = {module.name for module in needed_for(configuration).modules}
    assert not found & parts_left_out(configuration)
    return {name.removeprefix("byteport.") for name in found if name.startswith("byteport.")}


def test_the_least(place: Path) -> None:
    found = parts(place, BME280)
    assert {"station", "station_http", "station_answers", "outbox", "wifi", "sntp"} <= found
    assert not found & {"client", "files", "meaning", "timestamp", "compat_tls", "led"}
    assert not found & {"filters", "filter_build", "station_fields", "filter_state"}
    assert not found & {"station_sleep", "outbox_kept", "station_telemetry", "station_pins"}
    assert not found & {"station_get", "sensor_events"}


def test_each_part_comes_with_what_needs_it(place: Path) -> None:
    window = 'fields = {temperature = {name = "t1", window = "1m"}}'
    median = 'fields = {temperature = {name = "t1", median = 3}}'
    assert {"filters", "filter_window"} <= parts(place, BME280, window)
    assert "filter_stages" not in parts(place, BME280, window)
    assert "filter_stages" in parts(place, BME280, median)
    assert "filter_state" in parts(place, BME280, median, board='sleep = "deep"')
    assert {"station_sleep", "outbox_kept"} <= parts(place, BME280, board='sleep = "deep"')
    assert "filter_state" not in parts(place, BME280, board='sleep = "deep"')
    assert "station_telemetry" in parts(place, BME280, board='telemetry = ["rssi"]')
    assert {"sensor_events", "station_pins"} <= parts(place, 'driver = "gpio"', "pin = 27")
    assert "led" in parts(place, BME280, board="led = 2")
    assert "led" in parts(place, BME280, kind="pico-w")  # which has one of its own
    https = NEAR.replace("http:", "https:")
    assert "compat_tls" in parts(place, BME280, output=https)
    assert "station_get" in parts(place, BME280, output=NEAR + 'method = "auto"\n')


def test_a_driver_of_one_s_own_may_send(place: Path) -> None:
    (place / "mine.py").write_text(
        "class Mine:\n    BUS = 'board'\n    CHANNELS = (('level', 'm', 2),)\n"
        "    def start(self): return 0\n    def read(self): return (1.0,)\n"
    )
    assert "client" in parts(place, 'driver = "./mine.py:Mine"')
