"""Plain topics against a real mosquitto: values, whether the agent is there, and discovery."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mosquitto import Mosquitto
from mqtt_rig import Listener, Rig, listening, rig_at, target

from byteport_agent.delivery.around import Around
from byteport_agent.outbox import Reading
from byteport_agent.sampling.sensor_status import SensorStatus
from byteport_mocks.chaos_proxy import ChaosProxy
from waiting import wait_for

STATUS = "byteport/barDev1/status"


@pytest.fixture
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as broker:
        yield broker


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path) as rig:
        yield rig


def plain(broker: Mosquitto, **settings: Any) -> Any:
    return target(broker.url, dialect="plain", **settings)


def read(rig: Rig, sensor: str = "porch", device: str = "barDev1", **fields: str) -> None:
    rig.outbox.append([Reading(device, sensor, tuple(fields.items()), 0, 1)])
    if rig.output is not None:
        rig.output.wake()


def sensor(name: str, unit: str, every_ms: int | None, value: str = "21.50") -> SensorStatus:
    return SensorStatus(
        name="porch",
        driver="bme280",
        place="",
        interval_ms=30_000,
        state="ok",
        reason="",
        since_ms=0,
        last_ms=0,
        values={name: value},
        units={name: unit},
        every_ms={name: every_ms},
        readings=1,
        failures=0,
        skipped=0,
        refused=0,
    )


def test_a_field_is_a_topic_and_its_value_a_number(rig: Rig, broker: Mosquitto) -> None:
    with listening(broker.port) as listener:
        rig.start(plain(broker))
        read(rig, porch_temp="21.50", porch_rh="47")
        read(rig, "", "board-1", **{"a:b": 'å;"\n'})
        rig.drained()
        wait_for(lambda: len(listener.heard) == 4)
    assert listener.heard == [
        (STATUS, b"online", False),
        ("byteport/barDev1/porch/porch_temp", b"21.50", False),
        ("byteport/barDev1/porch/porch_rh", b"47", False),
        ("byteport/board-1/a:b", 'å;"\n'.encode(), False),
    ]


def test_who_comes_later_hears_the_last_value_if_it_is_retained(
    rig: Rig, broker: Mosquitto
) -> None:
    rig.start(plain(broker, retain=True, base="home/up"))
    for value in ("20", "21", "22"):
        read(rig, porch_temp=value)
    read(rig, "agent", error="a message")
    rig.drained()
    with listening(broker.port) as listener:
        wait_for(lambda: len(listener.heard) == 2)
    assert sorted(listener.heard) == [
        ("home/up/barDev1/porch/porch_temp", b"22", True),
        ("home/up/barDev1/status", b"online", True),
    ]


def test_the_status_says_whether_the_agent_is_there(rig: Rig, broker: Mosquitto) -> None:
    with (
        listening(broker.port, STATUS) as listener,
        ChaosProxy(("127.0.0.1", broker.port)) as proxy,
    ):
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", dialect="plain"))
        wait_for(lambda: listener.texts(STATUS) == ["online"])
        proxy.reset_connections()  # the broker tells it: the last will
        wait_for(lambda: listener.texts(STATUS) == ["online", "offline", "online"])
        rig.stop()
        wait_for(lambda: listener.texts(STATUS) == ["online", "offline", "online", "offline"])


def discovered(listener: Listener) -> dict[str, dict[str, Any]]:
    found = {topic: payload for topic, payload, _ in listener.heard if topic.endswith("/config")}
    return {topic: json.loads(payload) for topic, payload in found.items()}


def test_home_assistant_is_told_of_a_field_before_its_first_value(
    rig: Rig, broker: Mosquitto
) -> None:
    around = Around(lambda: [sensor("porch_temp", "Cel", 30_000)])
    with listening(broker.port) as listener:
        rig.start(plain(broker, discovery=True), around)
        read(rig, porch_temp="21.50")
        read(rig, porch_temp="21.51")
        rig.drained()
        wait_for(lambda: len(listener.heard) == 4)
        topics = [topic for topic, _, _ in listener.heard]
    config = "homeassistant/sensor/barDev1/porch_porch_temp/config"
    assert topics == [STATUS, config, *["byteport/barDev1/porch/porch_temp"] * 2]
    about = discovered(listener)[config]
    assert about.pop("origin")["name"] == "byteport-agent"
    assert about["device"].pop("sw_version")
    assert about == {
        "name": "porch_temp",
        "unique_id": "myownspace.barDev1.porch.porch_temp",
        "state_topic": "byteport/barDev1/porch/porch_temp",
        "availability_topic": STATUS,
        "device": {"identifiers": ["myownspace.barDev1"], "name": "barDev1"},
        "unit_of_measurement": "°C",
        "device_class": "temperature",
        "state_class": "measurement",
        "expire_after": 95,
    }


def test_discovery_is_retained_and_told_again_after_a_break(rig: Rig, broker: Mosquitto) -> None:
    with (
        listening(broker.port, "homeassistant/#") as listener,
        ChaosProxy(("127.0.0.1", broker.port)) as proxy,
    ):
        url = f"mqtt://127.0.0.1:{proxy.port}"
        rig.start(target(url, dialect="plain", discovery=True))
        read(rig, porch_temp="21.50")
        wait_for(lambda: len(listener.heard) == 1)
        proxy.reset_connections()
        read(rig, porch_temp="21.50")
        wait_for(lambda: len(listener.heard) == 2)
    with listening(broker.port, "homeassistant/#") as later:
        wait_for(lambda: len(later.heard) == 1)
        assert later.heard[0][2]


FIELDS = [
    # field, SenML unit, how often, last value -> what it must have, what it must not
    ("porch_temp", "Cel", None, "1", {"device_class": "temperature"}, {"expire_after"}),
    ("porch_rh", "%RH", 1000, "1", {"unit_of_measurement": "%", "expire_after": 8}, set()),
    ("co2", "ppm", 1000, "1", {"device_class": "carbon_dioxide"}, set()),
    ("gas", "ppm", 1000, "1", {"unit_of_measurement": "ppm"}, {"device_class"}),
    ("door", "/", 1000, "1", {"state_class": "measurement"}, {"unit_of_measurement"}),
    ("pulses", "count", 1000, "7", {"state_class": "measurement"}, {"unit_of_measurement"}),
    ("note", "", 1000, "hello", {}, {"unit_of_measurement", "state_class", "device_class"}),
    ("odd", "xyz", 1000, "1", {"unit_of_measurement": "xyz"}, {"device_class"}),
]


@pytest.mark.parametrize(("field", "unit", "every", "value", "has", "lacks"), FIELDS)
def test_what_is_told_of_a_field(
    rig: Rig,
    field: str,
    unit: str,
    every: int | None,
    value: str,
    has: dict[str, Any],
    lacks: set[str],
) -> None:
    from byteport_agent.brokers.home_assistant import Discovery

    discovery = Discovery(
        "ha",
        "ns",
        "barDev1",
        lambda *parts: "/".join(parts),
        "status",
        lambda: [sensor(field, unit, every, value)],
    )
    (message,) = discovery.messages("barDev1", "porch", [field])
    about = json.loads(message.payload)
    assert has.items() <= about.items()
    assert not lacks & set(about)
    assert discovery.messages("barDev1", "porch", [field]) == []


def test_a_board_behind_a_gateway_is_a_device_of_its_own(rig: Rig) -> None:
    from byteport_agent.brokers.home_assistant import Discovery

    discovery = Discovery(
        "ha", "ns", "pi", lambda *parts: "/".join(parts), "status", lambda: [sensor("x1", "Cel", 1)]
    )
    (message,) = discovery.messages("bo:ard", "porch", ["x1"])
    assert message.topic == "ha/sensor/bo_ard/porch_x1/config"
    about = json.loads(message.payload)
    assert about["device"]["via_device"] == "ns.pi"
    assert "unit_of_measurement" not in about  # of another device's fields nothing is known
