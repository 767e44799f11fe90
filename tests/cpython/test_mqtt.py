"""The publisher at a real mosquitto, on every interpreter, through a network that breaks."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from mosquitto import Mosquitto
from mqtt_rig import Listener, listening
from server_process import free_port

import tls_certificates
from byteport.encoder import append_fields
from byteport.errors import Unreachable
from byteport.mqtt import Publisher
from byteport.mqtt_messages import ByteportMessages
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.faults import every
from byteport_mocks.network_faults import TO_CLIENT, Reset
from micropythons import INTERPRETERS, PROJECT, ROOMS, interpreter
from waiting import wait_for

PROGRAM = Path(__file__).parent / "mqtt_program.py"
PASSWORD = "canary-p4ssword"
LIMIT_S = 60
WITH_TLS = ("cpython", "micropython", "micropython32")


class Program:
    """The program on one interpreter, while it runs; ``end`` returns its two lines."""

    def __init__(
        self,
        name: str,
        url: str,
        count: int,
        ca: str = "",
        user: str = "",
        password: str = "",
        timeout: float = 10,
        tries: int = 2000,
        halt: int = -1,
    ) -> None:
        options = [url, str(count), ca, user, password, str(timeout), str(tries), str(halt)]
        program = sys.executable if name == "cpython" else interpreter(name)
        rooms = ":".join(str(PROJECT / room) for room in ROOMS)
        environ = {**os.environ, "MICROPYPATH": f"{rooms}:.frozen"}
        environ |= {"PYTHONPATH": str(PROJECT / "micropython"), "PYTHONUNBUFFERED": "1"}
        self._process = subprocess.Popen(
            [program, str(PROGRAM), *options],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for_halt(self) -> None:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "halted\n"

    def end(self) -> list[str]:
        try:
            printed = self._process.communicate("\n", timeout=LIMIT_S)[0]
        finally:
            self._process.kill()
        lines = printed.splitlines()
        assert len(lines) <= 2, printed
        return [*lines, ""][:2]


@pytest.fixture(params=["cpython", *INTERPRETERS])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def broker() -> Iterator[Mosquitto]:
    with Mosquitto() as broker:
        yield broker


@pytest.fixture
def listener(broker: Mosquitto) -> Iterator[Listener]:
    with listening(broker.port) as listener:
        listener.publish("base/n1", b"", retain=True)  # what came before has come then
        wait_for(lambda: ("base/n1", b"", False) in listener.heard)
        listener.heard.clear()
        yield listener


def numbers(listener: Listener) -> list[int]:
    return [int(text) for text in listener.texts("base/n1")]


def first_times(values: list[int]) -> list[int]:
    return list(dict.fromkeys(values))


def test_all_arrive_in_order(name: str, broker: Mosquitto, listener: Listener) -> None:
    assert Program(name, broker.url, 300).end() == ["confirmed", ""]
    wait_for(lambda: len(numbers(listener)) >= 300)
    assert numbers(listener) == list(range(300))


def test_N4_resets_lose_nothing(name: str, broker: Mosquitto, listener: Listener) -> None:
    with ChaosProxy(("127.0.0.1", broker.port), seed=5) as proxy:
        proxy.inject(Reset(range(100, 900), when=every(2)))
        proxy.inject(Reset(range(8, 200), TO_CLIENT, lambda count, _: count % 2 == 1))
        program = Program(name, f"mqtt://127.0.0.1:{proxy.port}", 150)
        assert program.end()[0] == "confirmed"
        resets = proxy.resets
    assert resets >= 3
    wait_for(lambda: len(first_times(numbers(listener))) == 150)
    found = numbers(listener)
    assert first_times(found) == list(range(150))
    assert len(found) - 150 <= 5 * resets  # a window of five


def test_N22_a_broker_that_is_killed_and_comes_back(name: str) -> None:
    with Mosquitto() as broker:
        with listening(broker.port) as listener:
            program = Program(name, broker.url, 300, halt=100)
            program.wait_for_halt()
            wait_for(lambda: len(numbers(listener)) == 100)
            broker.kill()
            assert numbers(listener) == list(range(100))
        broker.start()
        with listening(broker.port) as listener:
            assert program.end()[0] == "confirmed"
            wait_for(lambda: 299 in numbers(listener))
            found = numbers(listener)
    # up to a window came before, and comes again
    assert 95 <= found[0] <= 100
    assert found == list(range(found[0], 300))


def test_N3_without_a_puback_nothing_is_confirmed(
    name: str, broker: Mosquitto, listener: Listener
) -> None:
    with ChaosProxy(("127.0.0.1", broker.port)) as proxy:
        proxy.to_client.delay_s = 3600
        url = f"mqtt://127.0.0.1:{proxy.port}"
        confirmed, why = Program(name, url, 3, timeout=0.3, tries=2).end()
    assert confirmed == "not confirmed"
    assert why == f"Unreachable {url}: no complete answer within 0.3 s"
    assert numbers(listener) == []


def test_a_slow_broker_is_waited_for(name: str, broker: Mosquitto, listener: Listener) -> None:
    with ChaosProxy(("127.0.0.1", broker.port), delay_s=0.05, slice_bytes=1) as proxy:
        assert Program(name, f"mqtt://127.0.0.1:{proxy.port}", 12).end() == ["confirmed", ""]
    wait_for(lambda: len(numbers(listener)) >= 12)
    assert numbers(listener) == list(range(12))


def test_N2_nobody_listens(name: str) -> None:
    url = f"mqtt://127.0.0.1:{free_port()}"
    confirmed, why = Program(name, url, 1, tries=1).end()
    assert confirmed == "not confirmed"
    assert why.startswith(f"Unreachable {url}: ")


def test_N7_a_wrong_password(name: str) -> None:
    with Mosquitto(users={"me": PASSWORD}) as broker:
        wrong = PASSWORD + "x"
        told = Program(name, broker.url, 1, user="me", password=wrong, tries=1).end()
        right = Program(name, broker.url, 1, user="me", password=PASSWORD).end()
    text = f"{broker.url}: wrong user or password, or this user may not connect"
    assert told == ["not confirmed", f"Forbidden {text}"]
    assert right == ["confirmed", ""]


@pytest.mark.parametrize("name", WITH_TLS, indirect=True)
@pytest.mark.parametrize("wrong", ["", "expired", "self-signed", "wrong host"])
def test_N15_certificates(name: str, wrong: str, tmp_path: Path) -> None:
    authority = tls_certificates.make(host="ca.example")
    certificate = {
        "": lambda: tls_certificates.make(authority, host="localhost"),
        "self-signed": lambda: tls_certificates.make(host="localhost"),
        "expired": lambda: tls_certificates.make(authority, -30, -1, host="localhost"),
        "wrong host": lambda: tls_certificates.make(authority, host="elsewhere.example"),
    }[wrong]()
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    (tmp_path / "server.pem").write_bytes(certificate.key_pem() + certificate.pem())
    with Mosquitto(tls=tmp_path) as broker:
        # by name: MicroPython's mbedTLS compares no addresses
        url = f"mqtts://localhost:{broker.tls_port}"
        told = Program(name, url, 20, ca=str(tmp_path / "ca.pem"), tries=1).end()
    if not wrong:
        assert told == ["confirmed", ""]
        return
    assert told[0] == "not confirmed"
    assert told[1].startswith(f"Unreachable {url}: ")
    assert "is it the host's certificate, and is this machine's clock right?" in told[1]


def test_tls_and_none_mixed_up(broker: Mosquitto, tmp_path: Path) -> None:
    authority = tls_certificates.make(host="ca.example")
    certificate = tls_certificates.make(authority)
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    (tmp_path / "server.pem").write_bytes(certificate.key_pem() + certificate.pem())
    with Mosquitto(tls=tmp_path) as secure:
        url = f"mqtt://127.0.0.1:{secure.tls_port}"
        _, told = Program("cpython", url, 1, tries=1).end()
    assert "does it want TLS, or a certificate?" in told or "does not speak MQTT" in told
    with pytest.raises(Unreachable):
        Publisher(broker.url.replace("mqtt:", "mqtts:"), "id", timeout=5).ping()


def test_a_session_that_another_program_left_has_messages(broker: Mosquitto) -> None:
    """They stay at the broker for whoever subscribed, and disturb nothing."""
    listening_before(broker)
    helper = Publisher(broker.url, "another")
    for order in (b"x" * 300, b"y"):
        helper.publish("orders", order)
    helper.flush()
    helper.close()
    publisher = Publisher(broker.url, "listener")  # the id of the session
    for number in range(5):
        publisher.publish("other/n1", str(number).encode())
        publisher.flush()
    publisher.ping()
    publisher.close()
    with listening(broker.port, "orders") as listener:
        wait_for(lambda: listener.texts("orders") == ["x" * 300, "y"])


def listening_before(broker: Mosquitto) -> None:
    with listening(broker.port, "orders"):
        pass


def test_a_reading_in_byteports_dialect(broker: Mosquitto, listener: Listener) -> None:
    publisher = Publisher(broker.url, "myownspace.barDev1")
    fields = bytearray()
    append_fields(fields, [("temp", 10), ("last_word", "i love you"), ("note", "å😀")])
    ByteportMessages("myownspace", "barDev1").publish(publisher, fields, "1337666777.123")
    publisher.flush()
    publisher.close()
    wait_for(lambda: listener.heard)
    assert [json.loads(text) for text in listener.texts("simple_string_dev_message")] == [
        [
            {
                "namespace": "myownspace",
                "uid": "barDev1",
                "timestamp": "1337666777.123",
                "data": 'temp=10;last_word="i love you";note=å😀;',
            }
        ]
    ]


def test_the_broker_keeps_the_last_value_that_is_retained() -> None:
    with Mosquitto() as broker:
        publisher = Publisher(broker.url, "myownspace.barDev1")
        publisher.publish("kept/n1", b"21.5", retain=True)
        publisher.publish("lost/n1", b"21.5")
        publisher.flush()
        publisher.close()
        with listening(broker.port) as listener:
            wait_for(lambda: listener.heard)
            assert listener.heard == [("kept/n1", b"21.5", True)]
