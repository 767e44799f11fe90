"""The MQTT output against a real mosquitto, through a network that breaks and without one."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_rig import KEY
from mosquitto import Mosquitto
from mqtt_rig import PASSWORD, Listener, Rig, listening, rig_at, target

import tls_certificates
from byteport_agent.delivery import sender
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.faults import always, every
from byteport_mocks.network_faults import TO_CLIENT, Mute, Reset
from byteport_mocks.scripted_server import ScriptedServer
from waiting import wait_for

TOPIC = "simple_string_dev_message"


@pytest.fixture(scope="module")
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as broker:
        yield broker


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    with listening(broker.port, TOPIC) as listener:
        yield listener


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path) as rig:
        yield rig


def numbers(listener: Listener, device: str = "barDev1") -> list[int]:
    """Return the values of a device's readings in the order in which they came."""
    packets = [packet for text in listener.texts(TOPIC) for packet in json.loads(text)]
    return [
        int(packet["data"].split(";")[0].removeprefix("n1="))
        for packet in packets
        if packet["uid"] == device
    ]


def first_times(values: list[int]) -> list[int]:
    return list(dict.fromkeys(values))


def test_a_reading_is_a_list_of_one(rig: Rig, listener: Listener, broker: Mosquitto) -> None:
    rig.start(target(broker.url))
    rig.put(note="i love you")
    rig.drained()
    wait_for(lambda: listener.heard)
    assert json.loads(listener.heard[0][1]) == [
        {
            "namespace": "myownspace",
            "uid": "barDev1",
            "timestamp": "0.000",
            "data": 'n1=0;note="i love you";',
        }
    ]
    assert rig.output.status().type == "mqtt"


def test_a_backlog_goes_in_large_messages_in_order(
    rig: Rig, listener: Listener, broker: Mosquitto
) -> None:
    rig.put(2000)
    rig.put(500, device="other-1")
    rig.start(target(broker.url))
    rig.drained()
    wait_for(lambda: len(numbers(listener)) + len(numbers(listener, "other-1")) == 2500)
    assert numbers(listener) == list(range(2000))
    assert numbers(listener, "other-1") == list(range(2000, 2500))
    sizes = [len(json.loads(payload)) for _, payload, _ in listener.heard]
    assert max(sizes) == 100
    assert len(sizes) < 40
    assert max(len(payload) for _, payload, _ in listener.heard) < 64_000


@pytest.mark.parametrize("window", [1, 3])
def test_N22_without_a_puback_nothing_is_delivered_and_no_more_than_a_window_sent(
    rig: Rig, listener: Listener, broker: Mosquitto, window: int
) -> None:
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", window=window, timeout_ms=1000))
        rig.put(1)
        rig.drained()
        proxy.to_client.delay_s = 3600
        rig.put(499)
        wait_for(lambda: rig.output.status().state == "waiting")
        assert "no PUBACK in time for 5 messages" in rig.output.status().reason
        assert rig.outbox.backlog("mqtt") == 499
        assert len(numbers(listener)) <= 1 + 100 * window
        proxy.to_client.delay_s = 0
        rig.drained()
    wait_for(lambda: len(first_times(numbers(listener))) == 500)
    assert first_times(numbers(listener)) == list(range(500))


def test_N4_resets_lose_nothing_and_repeat_no_more_than_what_was_under_way(
    rig: Rig, listener: Listener, broker: Mosquitto
) -> None:
    with ChaosProxy(("127.0.0.1", broker.port), seed=5) as proxy:
        proxy.inject(Reset(range(60_000)))
        proxy.inject(Reset(range(60), TO_CLIENT, every(2)))
        rig.put(4000)
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", retry_max_ms=100))
        wait_for(lambda: proxy.resets >= 8 or not rig.outbox.backlog("mqtt"))
        proxy.clear()
        rig.drained()
        breaks = proxy.resets
        assert breaks >= 4
    wait_for(lambda: len(first_times(numbers(listener))) == 4000)
    found = numbers(listener)
    assert first_times(found) == list(range(4000))
    assert len(found) - 4000 <= 500 * breaks
    assert rig.output.status().delivered == 4000


