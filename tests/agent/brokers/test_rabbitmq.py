"""MQTT and STOMP outputs against a real RabbitMQ, with a virtual host for each namespace.

It takes seconds to start, so there is one for all of these; `make test` runs them in one process.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mqtt_rig import PASSWORD, Rig, rig_at, target
from rabbitmq import RabbitMQ
from stomp.connect import StompConnection12

import tls_certificates
from byteport.errors import Refused
from byteport.mqtt import Publisher
from byteport.mqtt_messages import ByteportMessages
from byteport_agent.brokers.mqtt_output import MqttOutput
from byteport_agent.brokers.stomp_output import StompOutput
from byteport_agent.config import StompTarget
from byteport_agent.delivery import sender
from byteport_agent.delivery.around import Around, Arrived
from byteport_agent.keys import FoundKey, Secret
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.faults import always
from byteport_mocks.network_faults import Mute, Reset, Stall
from waiting import wait_for

KINDS = ("mqtt", "stomp")
QUEUE = "/queue/simple_string_dev_message"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    authority = tls_certificates.make(host="ca.example")
    certificate = tls_certificates.make(authority)
    (folder / "ca.pem").write_bytes(authority.pem())
    (folder / "server.pem").write_bytes(certificate.key_pem() + certificate.pem())
    return folder


@pytest.fixture(scope="module")
def broker(tls: Path) -> Iterator[RabbitMQ]:
    with RabbitMQ(PASSWORD, tls) as broker:
        yield broker


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path, "broker") as rig:
        yield rig


class Consumer:
    """What reads Byteport's queue in one virtual host."""

    def __init__(self, broker: RabbitMQ, vhost: str) -> None:
        self.packets: list[dict[str, str]] = []
        self._client = StompConnection12([("127.0.0.1", broker.ports["stomp"])], vhost=vhost)
        self._client.set_listener("test", self)
        self._client.connect("me", PASSWORD, wait=True)
        self._client.subscribe(QUEUE, "1")

    def on_message(self, frame: Any) -> None:
        self.packets += json.loads(frame.body)

    def numbers(self, device: str = "barDev1") -> list[int]:
        return [
            int(each["data"].split(";")[0].removeprefix("n1="))
            for each in list(self.packets)
            if each["uid"] == device
        ]

    def send(self, destination: str, text: str) -> None:
        self._client.send(destination, text)

    def close(self) -> None:
        self._client.disconnect("bye")


@contextmanager
def consuming(broker: RabbitMQ, vhost: str = "myownspace") -> Iterator[Consumer]:
    consumer = Consumer(broker, vhost)
    try:
        yield consumer
    finally:
        consumer.close()


def start(rig: Rig, kind: str, url: str, around: Around | None = None, **settings: Any) -> None:
    namespace = settings.pop("namespace", "myownspace")
    about = {"name": "broker", "user": "me", "password": PASSWORD, **settings}
    if kind == "mqtt":
        rig.start(target(url, **about), around or Around(), MqttOutput, namespace)
        return
    about["password"] = FoundKey(Secret(about["password"]), "a test")
    about = {"retry_min_ms": 100, "retry_max_ms": 300, "max_rate": 10_000, **about}
    found = StompTarget(type="stomp", url=url, **about)
    rig.start(found, around or Around(), StompOutput, namespace)


def first_times(values: list[int]) -> list[int]:
    return list(dict.fromkeys(values))


@pytest.mark.parametrize("kind", ["mqtt", "stomp", "mqtts", "stomps"])
def test_a_backlog_arrives_in_order_in_its_namespace_alone(
    rig: Rig, broker: RabbitMQ, tls: Path, kind: str
) -> None:
    ca = {"ca": str(tls / "ca.pem")} if kind.endswith("s") else {}
    with consuming(broker) as consumer, consuming(broker, "other") as other:
        rig.put(1000)
        start(rig, kind.removesuffix("s"), broker.url(kind), **ca)
        rig.drained()
        rig.put(1, note="i love you")
        rig.drained()
        wait_for(lambda: len(consumer.packets) == 1001)
    assert consumer.numbers() == list(range(1001))
    assert consumer.packets[-1] == {
        "namespace": "myownspace",
        "uid": "barDev1",
        "timestamp": "1.000",
        "data": 'n1=1000;note="i love you";',
    }
    assert other.packets == []
    assert rig.output.status().state == "ok"


@pytest.mark.parametrize("kind", KINDS)
def test_N7_a_wrong_password_holds_all_and_is_not_shown(
    rig: Rig, broker: RabbitMQ, kind: str
) -> None:
    rig.put(3)
    start(rig, kind, broker.url(kind), password=PASSWORD + "x")
    wait_for(lambda: rig.output.status().state == "held")
    reason = rig.output.status().reason
    assert ("wrong user or password" if kind == "mqtt" else "Access refused for user") in reason
    assert PASSWORD not in reason + "".join(rig.said.lines)
    assert rig.outbox.backlog("broker") == 3


