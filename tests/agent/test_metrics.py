"""What Prometheus is shown: last values while they are fresh, and the agent's own figures."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from broker_servers import Prometheus, free_port
from prometheus_client.parser import text_string_to_metric_families
from sampling_rig import FakeDriver
from service_rig import ServiceRig, output, sensor, wait_for

from byteport_agent.metrics import Value, metrics_app
from byteport_agent.metrics_server import MetricsServer

STATUS: dict[str, Any] = {
    "now_ms": 1_000_000,
    "device": "pi",
    "sensors": [
        {
            "name": "porch",
            "state": "ok",
            "last_ms": 1_000_000 - 89_000,
            "interval_ms": 30_000,
            "values": {"temp": "21.50", "note": "hello", "on": "True", "huge": "1e999"},
            "units": {"temp": "Cel"},
            "every_ms": {"temp": 30_000, "note": 30_000, "on": None, "huge": 30_000},
            "readings": 7,
            "failures": 2,
        },
        {
            "name": "tank",
            "state": "suspended",
            "last_ms": 1_000_000 - 91_000,
            "interval_ms": 30_000,
            "values": {"level": "3"},
            "units": {},
            "every_ms": {},
            "readings": 1,
            "failures": 9,
        },
        {
            "name": "new",
            "state": "starting",
            "last_ms": None,
            "interval_ms": 30_000,
            "values": {},
            "units": {},
            "every_ms": {},
            "readings": 0,
            "failures": 0,
        },
    ],
    "outputs": [
        {
            "name": "byteport",
            "state": "waiting",
            "backlog": 12,
            "delivered": 100,
            "rejected": 1,
            "lost": 2,
            "errors": 3,
        }
    ],
    "figures": {"uptime": 60, "rss": 20_480},
}


class FakeAgent:
    def __init__(self, **changes: Any) -> None:
        self._status = {**STATUS, **changes}

    def status(self) -> dict[str, Any]:
        return self._status


def scraped(agent: Any, *others: Value) -> dict[tuple[str, ...], float]:
    """Return samples by name and labels' values, as Prometheus's own parser reads them."""
    body = b"".join(
        metrics_app(agent, lambda: others)({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, started)
    )
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def started(status: str, _: Any) -> None:
    assert status == "200 OK"


def test_fresh_numbers_are_shown_with_their_labels() -> None:
    found = scraped(FakeAgent())
    values = {labels: value for labels, value in found.items() if labels[0] == "byteport_value"}
    assert values == {
        ("byteport_value", "pi", "temp", "porch", "Cel"): 21.5,
        ("byteport_value", "pi", "on", "porch", ""): 1,
    }


def test_a_field_that_is_reported_less_often_is_fresh_for_longer() -> None:
    tank = {**STATUS["sensors"][1], "every_ms": {"level": 60_000}}
    found = scraped(FakeAgent(sensors=[tank]))
    assert found["byteport_value", "pi", "level", "tank", ""] == 3


def test_values_of_other_devices_are_shown_in_the_same_way() -> None:
    fresh = Value("board-1", "", "temp", "Cel", "5", 3000, 1000)
    old = Value("board-2", "", "temp", "Cel", "5", 3001, 1000)
    free = Value("board-3", "", "temp", "Cel", "5", 1 << 40, None)
    devices = {labels[1] for labels in scraped(FakeAgent(), fresh, old, free) if len(labels) == 5}
    assert devices == {"pi", "board-1", "board-3"}


def test_the_agents_own_figures() -> None:
    found = scraped(FakeAgent())
    assert found["byteport_sensor_up", "porch"] == 1
    assert found["byteport_sensor_up", "tank"] == 0
    assert found["byteport_sensor_readings_total", "porch"] == 7
    assert found["byteport_sensor_failures_total", "tank"] == 9
    assert found["byteport_output_backlog", "byteport"] == 12
    assert found["byteport_output_delivered_total", "byteport"] == 100
    assert found["byteport_output_state", "byteport", "waiting"] == 1
    assert found["byteport_output_state", "byteport", "ok"] == 0
    assert found["byteport_agent_uptime_seconds",] == 60
    assert found["byteport_agent_resident_bytes",] == 20 << 20


def test_a_port_of_its_own_has_metrics_and_nothing_else() -> None:
    server = MetricsServer(FakeAgent(), "127.0.0.1:0")
    try:
        for path, status in {"/metrics": 200, "/": 404, "/status": 404}.items():
            connection = http.client.HTTPConnection(*server.address, timeout=20)
            connection.request("GET", path)
            answer = connection.getresponse()
            assert (answer.status, bool(answer.read())) == (status, True)
            connection.close()
        with pytest.raises(OSError, match="in use"):
            MetricsServer(FakeAgent(), f"127.0.0.1:{server.address[1]}")
    finally:
        server.stop()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ServiceRig]:
    rig = ServiceRig(tmp_path)
    yield rig
    if hasattr(rig, "agent"):
        rig.agent.stop()


class Load(FakeDriver):
    CHANNELS = (("load_1min", "/", 2),)


def test_prometheus_reads_an_agent_and_forgets_a_dead_sensor(rig: ServiceRig) -> None:
    port = free_port()
    rig.drivers["one"], rig.drivers["two"] = Load((1.5,)), Load((2.5,), (2.5,), OSError(5, "gone"))
    shown = f'[prometheus]\nlisten = "127.0.0.1:{port}"\n'
    rig.start(sensor("one", "200ms") + sensor("two", "200ms") + output() + shown)
    with Prometheus(f"127.0.0.1:{port}") as prometheus:

        def seen() -> set[str]:
            return {each["metric"]["field"] for each in prometheus.query("byteport_value")}

        wait_for(lambda: seen() == {"one"})  # the other's last value is older than 600 ms by now
        (found,) = prometheus.query('byteport_value{field="one"}')
        assert found["value"][1] == "1.5"
        assert found["metric"]["device"] == "greenhouse-1"
        (up,) = prometheus.query('byteport_sensor_up{sensor="two"}')
        assert up["value"][1] == "0"
        rig.agent.use(rig.configured(sensor("one", "200ms") + output()))
        wait_for(lambda: prometheus.query("up")[0]["value"][1] == "0")