def test_what_was_confirmed_of_a_call_is_not_sent_again_with_it(
    rig: Rig, listener: Listener, broker: Mosquitto
) -> None:
    """A window of one: the break comes behind the third PUBACK, whose message alone repeats."""
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        acknowledged = 4 + 2 * 4  # CONNACK, two PUBACKs
        proxy.inject(Reset(acknowledged, TO_CLIENT, lambda count, _: count == 1))
        rig.put(500)
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", window=1))
        rig.drained()
        assert proxy.resets == 1
    wait_for(lambda: len(numbers(listener)) >= 600)
    assert numbers(listener) == [*range(300), *range(200, 500)]


def test_N3_a_mute_broker_is_left_in_time(rig: Rig, broker: Mosquitto) -> None:
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        proxy.inject(Mute(always()))
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", timeout_ms=300))
        wait_for(lambda: rig.output.status().state == "waiting")
        assert "no answer to CONNECT in time" in rig.output.status().reason
        proxy.clear()
        wait_for(lambda: rig.output.status().state == "ok")


def test_P1_a_stop_cuts_a_call_that_waits(
    rig: Rig, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_GRACE_S", 0.1)
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        proxy.inject(Mute(always()))
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}", timeout_ms=600_000))
        wait_for(lambda: proxy.muted)
        begin = time.monotonic()
        rig.output.stop(8000)
        assert time.monotonic() - begin < 8
    assert [each for each in rig.said.lines if each.startswith("ERROR")] == []


def test_a_connection_lost_while_nothing_is_sent_is_made_again(rig: Rig, broker: Mosquitto) -> None:
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        rig.start(target(f"mqtt://127.0.0.1:{proxy.port}"))
        wait_for(lambda: proxy.connections == 1 and rig.output.status().state == "ok")
        wait_for(lambda: rig.output._dispatch._unconnected is False)
        proxy.reset_connections()
        wait_for(lambda: proxy.connections == 2)
        wait_for(lambda: rig.output.status().state == "ok")
    warned = [line for line in rig.said.lines if line.startswith("WARNING")]
    assert "looks why): mqtt://127.0.0.1:" in warned[0]
    assert (
        "it closed the connection: does another client use the id myownspace.barDev1" in warned[0]
    )


