"""mqtt-io's broker as an output of this agent: plain topics, and Home Assistant's discovery.

Read from mqtt-io 2.7.0, mqtt_io/config/config.schema.yml. The password is not copied: it belongs
into a file of its own.
"""

from collections.abc import Iterator
from re import fullmatch

from byteport_agent.mqtt_io.sensor_table import toml
from byteport_agent.mqtt_io.yaml_tables import Entry, Left, LeftError

PASSWORD_FILE = "mqtt.password"  # noqa: S105 (a file's name)
_PORTS = {"mqtt": 1883, "mqtts": 8883}


def broker_lines(mqtt: Entry, retain: bool) -> list[str]:
    """Return the `[[output]]` of a broker; raise LeftError where there can be none."""
    lines = ["[[output]]", 'type = "mqtt"', f"url = {toml(_url(mqtt))}", 'dialect = "plain"']
    return [*lines, *(f"{key} = {toml(value)}" for key, value in _settings(mqtt, retain))]


def _url(mqtt: Entry) -> str:
    host, port = mqtt.needed_text("host"), mqtt.whole("port", _PORTS["mqtt"])
    if not fullmatch(r"[0-9A-Za-z._-]+", host) or not 0 < port < 65536:
        raise LeftError(mqtt.line_of("host"), "host and port are none that can be written as a URL")
    scheme = "mqtts" if mqtt.entry("tls").yes("enabled") else "mqtt"
    return f"{scheme}://{host}" + ("" if port == _PORTS[scheme] else f":{port}")


def _settings(mqtt: Entry, retain: bool) -> Iterator[tuple[str, object]]:
    user, password, client_id = (mqtt.text(key) for key in ("user", "password", "client_id"))
    if user and password:
        yield "user", user
        yield "password_file", PASSWORD_FILE
    if client_id:
        yield "client_id", client_id
    if base := _topic(mqtt, "topic_prefix"):
        yield "base", base
    if retain:
        yield "retain", True
    if mqtt.yes("clean_session"):
        yield "clean_session", True
    if "keepalive" in mqtt.values:
        yield "keep_alive", f"{max(5, min(mqtt.whole('keepalive', 10), 64800))}s"
    yield from _discovery(mqtt.entry("ha_discovery"))
    yield from _files(mqtt.entry("tls"))


def _discovery(discovery: Entry) -> Iterator[tuple[str, object]]:
    if discovery.yes("enabled"):
        yield "discovery", True
        if prefix := _topic(discovery, "prefix"):
            yield "discovery_prefix", prefix


def _topic(entry: Entry, key: str) -> str:
    topic = entry.text(key).strip("/")
    if topic and not fullmatch(r"[^#+\x00-\x1f]{1,200}", topic):
        raise LeftError(entry.line_of(key), f"{key} is no topic to publish below")
    return topic


def _files(tls: Entry) -> Iterator[tuple[str, object]]:
    names = {"ca_certs": "ca", "certfile": "client_certificate", "keyfile": "client_key"}
    for key, name in names.items():
        if tls.text(key) and tls.yes("enabled"):
            yield name, tls.text(key)


def broker_notes(mqtt: Entry) -> Iterator[Left]:
    """Yield what is different at the broker now."""
    topics = "topics are BASE/DEVICE/SENSOR/FIELD now, and payloads are numbers: docs/outputs.md"
    yield Left(mqtt.line, f"mqtt: {topics}", True)
    if mqtt.values.get("user") and not mqtt.values.get("password"):
        yield Left(mqtt.line_of("user"), "user has no password: none signs in", True)
    elif mqtt.values.get("password") and not mqtt.values.get("user"):
        yield Left(mqtt.line_of("password"), "password has no user: none signs in", True)
    elif mqtt.values.get("password"):
        text = f"password is not copied: put it into {PASSWORD_FILE} beside the configuration"
        yield Left(mqtt.line_of("password"), text, True)
    tls = mqtt.entry("tls")
    for key in ("insecure", "cert_reqs", "tls_version", "ciphers"):
        if tls.values.get(key) not in (None, False, "CERT_REQUIRED"):
            yield Left(
                tls.line_of(key), f"{key} is not there: the broker has to prove itself", True
            )