@pytest.mark.parametrize("kind", KINDS)
def test_a_namespace_without_a_virtual_host_is_held(rig: Rig, broker: RabbitMQ, kind: str) -> None:
    rig.put(3)
    start(rig, kind, broker.url(kind), namespace="nowhere")
    wait_for(lambda: rig.output.status().state == "held")
    assert rig.outbox.backlog("broker") == 3


@pytest.mark.parametrize("kind", KINDS)
def test_N4_resets_lose_nothing_and_keep_the_order(rig: Rig, broker: RabbitMQ, kind: str) -> None:
    with (
        consuming(broker) as consumer,
        ChaosProxy(("127.0.0.1", broker.ports[kind]), seed=3) as proxy,
    ):
        proxy.inject(Reset(range(60_000)))
        rig.put(2000)
        start(rig, kind, f"{kind}://127.0.0.1:{proxy.port}", retry_max_ms=100)
        wait_for(lambda: proxy.resets >= 4 or not rig.outbox.backlog("broker"))
        proxy.clear()
        rig.drained()
        breaks = proxy.resets
        wait_for(lambda: len(first_times(consumer.numbers())) == 2000)
    assert breaks >= 2
    assert first_times(consumer.numbers()) == list(range(2000))
    assert len(consumer.numbers()) - 2000 <= 500 * breaks


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_queue_holds_readings_until_it_has_room(
    rig: Rig, broker: RabbitMQ, kind: str
) -> None:
    start(rig, kind, broker.url(kind), namespace="fullspace", timeout_ms=2000, window=1)
    for _ in range(5):  # a message each
        rig.put(1)
        time.sleep(0.2)
    wait_for(lambda: rig.output.status().state == "waiting")
    assert rig.outbox.backlog("broker") >= 2
    with consuming(broker, "fullspace") as consumer:
        rig.drained()
        wait_for(lambda: len(first_times(consumer.numbers())) == 5)
    assert first_times(consumer.numbers()) == list(range(5))


def test_N22_stomp_without_a_receipt_nothing_is_delivered(rig: Rig, broker: RabbitMQ) -> None:
    with (
        consuming(broker) as consumer,
        ChaosProxy(("127.0.0.1", broker.ports["stomp"])) as proxy,
    ):
        start(rig, "stomp", f"stomp://127.0.0.1:{proxy.port}", window=2, timeout_ms=1000)
        rig.put(1)
        rig.drained()
        proxy.to_client.delay_s = 3600
        rig.put(499)
        wait_for(lambda: rig.output.status().state == "waiting")
        assert "no RECEIPT in time for 5 messages" in rig.output.status().reason
        assert rig.outbox.backlog("broker") == 499
        assert len(consumer.packets) <= 1 + 200
        proxy.to_client.delay_s = 0
        rig.drained()
        wait_for(lambda: len(first_times(consumer.numbers())) == 500)


def test_a_stomp_broker_that_is_silent_is_noticed(rig: Rig, broker: RabbitMQ) -> None:
    with ChaosProxy(("127.0.0.1", broker.ports["stomp"])) as proxy:
        start(rig, "stomp", f"stomp://127.0.0.1:{proxy.port}", heart_beat_ms=1000)
        wait_for(lambda: rig.output._dispatch._unconnected is False)
        proxy.inject(Stall(always()))  # nor does its end arrive, where it misses our heart-beats
        wait_for(lambda: rig.output.status().state == "waiting")
        assert "it was silent for too long" in rig.output.status().reason
        proxy.clear()
        wait_for(lambda: rig.output.status().state == "ok")