def test_two_with_one_id_are_told_of(rig: Rig, broker: Mosquitto, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    with rig_at(tmp_path / "two") as other:
        rig.start(target(broker.url))
        wait_for(lambda: rig.output._dispatch._unconnected is False)
        other.start(target(broker.url))
        wait_for(lambda: "does another client use the id" in "".join(rig.said.lines))


def test_a_broker_that_is_killed_and_comes_back(rig: Rig) -> None:
    with Mosquitto() as broker, listening(broker.port, TOPIC) as listener:
        rig.start(target(broker.url))
        rig.put(100)
        rig.drained()
        broker.kill()
        rig.put(2000)
        wait_for(lambda: rig.output.status().state == "waiting")
        broker.start()
        rig.drained()
        wait_for(lambda: listener.heard and numbers(listener)[-1] == 2099)
        found = first_times(numbers(listener))
        # what it had confirmed it may have kept in memory alone, for a listener that was not there
        assert found == sorted(found)
        assert rig.output.status().state == "ok"


def test_N7_a_wrong_password_holds_all_and_is_not_shown(rig: Rig, tmp_path: Path) -> None:
    with Mosquitto(users={"me": PASSWORD}) as broker:
        rig.put(3)
        about = {"user": "me", "dialect": "plain"}
        rig.start(target(broker.url, password=PASSWORD + "x", **about))
        wait_for(lambda: rig.output.status().state == "held")
        reason = rig.output.status().reason
        assert reason.endswith("wrong user or password, or this user may not connect")
        assert PASSWORD not in reason + "".join(rig.said.lines)
        assert rig.outbox.backlog("mqtt") == 3
        rig.stop()
        with listening(broker.port, "byteport/#", "me", PASSWORD) as listener:
            rig.start(target(broker.url, password=PASSWORD, **about))
            rig.drained()
            wait_for(lambda: listener.texts("byteport/barDev1/porch/n1") == ["0", "1", "2"])
    assert PASSWORD.encode() not in (tmp_path / "outbox.db").read_bytes()


WRONG = ("expired", "not yet valid", "self-signed", "wrong host")


@pytest.mark.parametrize("wrong", WRONG)
def test_N15_a_certificate_that_is_wrong(rig: Rig, tmp_path: Path, wrong: str) -> None:
    authority = tls_certificates.make(host="ca.example")
    certificate = {
        "self-signed": lambda: tls_certificates.make(),
        "expired": lambda: tls_certificates.make(authority, -30, -1),
        "not yet valid": lambda: tls_certificates.make(authority, 1, 30),
        "wrong host": lambda: tls_certificates.make(authority, host="elsewhere.example"),
    }[wrong]()
    with served_by_tls(tmp_path, authority, certificate) as broker:
        rig.put()
        rig.start(target(f"mqtts://127.0.0.1:{broker.tls_port}", ca=str(tmp_path / "ca.pem")))
        wait_for(lambda: rig.output.status().state == "waiting")
        reason = rig.output.status().reason
    words = {"expired": "expired", "not yet valid": "not yet valid", "wrong host": "mismatch"}
    assert f"mqtts://127.0.0.1:{broker.tls_port}: certificate: " in reason
    assert words.get(wrong, "self-signed") in reason
    assert "is this machine's clock right?" in reason
    assert rig.outbox.backlog("mqtt") == 1


def served_by_tls(
    folder: Path,
    authority: tls_certificates.Certificate,
    certificate: tls_certificates.Certificate,
    asks_certificate: bool = False,
) -> Mosquitto:
    (folder / "ca.pem").write_bytes(authority.pem())
    (folder / "server.pem").write_bytes(certificate.key_pem() + certificate.pem())
    return Mosquitto(tls=folder, asks_certificate=asks_certificate)


def test_X3_tls_with_a_certificate_of_its_own(rig: Rig, tmp_path: Path) -> None:
    authority = tls_certificates.make(host="ca.example")
    own = tls_certificates.make(authority, host="barDev1")
    (tmp_path / "own.pem").write_bytes(own.key_pem() + own.pem())
    with served_by_tls(tmp_path, authority, tls_certificates.make(authority), True) as broker:
        url = f"mqtts://127.0.0.1:{broker.tls_port}"
        rig.put(500)
        rig.start(target(url, ca=str(tmp_path / "ca.pem")))
        wait_for(lambda: rig.output.status().state == "waiting")
        assert "does it want TLS, a certificate?" in rig.output.status().reason
        rig.stop()
        with listening(broker.port, TOPIC) as listener:
            own_pem = str(tmp_path / "own.pem")
            rig.start(target(url, ca=str(tmp_path / "ca.pem"), client_certificate=own_pem))
            rig.drained()
            wait_for(lambda: numbers(listener) == list(range(500)))


def test_N22_what_the_form_cannot_carry_is_a_dead_letter_and_the_rest_is_sent(
    rig: Rig, listener: Listener, broker: Mosquitto
) -> None:
    rig.put(6)
    rig.put(1, bad="a;b", good="a b")
    rig.put(1)
    rig.start(target(broker.url))
    rig.drained()
    ((output, reason, entry),) = rig.outbox.dead_letters()
    assert (output, entry.fields) == ("mqtt", (("bad", "a;b"),))
    assert reason == "field 'bad': Byteport's form for a broker carries no ';'"
    wait_for(lambda: len(listener.heard) == 4)  # the first six together
    data = [json.loads(text)[-1]["data"] for text in listener.texts(TOPIC)]
    assert data == ["n1=5;", "n1=6;", 'good="a b";', "n1=7;"]


def test_N22_what_the_form_cannot_carry_goes_by_http_where_that_is_configured(
    rig: Rig, listener: Listener, broker: Mosquitto
) -> None:
    text = 'a;b="c"\\\n\0å'
    with ScriptedServer() as server:
        rig.put(6)
        rig.put(1, bad=text)
        rig.put(6)
        rig.start(target(broker.url, fallback_url=server.url))
        rig.drained()
        wait_for(lambda: len(numbers(listener)) == 12)
    (request,) = server.requests
    assert request.form == {"_key": KEY, "_ts": "0.006", "n1": "6", "bad": text}
    assert numbers(listener) == [*range(6), *range(7, 13)]
    assert rig.outbox.dead_letters() == []


def test_N21_a_proxy_in_the_environment_is_ignored(
    rig: Rig, broker: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mqtt_proxy", "all_proxy", "http_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    rig.start(target(broker.url))
    rig.put()
    rig.drained()
