"""The MQTT output against a real mosquitto, through a network that breaks and without one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from broker_servers import Mosquitto
from mqtt_rig import Listener, listening, rig_at, target
from test_delivery_sender import wait_for

TOPIC = "simple_string_dev_message"


@pytest.fixture(scope="module")
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as broker:
        yield broker


def numbers(listener: Listener, device: str = "barDev1") -> list[int]:
    """Return the values of a device's readings in the order in which they came."""
    packets = [packet for text in listener.texts(TOPIC) for packet in json.loads(text)]
    return [
        int(packet["data"].split(";")[0].removeprefix("n1="))
        for packet in packets
        if packet["uid"] == device
    ]


def test_a_reading_is_a_list_of_one(tmp_path: Path, broker: Mosquitto) -> None:
    with listening(broker.port) as listener, rig_at(tmp_path) as rig:
        rig.start(target(broker.url))
        rig.put(note="i love you")
        rig.drained()
        wait_for(lambda: listener.heard)
    assert listener.heard[0][0] == TOPIC
    assert json.loads(listener.heard[0][1]) == [
        {
            "namespace": "myownspace",
            "uid": "barDev1",
            "timestamp": "0.000",
            "data": 'n1=0;note="i love you";',
        }
    ]
