"""What `doctor` says of brokers and stores, against real ones, and of what it needs for them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from config_rig import DEVICE, parsed, write_keys
from doctor_rig import Rig, only
from influx_servers import InfluxDB
from mosquitto import Mosquitto
from mqtt_rig import PASSWORD, listening

import tls_certificates
from byteport_agent.clock import unix_ms
from byteport_agent.doctor.finding import Finding
from byteport_agent.doctor.outputs import OutputChecks
from byteport_agent.doctor.settings import check_key
from byteport_mocks.scripted_server import Reply, ScriptedServer

Check = Callable[[str], Finding]
SENSOR = '[[sensor]]\nname = "s1"\ndriver = "system"\n'


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check one output, and return the last that is found."""
    write_keys(tmp_path)
    rig = Rig(tmp_path / "machine")
    rig.now_ms = unix_ms()

    def run(text: str) -> Finding:
        configuration = parsed(f"[[output]]\n{text}\n{SENSOR}{DEVICE}", tmp_path)
        return list(OutputChecks(rig.machine, configuration).findings())[-1]

    return run


def test_a_broker_that_lets_this_device_in(check: Check) -> None:
    with Mosquitto() as broker:
        found = check(f'type = "mqtt"\nurl = "{broker.url}"')
        assert (found.mark, found.subject) == ("ok", "mqtt")
        assert found.text.startswith(f"{broker.url} lets this device in, answered in ")


def test_a_running_agent_is_not_put_out_by_the_question(check: Check) -> None:
    with Mosquitto() as broker, listening(broker.port) as listener:
        check(f'type = "mqtt"\nurl = "{broker.url}"\nclient_id = "listener"')
        listener.publish("still", b"there")
        assert "listener already connected" not in broker.log()


def test_a_broker_that_knows_another_password(check: Check) -> None:
    with Mosquitto(users={"me": PASSWORD}) as broker:
        found = check(
            f'type = "mqtt"\nurl = "{broker.url}"\ndialect = "plain"\nuser = "me"\npassword = "x"'
        )
    assert found.mark == "problem"
    assert "wrong user or password" in found.text
    assert found.advice == "check user, password and names in this output"


def test_a_broker_that_is_not_there(check: Check) -> None:
    found = check('type = "stomp"\nurl = "stomp://127.0.0.1:9"')
    assert (found.mark, found.text) == (
        "problem",
        "no connection to 127.0.0.1:9: Connection refused",
    )


def test_a_brokers_certificate(check: Check, tmp_path: Path) -> None:
    authority = tls_certificates.make(host="ca.example")
    expired = tls_certificates.make(authority, -30, -1)
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    with ScriptedServer(tls=expired.server_context(tmp_path, "server")) as server:
        url = server.url.replace("https", "mqtts")
        found = check(f'type = "mqtt"\nurl = "{url}"\nca = "ca.pem"')
    assert found.mark == "problem"
    assert "certificate has expired" in found.text


def test_a_store(check: Check) -> None:
    with InfluxDB() as influx:
        found = check(f'type = "influx"\nurl = "{influx.url}"\ndatabase = "greenhouse"')
        assert found.mark == "problem"
        assert 'database not found: "greenhouse"' in found.text
        influx.query("CREATE DATABASE greenhouse")
        found = check(f'type = "influx"\nurl = "{influx.url}"\ndatabase = "greenhouse"')
        assert found.mark == "ok"
        assert found.text.startswith(f"{influx.url} takes points for greenhouse, answered in ")


@pytest.mark.parametrize(
    ("reply", "mark", "words"),
    [
        (Reply(401), "problem", "or the token, right?"),
        (Reply(429), "warning", "status 429"),
        (Reply(200), "problem", "no plain 204"),
        (Reply(204), "ok", "takes points for b"),
    ],
)
def test_a_store_of_version_2(check: Check, reply: Reply, mark: str, words: str) -> None:
    with ScriptedServer([reply]) as server:
        found = check(
            f'type = "influx"\nurl = "{server.url}"\nbucket = "b"\norg = "o"\ntoken = "s3cret"'
        )
    assert (found.mark, words in found.text) == (mark, True)
    assert "s3cret" not in str(found)
    assert all(request.body == b"" for request in server.requests)


def test_where_a_password_is(tmp_path: Path) -> None:
    write_keys(tmp_path)
    (tmp_path / "broker.password").write_text("x")
    rig = Rig(tmp_path / "machine")
    text = '[[output]]\ntype = "mqtt"\nurl = "mqtt://localhost"\nuser = "me"\n'
    no_key = DEVICE.replace('key_file = "byteport.key"\n', "")
    configuration = parsed(f'{text}password_file = "broker.password"\n{SENSOR}{no_key}', tmp_path)
    device, password = check_key(rig.machine, configuration)
    assert device.text == "[device] no key is needed"
    assert password.text.startswith("[output mqtt] ")
    assert only(each for each in (device, password) if each.mark == "problem").text.endswith(
        "may not be read by pi"
    )
