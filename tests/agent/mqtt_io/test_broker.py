"""What becomes of mqtt-io's broker: an output that the check takes, and a password nowhere."""

from pathlib import Path
from typing import Any

import pytest
from config_rig import write_keys
from mqtt_io_rig import imported

CHIP = (
    "sensor_modules: [{name: chip, module: aht20}]\nsensor_inputs: [{name: temp, module: chip%s}]\n"
)
FILES = "ca_certs: my-ca.pem, certfile: me.crt, keyfile: me.key"
TOLD = """\
mqtt-io.yml:1: note: mqtt: topics are BASE/DEVICE/SENSOR/FIELD now, and payloads are numbers: \
docs/outputs.md
mqtt-io.yml:1: note: password is not copied: put it into mqtt.password beside the configuration
mqtt-io.yml:1: note: insecure is not there: the broker has to prove itself
mqtt-io.yml:1: note: status_topic is BASE/DEVICE/status here

1 of 1 inputs are taken over, as 1 sensor
next: pip install 'byteport-agent[mqtt]' for the broker, or take its [[output]] out"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    for name in ("mqtt.password", "my-ca.pem", "me.crt", "me.key"):
        (tmp_path / name).write_text("s3cret-word\n")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def broker(
    directory: Path, capsys: pytest.CaptureFixture[str], mqtt: str, more: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Return the output besides Byteport's, and what is told."""
    values, told = imported(directory, f"mqtt: {{{mqtt}}}\n{CHIP % more}", capsys)
    assert values["output"][0] == {"type": "byteport"}
    (output,) = values["output"][1:] or ({},)
    assert "s3cret" not in f"{values}{told}"
    return output, told


@pytest.mark.parametrize(
    ("mqtt", "expected"),
    [
        ("host: broker.local", {"url": "mqtt://broker.local"}),
        ("host: 10.0.0.2, port: 1884", {"url": "mqtt://10.0.0.2:1884"}),
        (
            f"host: b, port: 8883, tls: {{enabled: yes, {FILES}}}",
            {
                "url": "mqtts://b",
                "ca": "my-ca.pem",
                "client_certificate": "me.crt",
                "client_key": "me.key",
            },
        ),
        ("host: b, tls: {enabled: no, ca_certs: my-ca.pem}", {"url": "mqtt://b"}),
        (
            "host: localhost, user: me, password: s3cret-word, client_id: garden",
            {
                "url": "mqtt://localhost",
                "user": "me",
                "password_file": "mqtt.password",
                "client_id": "garden",
            },
        ),
        (
            "host: b, topic_prefix: home/garden/, clean_session: yes, keepalive: 2",
            {"url": "mqtt://b", "base": "home/garden", "clean_session": True, "keep_alive": "5s"},
        ),
        (
            "host: b, ha_discovery: {enabled: yes, prefix: ha/}",
            {"url": "mqtt://b", "discovery": True, "discovery_prefix": "ha"},
        ),
        ("host: b, ha_discovery: {enabled: no, prefix: ha}", {"url": "mqtt://b"}),
        ("host: b, user: me", {"url": "mqtt://b"}),
    ],
)
def test_a_broker(
    directory: Path, capsys: pytest.CaptureFixture[str], mqtt: str, expected: dict[str, object]
) -> None:
    output, _ = broker(directory, capsys, mqtt)
    assert output == {"type": "mqtt", "dialect": "plain", **expected}


def test_a_value_that_the_broker_keeps(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, told = broker(directory, capsys, "host: b", ", retain: yes")
    assert output["retain"] is True
    assert "mqtt-io.yml:3: note: retain is one setting of the output here, for all topics" in told


def test_what_is_different_is_told(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tls = "tls: {enabled: yes, insecure: yes}"
    mqtt = f"host: b, user: me, password: s3cret-word, status_topic: up, {tls}"
    _, told = broker(directory, capsys, mqtt)
    assert "\n".join(told).startswith(TOLD)


@pytest.mark.parametrize(
    ("mqtt", "words"),
    [
        ("port: 1883", "mqtt: host is missing"),
        ("host: 'a b'", "mqtt: host and port are none that can be written as a URL"),
        ("host: b, port: 70000", "mqtt: host and port are none"),
        ("host: b, port: x", "mqtt: port must be a whole number, not a text"),
        ("host: b, topic_prefix: 'a/#'", "mqtt: topic_prefix is no topic to publish below"),
    ],
)
def test_a_broker_that_is_none(
    directory: Path, capsys: pytest.CaptureFixture[str], mqtt: str, words: str
) -> None:
    output, told = broker(directory, capsys, mqtt)
    assert output == {}
    assert told[0].startswith(f"mqtt-io.yml:1: not taken over: {words}")
