"""docs/sensors.md and its drawings are what the code says, and every example and wire is right."""

from pathlib import Path
from tomllib import loads
from xml.etree import ElementTree

import pytest
from board_rig import board_file, board_problems, write_secrets
from config_rig import DEVICE, OUTPUT, problems_of, write_keys
from gpiozero.pins.pi import PiBoardInfo

from byteport_agent.driver_finder import find_driver
from pi_header import BUS_PINS, PINS, pin_of
from sensor_page import (
    board_drivers,
    board_example,
    drivers,
    example,
    facts,
    kinds,
    limits,
    page,
)
from wiring_drawings import FOLDER, descriptions, drawing

DOCUMENT = Path(__file__).parents[2] / "docs/sensors.md"
DRAWN = sorted(descriptions())
GROUND, SUPPLIES = "GND", ("3.3 V", "5 V")
BUS_SIGNALS = {"SDA": 3, "SCL": 5, "Tx": 10, "Rx": 8}  # the sensor's
PIN_OPTIONS = {"DATA": "pin", "OUT": "pin", "TRIG": "trigger", "ECHO": "echo"}


def test_the_page_is_up_to_date() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == page(), (
        "python docs/making/sensor_page.py > docs/sensors.md"
    )


@pytest.mark.parametrize("name", DRAWN)
def test_the_drawings_are_up_to_date(name: str) -> None:
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert text == drawing(descriptions()[name]), "python docs/making/wiring_drawings.py"
    root = ElementTree.fromstring(text)  # it is XML
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_every_driver_is_on_the_page_once() -> None:
    listed = [name for names in kinds().values() for name in names]
    ours = {name for name in drivers() if find_driver(name).origin.startswith("byteport")}
    table = (
        "docs/making/sensors.toml: a row in [kinds] and a table of its own for each driver; then"
    )
    assert sorted(listed) == sorted({*ours, "tca9548a"}), f"{table} make pages"
    assert set(facts()) - {"kinds", "board"} == set(listed), f"{table} make pages"
    assert set(facts()["board"]) == set(board_drivers())
    assert len(DRAWN) == 10


@pytest.mark.parametrize("name", sorted(set(facts()) - {"kinds", "board"}))
def test_an_example_has_no_mistake(tmp_path: Path, name: str) -> None:
    write_keys(tmp_path)
    assert example(name) in DOCUMENT.read_text(encoding="utf-8")
    assert problems_of(DEVICE + example(name) + OUTPUT, tmp_path) == []


@pytest.mark.parametrize("name", sorted(facts()["board"]))
def test_a_boards_example_has_no_mistake(tmp_path: Path, name: str) -> None:
    write_secrets(tmp_path)
    lines = board_example(name).splitlines()[2:]
    assert board_problems(board_file(*lines), tmp_path) == []


@pytest.mark.parametrize("name", sorted(set(facts()) - {"kinds", "board"}))
def test_limits_are_of_channels_that_there_are(name: str) -> None:
    channels = {row[0] for row in drivers()[name].channels or ()}
    if name not in ("tsl2591", "command", "file"):
        assert set(limits(name)) <= channels or not channels
    if drivers()[name].bus in ("i2c", "spi", "uart") and channels:
        assert set(limits(name)) & channels


def test_the_header_is_the_raspberry_pis() -> None:
    """Witness: gpiozero's data of a Raspberry Pi 4."""
    pins = PiBoardInfo.from_revision(0xC03111).headers["J8"].pins
    names = {number: pin.name for number, pin in pins.items()}
    spelled = {"3V3": "3.3 V", "5V": "5 V", "GND": "GND"}
    assert {
        number: spelled.get(name, name.replace("GPIO", "GPIO ")) for number, name in names.items()
    } == PINS
    assert [PINS[pin] for pin in BUS_PINS["spi"].values()] == [
        "GPIO 11",
        "GPIO 10",
        "GPIO 9",
        "GPIO 8",
    ]


@pytest.mark.parametrize("name", DRAWN)
def test_wires_go_where_the_page_and_the_example_say(name: str) -> None:
    wires = dict(descriptions()[name]["wires"])
    (sensor,) = loads(example(name))["sensor"]
    for signal, pin in wires.items():
        if signal in BUS_SIGNALS:
            assert pin == BUS_SIGNALS[signal]
            assert pin in BUS_PINS[drivers()[name].bus].values()
        elif signal in PIN_OPTIONS and drivers()[name].bus == "gpio":
            assert pin == pin_of(sensor[PIN_OPTIONS[signal]])
        elif signal == "DATA":
            assert pin == BUS_PINS["w1"]["data"]
        else:
            assert PINS[pin] in (GROUND, *SUPPLIES)
            assert (signal == "GND") == (PINS[pin] == GROUND)


@pytest.mark.parametrize("name", DRAWN)
def test_no_pin_gets_more_than_it_bears(name: str) -> None:
    known = descriptions()[name]
    wires = dict(known["wires"])
    supply = {PINS[pin] for pin in wires.values()} & set(SUPPLIES)
    assert supply == {facts()[name]["power"][: len(next(iter(supply)))]}
    assert len(wires) == len(set(wires.values()))
    divided = {known["divider"]["pin"]} if "divider" in known else set()
    assert set(known.get("five_volts", ())) == divided
    if "pull_up" in known:
        assert PINS[wires[known["pull_up"]["to"]]] == "3.3 V"
    if "divider" in known:
        assert PINS[wires[known["divider"]["to"]]] == GROUND
        high, low = (float(known["divider"][key].split()[0]) for key in ("series", "text"))
        assert 2.5 <= 5 * low / (high + low) <= 3.4
