"""What the publisher costs a board: bytes of .mpy, garbage of one reading, nothing left over.

Measured on the 32-bit MicroPython, whose objects are as large as an ESP32's.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from mosquitto import Mosquitto

from compiled_core import board

# all that is read to publish a reading; the rest is read when something goes wrong
PUBLISHING = ("__init__", "compat", "mqtt")
READINGS = ("data_form", "mqtt_messages", "station_mqtt")


@pytest.fixture(scope="module")
def broker() -> Iterator[Mosquitto]:
    # else it holds a second confirmation back until the first is acknowledged, for 40 ms
    with Mosquitto(lines="set_tcp_nodelay true") as broker:
        yield broker


def sizes(core: Path, *names: str) -> int:
    return sum((core / "byteport" / f"{name}.mpy").stat().st_size for name in names)


def test_the_publisher_is_within_2500_bytes(core: Path) -> None:
    assert sizes(core, "mqtt") <= 2500


def test_what_a_station_needs_besides_is_within_3500_bytes(core: Path) -> None:
    assert sizes(core, *READINGS) <= 3500


def test_no_other_file_is_read_to_publish_and_20_kb_of_heap_are_enough(
    core: Path, broker: Mosquitto
) -> None:
    for path in (core / "byteport").iterdir():
        if path.stem not in PUBLISHING:
            path.rename(path.with_suffix(".aside"))
    try:
        script = (
            "from byteport.mqtt import Publisher\n"
            f"publisher = Publisher({broker.url!r}, 'myownspace.barDev1')\n"
            "publisher.publish('base/n1', b'21.5')\n"
            "publisher.flush()\n"
            "publisher.close()\n"
        )
        board(core, script, heap="20k")
    finally:
        for path in (core / "byteport").glob("*.aside"):
            path.rename(path.with_suffix(".mpy"))


SCRIPT = """
import gc
from byteport.encoder import append_fields
from byteport.station_mqtt import MqttOutput
output = MqttOutput({settings}, {{}})
form = bytearray()
append_fields(form, (("temperature", 21.53), ("humidity", 50.25), ("pressure", 1013.25)))


def send(number):
    assert output.send(form, "1410613385.%03d" % (number % 1000)) == 200, output.why


for number in range(20):
    send(number)
"""
ALLOCATION = """
most = 0
for number in range(20):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    send(number)
    most = max(most, gc.mem_alloc() - before)
    gc.enable()
print(most)
"""
LEAK = """
gc.collect()
before = gc.mem_alloc()
for number in range(1000):
    send(number)
gc.collect()
print(gc.mem_alloc() - before)
"""


def script(broker: Mosquitto, dialect: str, rest: str) -> str:
    output = {
        "url": broker.url,
        "client_id": "myownspace.barDev1",
        "dialect": dialect,
        "keep_alive_ms": 60000,
        "window": 10,
        "timeout_ms": 20000,
        "base": "home",
        "sensors": {"temperature": "porch"},
    }
    device = {"namespace": "myownspace", "uid": "barDev1"}
    settings = json.dumps({"device": device, "output": output})
    return SCRIPT.format(settings=settings) + rest


@pytest.mark.parametrize(("dialect", "most"), [("byteport", 1000), ("plain", 1600)])
def test_what_a_reading_of_three_numbers_allocates(
    core: Path, broker: Mosquitto, dialect: str, most: int
) -> None:
    found = int(board(core, script(broker, dialect, ALLOCATION)))
    assert 0 < found <= most


@pytest.mark.parametrize("dialect", ["byteport", "plain"])
def test_a_thousand_readings_leave_the_heap_as_it_was(
    core: Path, broker: Mosquitto, dialect: str
) -> None:
    assert int(board(core, script(broker, dialect, LEAK))) <= 0
