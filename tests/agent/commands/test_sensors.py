"""`byteport-agent sensors` as a real process."""

import json
from pathlib import Path

import pytest

from byteport_agent.driver_lookup.listing import (
    DriverInfo,
    addresses_text,
    channels_text,
    driver_list,
)

DRIVERS = Path(__file__).parents[3] / "drivers/byteport_drivers"


def test_every_driver_is_a_line(command) -> None:
    run = command("sensors")
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert lines[0].split() == ["DRIVER", "BUS", "ADDRESSES", "HOSTS", "CHANNELS"]
    listed = {line.split()[0] for line in lines[1:] if line and not line.startswith("next:")}
    assert {"bme280", "ds18b20", "dht22", "hcsr04", "iio", "command", "circuitpython"} <= listed
    bme280 = next(line for line in lines if line.startswith("bme280 "))
    assert "i2c" in bme280
    assert "0x76,0x77" in bme280
    assert "linux, board" in bme280
    assert "temperature (Cel), humidity (%RH), pressure (hPa)" in bme280


def test_json(command) -> None:
    run = command("sensors", "--json", "bme280", "dht22", "iio")
    drivers = json.loads(run.stdout)
    assert [(each["driver"], each["hosts"]) for each in drivers] == [
        ("bme280", ["linux", "board"]),
        ("dht22", ["board"]),
        ("dht22", ["linux"]),
        ("iio", ["linux"]),
    ]
    bme280, _, dht22, iio = drivers
    assert bme280["addresses"] == ["0x76", "0x77"]
    assert bme280["channels"][0] == {"name": "temperature", "unit": "Cel", "decimals": 2}
    assert bme280["options"] == ["oversampling"]
    assert dht22["options"] == ["pin", "backend", "use_pulseio"]
    assert dht22["summary"].startswith("DHT22, AM2302")
    assert iio["channels"] is None


def test_one_driver_with_its_options(command) -> None:
    run = command("sensors", "bme280", "esp32")
    assert (run.returncode, run.stderr) == (0, "")
    _, bme280, summary, options, esp32, *_ = run.stdout.splitlines()
    assert bme280.startswith("bme280 ")
    assert summary.startswith("  BME280: temperature")
    assert options == "  options: oversampling"
    assert esp32.startswith("esp32 ")
    assert "options:" not in command("sensors").stdout


def test_an_unknown_driver_is_one_line(command) -> None:
    run = command("sensors", "bme28")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "byteport-agent sensors: unknown driver 'bme28': did you mean bme280?\n"


def test_no_driver_file_is_forgotten() -> None:
    listed = {driver.name for driver in driver_list()}
    for path in (*DRIVERS.glob("*.py"), *DRIVERS.glob("linux/*.py")):
        if "\n    BUS = " in path.read_text() and f"class {path.stem}".replace("_", "") in (
            path.read_text().lower()
        ):
            assert path.stem in listed


def test_drivers_of_boards_are_listed_without_a_board() -> None:
    board = {driver.name: driver for driver in driver_list() if driver.hosts == ("board",)}
    assert board["esp32"].channels
    assert board["gpio"].channels == (("state", "/", 0),)
    assert all(driver.bus for driver in board.values())


@pytest.mark.parametrize(
    ("addresses", "text"),
    [
        ((), ""),
        ((0x62,), "0x62"),
        ((0x77, 0x76), "0x76,0x77"),
        ((0x48, 0x49, 0x4A), "0x48-0x4a"),
        ((0x20, 0x21, 0x38), "0x20,…0x38"),
    ],
)
def test_addresses_are_brief(addresses: tuple[int, ...], text: str) -> None:
    assert addresses_text(addresses) == text


def test_channels_without_units() -> None:
    info = DriverInfo("x", "", (), (("value", "", 1), ("t", "Cel", 1)), (), (), "")
    assert channels_text(info) == "value, t (Cel)"


def test_every_board_driver_is_listed() -> None:
    from byteport_agent.driver_lookup.listing import BOARD, driver_list

    folder = Path(__file__).parents[3] / "drivers/byteport_drivers/board"
    shared = {"__init__", "edges"}
    listed = {driver.name for driver in driver_list() if driver.hosts == (BOARD,)}
    assert listed == {path.stem for path in folder.glob("*.py")} - shared