@pytest.mark.parametrize("kind", KINDS)
def test_P1_a_stop_cuts_a_call_that_waits(
    rig: Rig, broker: RabbitMQ, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_GRACE_S", 0.1)
    with ChaosProxy(("127.0.0.1", broker.ports[kind])) as proxy:
        proxy.inject(Mute(always()))
        start(rig, kind, f"{kind}://127.0.0.1:{proxy.port}", timeout_ms=600_000)
        wait_for(lambda: proxy.muted)
        begin = time.monotonic()
        rig.output.stop(4000)
        assert time.monotonic() - begin < 4


def test_N15_stomp_to_an_expired_certificate(rig: Rig, tmp_path: Path) -> None:
    from byteport_mocks.scripted_server import ScriptedServer

    authority = tls_certificates.make(host="ca.example")
    expired = tls_certificates.make(authority, -30, -1)
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    with ScriptedServer(tls=expired.server_context(tmp_path, "server")) as server:
        url = server.url.replace("https", "stomps")
        rig.put()
        start(rig, "stomp", url, ca=str(tmp_path / "ca.pem"))
        wait_for(lambda: rig.output.status().state == "waiting")
    assert "certificate has expired" in rig.output.status().reason
    assert "is this machine's clock right?" in rig.output.status().reason


class Inbox:
    """Takes messages to the device, and handles them when told so."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        self.reached: list[bool] = []
        self._lock = threading.Lock()

    def around(self) -> Around:
        return Around(take=self.take, reached=lambda _, is_there: self.reached.append(is_there))

    def take(self, arrived: Arrived) -> None:
        with self._lock:
            self.arrived.append(arrived)

    def texts(self) -> list[bytes]:
        return [each.content for each in self.arrived]


WAYS = {  # how a message is taken, and where Byteport would send it
    "mqtt": ({}, "/topic/myownspace.barDev1"),
    "queue": ({"messages_from": "queue"}, "/queue/device_messages_myownspace.barDev1"),
    "topic": ({"messages_from": "topic"}, "/topic/device_messages_myownspace.barDev1"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_message_arrives_and_is_sent_again_until_it_was_handled(
    rig: Rig, broker: RabbitMQ, way: str
) -> None:
    kind = "mqtt" if way == "mqtt" else "stomp"
    settings, destination = WAYS[way]
    inbox = Inbox()
    with (
        consuming(broker) as sender,
        ChaosProxy(("127.0.0.1", broker.ports[kind])) as proxy,
    ):
        start(
            rig,
            kind,
            f"{kind}://127.0.0.1:{proxy.port}",
            inbox.around(),
            messages=True,
            **settings,
        )
        wait_for(lambda: inbox.reached[-1:] == [True])
        sender.send(destination, "one")
        sender.send(destination, "two")
        wait_for(lambda: inbox.texts() == [b"one", b"two"])
        inbox.arrived[0].done()
        rig.put()
        rig.drained()  # behind the acknowledgement
        proxy.reset_connections()
        wait_for(lambda: inbox.reached[-2:] == [False, True])
        if way != "topic":  # a topic's messages are for those who are there
            wait_for(lambda: len(inbox.arrived) == 3)
            assert inbox.texts()[2] == b"two"
            assert inbox.arrived[2].again
            inbox.arrived[2].done()
        sender.send(destination, "three")
        wait_for(lambda: inbox.texts()[-1:] == [b"three"])
        inbox.arrived[-1].done()
        rig.put()
        rig.drained()
    assert inbox.texts().count(b"one") == 1


def steadily(rig: Rig, stop: threading.Event) -> None:
    while not stop.is_set():
        rig.put(5, device=rig.device)
        time.sleep(0.01)


def test_a_broker_that_is_killed_in_mid_stream_costs_no_reading(
    tmp_path: Path, broker: RabbitMQ
) -> None:
    """What it had confirmed it had on its disk; what it had not is sent again."""
    stop = threading.Event()
    with ExitStack() as stack:
        rigs = {}
        for kind in KINDS:
            (tmp_path / kind).mkdir()
            rigs[kind] = stack.enter_context(rig_at(tmp_path / kind, "broker"))
            rigs[kind].device = f"by-{kind}"
            start(rigs[kind], kind, broker.url(kind), retry_max_ms=1000)
        threads = [
            threading.Thread(target=steadily, args=(rig, stop), daemon=True)
            for rig in rigs.values()
        ]
        stack.callback(stop.set)
        for thread in threads:
            thread.start()
        wait_for(lambda: all(rig.output.status().delivered > 300 for rig in rigs.values()))
        broker.kill()
        wait_for(lambda: all(rig.output.status().state == "waiting" for rig in rigs.values()))
        stop.set()
        for thread in threads:
            thread.join()
        broker.start()
        for rig in rigs.values():
            rig.drained()
        with consuming(broker) as consumer:
            for kind, rig in rigs.items():
                wait_for(lambda: len(set(consumer.numbers(f"by-{kind}"))) == rig.made)  # noqa: B023
                found = consumer.numbers(f"by-{kind}")
                assert first_times(found) == list(range(rig.made))
                assert len(found) - rig.made <= 500


def test_a_boards_publisher_in_its_namespace(broker: RabbitMQ) -> None:
    publisher = Publisher(broker.url("mqtt"), "myownspace.board1", "myownspace:me", PASSWORD)
    messages = ByteportMessages("myownspace", "board1")
    with consuming(broker) as consumer:
        for number in range(50):
            messages.publish(publisher, f"&n1={number}&note=i+love+you".encode(), f"{number}.000")
        publisher.flush()
        publisher.ping()
        publisher.close()
        wait_for(lambda: len(consumer.numbers("board1")) == 50)
    assert consumer.numbers("board1") == list(range(50))
    assert consumer.packets[-1]["data"] == 'n1=49;note="i love you";'
    wrong = Publisher(broker.url("mqtt"), "myownspace.board1", "other:me", PASSWORD + "x")
    with pytest.raises(Refused, match="wrong user or password"):
        wrong.ping()
    assert PASSWORD not in repr(wrong)
