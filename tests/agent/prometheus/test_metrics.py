"""What Prometheus is shown: last values while they are fresh, and the agent's own figures."""

import http.client
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from agent_rig import KEY, NAMESPACE
from gateway_rig import GatewayRig
from outbox_rig import SetClock
from prometheus_client.parser import text_string_to_metric_families
from prometheus_server import Prometheus
from sampling_rig import FakeDriver
from server_process import free_port
from service_rig import ServiceRig, output, sensor

from byteport import Client
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.listen_address import listen_address
from byteport_agent.prometheus.metrics import Value, metrics_app
from byteport_agent.prometheus.server import MetricsServer
from byteport_agent.prometheus.token import MetricsToken
from waiting import wait_for

TOKEN = "canary-t0k3n/+=&%"

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
    "gateway": None,
}


def scraped(*others: Value, **changes: Any) -> dict[tuple[str, ...], float]:
    """Return samples by name and labels' values, of a status that differs."""
    app = metrics_app(lambda: {**STATUS, **changes}, lambda: others)
    return samples(b"".join(app({"REQUEST_METHOD": "GET", "PATH_INFO": "/"}, started)))


def samples(body: bytes) -> dict[tuple[str, ...], float]:
    """Return what Prometheus's own parser reads."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(body.decode())
        for sample in family.samples
    }


def started(status: str, _: Any) -> None:
    assert status == "200 OK"


def test_fresh_numbers_are_shown_with_their_labels() -> None:
    found = scraped()
    values = {labels: value for labels, value in found.items() if labels[0] == "byteport_value"}
    assert values == {
        ("byteport_value", "pi", "temp", "porch", "Cel"): 21.5,
        ("byteport_value", "pi", "on", "porch", ""): 1,
    }


def test_a_field_that_is_reported_less_often_is_fresh_for_longer() -> None:
    tank = {**STATUS["sensors"][1], "every_ms": {"level": 60_000}}
    found = scraped(sensors=[tank])
    assert found["byteport_value", "pi", "level", "tank", ""] == 3


def test_values_of_other_devices_are_shown_in_the_same_way() -> None:
    fresh = Value("board-1", "", "temp", "Cel", "5", True)
    old = Value("board-2", "", "temp", "Cel", "5", False)
    devices = {labels[1] for labels in scraped(fresh, old) if len(labels) == 5}
    assert devices == {"pi", "board-1"}


def test_a_gateways_figures() -> None:
    about = {"devices": 2, "stored": 30, "repeated": 4, "refused": 5}
    found = scraped(gateway=about)
    assert found["byteport_gateway_devices",] == 2
    for name in ("stored", "repeated", "refused"):
        assert found[f"byteport_gateway_{name}_total",] == about[name]


def test_the_agents_own_figures() -> None:
    found = scraped()
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
    with closing(metrics_server()) as server:
        for path, status in {"/metrics": 200, "/": 404, "/status": 404}.items():
            assert asked(server.address, path).status == status
        with pytest.raises(OSError, match="in use"):
            metrics_server(f"127.0.0.1:{server.address[1]}")


def test_X5_a_port_of_its_own_with_a_token_answers_who_has_it_alone() -> None:
    token = FoundKey(Secret(TOKEN), "a test")
    with closing(metrics_server(token=token)) as server:
        assert asked(server.address, "/metrics", f"Bearer {TOKEN}").status == 200
        for other in ("", TOKEN, "Bearer ", f"Bearer {TOKEN}x", "Bearer \u00e5"):
            assert asked(server.address, "/metrics", other).status == 401
        refused = asked(server.address, "/metrics", f"Bearer {TOKEN}")
        assert refused.status == 429  # it has tried too many
        assert 1 <= int(refused.headers["Retry-After"]) <= 2
        assert TOKEN.encode() not in refused.body


def metrics_server(listen: str = "127.0.0.1:0", token: FoundKey | None = None) -> MetricsServer:
    return MetricsServer(lambda: STATUS, listen, MetricsToken(token, SetClock()))


class Got(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


def asked(address: tuple[str, int], path: str, authorization: str = "") -> Got:
    connection = http.client.HTTPConnection(*address, timeout=20)
    with closing(connection):
        connection.request("GET", path, headers={"Authorization": authorization})
        answer = connection.getresponse()
        return Got(answer.status, answer.headers, answer.read())


def test_at_the_gateway_it_has_what_boards_store_while_they_are_not_silent(
    gateway_with: Callable[[str], GatewayRig],
) -> None:
    shown = '[[gateway.device]]\nuid = "board-1"\nsilent_after = "1h"\nunits = { temp = "Cel" }\n'
    rig = gateway_with(f"{shown}[prometheus]\n")
    client = Client(NAMESPACE, KEY, url=rig.url)
    with closing(client):
        for device in ("board-1", "board-2"):
            client.store({"temp": 21.5, "note": "hello"}, device=device)
    wait_for(lambda: len(rig.stored()) == 2)
    address = listen_address(urlsplit(rig.url).netloc)
    found: dict[tuple[str, ...], float] = {}

    def of_boards() -> set[tuple[str, ...]]:
        found.update(samples(asked(address, "/metrics").body))
        return {labels[1:] for labels in found if labels[0] == "byteport_value"}

    wait_for(lambda: len(of_boards()) == 2)
    assert of_boards() == {("board-1", "temp", "", "Cel"), ("board-2", "temp", "", "")}
    assert found["byteport_gateway_stored_total",] == 2
    devices, (series, *_) = rig.gateway.devices, rig.gateway.devices.others()
    now = series.last_ms
    assert devices.is_fresh(series, now + 3_500_000)
    assert not devices.is_fresh(series, now + 3_700_000)  # silent


def test_at_a_gateway_with_a_password_it_takes_a_session_or_the_token(
    gateway_with: Callable[[str], GatewayRig], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "prometheus.token").write_text(f"{TOKEN}\n")
    rig = gateway_with("[prometheus]\n")
    address = listen_address(urlsplit(rig.url).netloc)
    assert asked(address, "/metrics").status == 200
    monkeypatch.setattr(type(rig.gateway.web.access), "needs_password", True)
    assert asked(address, "/metrics").status == 401
    rig.agent.use(rig.configured(f'{rig.text}token_file = "prometheus.token"\n'))
    wait_for(lambda: rig.gateway.is_open)
    address = listen_address(urlsplit(rig.url).netloc)
    assert asked(address, "/metrics", f"Bearer {TOKEN}").status == 200
    assert asked(address, "/metrics").status == 401


@pytest.fixture
def gateway_with(tmp_path: Path) -> Iterator[Callable[[str], GatewayRig]]:
    rigs: list[GatewayRig] = []

    def new(more: str) -> GatewayRig:
        rigs.append(GatewayRig(tmp_path, more))
        return rigs[0]

    yield new
    for rig in rigs:
        rig.close()


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ServiceRig]:
    rig = ServiceRig(tmp_path)
    yield rig
    if hasattr(rig, "agent"):
        rig.agent.stop()


class Load(FakeDriver):
    CHANNELS = (("load_1min", "/", 2),)


def test_an_agent_without_its_port_does_its_work_and_tries_again(
    rig: ServiceRig, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        text = sensor("one", "200ms") + output()
        shown = f'{text}[prometheus]\nlisten = "127.0.0.1:{port}"\n'
        rig.drivers["one"] = Load((1.5,))
        rig.start(shown)
        assert (
            f"no figures for Prometheus at 127.0.0.1:{port}: Address already in use\n"
            in caplog.text
        )
        wait_for(lambda: rig.delivered("one"))
    rig.agent.use(rig.configured(shown))
    body = asked(("127.0.0.1", port), "/metrics").body
    assert samples(body)["byteport_sensor_up", "one"] == 1
    rig.agent.use(rig.configured(text))
    with pytest.raises(ConnectionRefusedError):
        asked(("127.0.0.1", port), "/metrics")


def test_prometheus_reads_a_gateway_and_forgets_a_dead_sensor(
    rig: ServiceRig, tmp_path: Path
) -> None:
    port = free_port()
    for name, text in {"gateway.key": KEY, "prometheus.token": TOKEN}.items():
        (tmp_path / name).write_text(f"{text}\n")
        (tmp_path / name).chmod(0o600)
    rig.drivers["one"], rig.drivers["two"] = Load((1.5,)), Load((2.5,), (2.5,), OSError(5, "gone"))
    shown = (
        f'[gateway]\nlisten = "127.0.0.1:{port}"\nkey_file = "gateway.key"\n'
        '[prometheus]\ntoken_file = "prometheus.token"\n'
    )
    rig.start(sensor("one", "200ms") + sensor("two", "200ms") + output() + shown)
    with Prometheus(f"127.0.0.1:{port}", TOKEN) as prometheus:

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
