"""What outputs are configured with, one class for each ``type``: see `sections`, of which this is \
a part.

All have the keys of `Output`, which is what the rest of the agent knows of any.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byteport_agent.config import broker_kinds, kinds
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

_BYTEPORT_URL = "https://api.byteport.se"
_CALLS_OF = "The most calls a second."


def _type(name: str) -> Any:
    return setting(
        kinds.choice(name), "type", "What it speaks.", example=f'"{name}"', required=True
    )


def _secret(what: str) -> tuple[Any, Any]:
    """Return the two settings of a secret: its file, and itself."""
    variable = f"`BYTEPORT_NAME_{what.upper()}`"
    file = setting(
        kinds.PATH,
        f"{what}_file",
        f"File with the {what}. Without it: `$CREDENTIALS_DIRECTORY/NAME.{what}`, else the "
        f"environment variable {variable}, with the output's name for NAME.",
        example=f'"broker.{what}"',
    )
    meaning = f"The {what} itself. Better is a file of its own, which `{what}_file` names."
    return file, setting(broker_kinds.secret(what), what, meaning, example='"s3cret"', read=False)


def _connections() -> Any:
    return setting(
        kinds.whole(1, 16),
        "connections",
        "The most at once; a device's readings stay in order.",
        example="1",
        default=4,
    )


@dataclass(frozen=True, kw_only=True)
class Output:
    """`[[output]]`: where readings are sent."""

    type: str = _type("byteport")
    name: str = setting(
        kinds.NAME,
        "name",
        "Its name in messages; what was delivered is remembered by it. Without it, its type.",
        example='"up"',
    )
    url: str
    timeout_ms: int = setting(
        kinds.duration("100ms", "10m"),
        "timeout",
        "For one whole call.",
        example='"10s"',
        default="20s",
    )
    max_rate: float = setting(
        kinds.number(0, above=True), "max_rate", _CALLS_OF, example="0.5", default=50
    )
    retry_min_ms: int = setting(
        kinds.duration("100ms", "1h"),
        "retry_min",
        "The first wait after a failure.",
        example='"2s"',
        default="1s",
    )
    retry_max_ms: int = setting(
        kinds.duration("1s", "1d"),
        "retry_max",
        "The longest wait after failures.",
        example='"10m"',
        default="5m",
    )
    ca: str | None = setting(
        kinds.PATH,
        "ca",
        "File with the CA certificates to trust; without it the machine's.",
        example='"my-ca.pem"',
    )
    connections: int = 1

    @property
    def most_together(self) -> int:
        """How many readings one call can carry while there is a backlog."""
        return 1

    @property
    def manner(self) -> str:
        """In one word, what is special about how it sends."""
        return ""


@dataclass(frozen=True, kw_only=True)
class ByteportTarget(Output):
    """`[[output]]` with `type = "byteport"`: sends to Byteport, or to an agent's gateway."""

    type: str = _type("byteport")
    url: str = setting(
        kinds.URL,
        "url",
        "The service.",
        example='"http://192.168.1.20:8080"',
        default=_BYTEPORT_URL,
    )
    method: str = setting(
        kinds.choice("POST", "GET", "auto"),
        "method",
        "`GET` puts the key into the URL, which servers log; `auto`: GET if short.",
        example='"auto"',
        default="POST",
    )
    connections: int = _connections()
    packets: bool = setting(
        kinds.YES_NO,
        "packets",
        "Drain a backlog with many readings in a call; needs a legacy key.",
        example="true",
        default=False,
    )
    legacy_key_file: str | None = setting(
        kinds.PATH,
        "legacy_key_file",
        "File with the legacy key. Without it: `$CREDENTIALS_DIRECTORY/legacy.key`, else the "
        "environment variable `BYTEPORT_LEGACY_KEY`.",
        example='"legacy.key"',
    )
    legacy_key: FoundKey | None = None

    @property
    def most_together(self) -> int:
        return 100 if self.packets else 1

    @property
    def manner(self) -> str:
        return self.method


@dataclass(frozen=True, kw_only=True)
class BrokerTarget(Output):
    """What the brokers' sections share."""

    client_certificate: str | None = setting(
        kinds.PATH,
        "client_certificate",
        "File with this client's certificate, as PEM, where the broker asks for one.",
        example='"client.pem"',
    )
    client_key: str | None = setting(
        kinds.PATH,
        "client_key",
        "File with the certificate's key; without it, it is in the same file.",
        example='"client.key"',
    )
    window: int = setting(
        kinds.whole(1, 1000),
        "window",
        "The most messages under way that the broker has not confirmed.",
        example="1",
        default=20,
    )
    fallback_url: str | None = setting(
        kinds.URL,
        "fallback_url",
        "Byteport's URL, for values that its broker's form of data cannot carry; sent there with "
        "`[device]`'s key. Without it they become dead letters.",
        example=f'"{_BYTEPORT_URL}"',
    )
    messages: bool = setting(
        kinds.YES_NO,
        "messages",
        "Take messages to the device from this broker; `[messages]` says which.",
        example="true",
        default=False,
    )
    password: FoundKey | None = None

    @property
    def most_together(self) -> int:
        return 500


_MQTT_PASSWORD = _secret("password")
_STOMP_PASSWORD = _secret("password")
_INFLUX_PASSWORD = _secret("password")
_INFLUX_TOKEN = _secret("token")


@dataclass(frozen=True, kw_only=True)
class MqttTarget(BrokerTarget):
    """`[[output]]` with `type = "mqtt"`: publishes to an MQTT broker; needs the extra `mqtt`."""

    type: str = _type("mqtt")
    url: str = setting(
        broker_kinds.url("mqtt", "mqtts"),
        "url",
        "The broker: `mqtts://` with TLS, port 8883; `mqtt://` without, port 1883.",
        example='"mqtts://broker.example.org"',
        required=True,
    )
    dialect: str = setting(
        kinds.choice("byteport", "plain"),
        "dialect",
        "`byteport`: many readings a message, for Byteport's own broker. `plain`: a topic for each "
        "field, `BASE/DEVICE/SENSOR/FIELD`, with its value.",
        example='"plain"',
        default="byteport",
    )
    user: str | None = setting(
        kinds.TEXT,
        "user",
        "Whom it signs in as. For Byteport `VHOST:USER`; the namespace is put before one without "
        "a colon.",
        example='"myownspace:me"',
    )
    password_file: str | None = _MQTT_PASSWORD[0]
    password_text: object = _MQTT_PASSWORD[1]
    client_id: str | None = setting(
        kinds.TEXT,
        "client_id",
        "Its id at the broker, which no other client may have. Without it `NAMESPACE.UID`.",
        example='"greenhouse"',
    )
    keep_alive_ms: int = setting(
        kinds.duration("5s", "18h"),
        "keep_alive",
        "After so long without a word it asks whether the broker is there.",
        example='"30s"',
        default="60s",
    )
    clean_session: bool = setting(
        kinds.YES_NO,
        "clean_session",
        "Let the broker forget what came for this device while it was away.",
        example="true",
        default=False,
    )
    base: str = setting(
        broker_kinds.TOPIC,
        "base",
        "What plain topics begin with.",
        example='"home"',
        default="byteport",
    )
    retain: bool = setting(
        kinds.YES_NO,
        "retain",
        "Let the broker keep the last value of each plain topic, for those who come later.",
        example="true",
        default=False,
    )
    discovery: bool = setting(
        kinds.YES_NO,
        "discovery",
        "Tell Home Assistant of each field: name, unit, device, and when a value is too old.",
        example="true",
        default=False,
    )
    discovery_prefix: str = setting(
        broker_kinds.TOPIC,
        "discovery_prefix",
        "Where Home Assistant looks for that.",
        example='"homeassistant"',
        default="homeassistant",
    )

    @property
    def manner(self) -> str:
        return self.dialect


@dataclass(frozen=True, kw_only=True)
class StompTarget(BrokerTarget):
    """`[[output]]` with `type = "stomp"`: sends to Byteport's broker by STOMP 1.2; needs the \
extra `stomp`."""

    type: str = _type("stomp")
    url: str = setting(
        broker_kinds.url("stomp", "stomps"),
        "url",
        "The broker: `stomps://` with TLS, port 61614; `stomp://` without, port 61613.",
        example='"stomps://broker.example.org"',
        required=True,
    )
    user: str | None = setting(kinds.TEXT, "user", "Whom it signs in as.", example='"me"')
    password_file: str | None = _STOMP_PASSWORD[0]
    password_text: object = _STOMP_PASSWORD[1]
    vhost: str | None = setting(
        kinds.TEXT,
        "vhost",
        "The virtual host at the broker. Without it, the namespace.",
        example='"myownspace"',
    )
    heart_beat_ms: int = setting(
        kinds.duration("1s", "1h"),
        "heart_beat",
        "After so long without a word each side lets the other know that it is there.",
        example='"30s"',
        default="10s",
    )
    messages_from: str = setting(
        kinds.choice("queue", "topic"),
        "messages_from",
        "Where messages to the device come: a `queue` keeps them while it is away.",
        example='"topic"',
        default="queue",
    )

    @property
    def manner(self) -> str:
        return self.vhost or ""


@dataclass(frozen=True, kw_only=True)
class InfluxTarget(Output):
    """`[[output]]` with `type = "influx"`: writes line protocol to InfluxDB 1 or 2, \
VictoriaMetrics or Telegraf."""

    type: str = _type("influx")
    url: str = setting(
        kinds.URL,
        "url",
        "The server.",
        example='"http://192.168.1.20:8086"',
        required=True,
    )
    database: str | None = setting(
        kinds.TEXT, "database", "The database, of InfluxDB 1.", example='"greenhouse"'
    )
    retention_policy: str | None = setting(
        kinds.TEXT,
        "retention_policy",
        "The database's retention policy; without it, its default.",
        example='"a_year"',
    )
    user: str | None = setting(
        kinds.TEXT, "user", "Whom it signs in as, at InfluxDB 1.", example='"me"'
    )
    password_file: str | None = _INFLUX_PASSWORD[0]
    password_text: object = _INFLUX_PASSWORD[1]
    bucket: str | None = setting(
        kinds.TEXT,
        "bucket",
        "The bucket, of InfluxDB 2: this or `database`.",
        example='"greenhouse"',
    )
    org: str | None = setting(kinds.TEXT, "org", "The bucket's organization.", example='"my-org"')
    token_file: str | None = _INFLUX_TOKEN[0]
    token_text: object = _INFLUX_TOKEN[1]
    measurement: str = setting(
        kinds.TEXT,
        "measurement",
        "What the points are of; device and sensor are tags of each.",
        example='"climate"',
        default="byteport",
    )
    tags: Mapping[str, str] = setting(
        broker_kinds.TEXTS,
        "tags",
        "More tags of each point.",
        example='{ site = "home" }',
        default={},
    )
    integers: bool = setting(
        kinds.YES_NO,
        "integers",
        "Write numbers without a point as integers. A field that is an integer once can never be "
        "a float there.",
        example="true",
        default=False,
    )
    gzip: bool = setting(
        kinds.YES_NO, "gzip", "Compress what is sent.", example="false", default=True
    )
    connections: int = _connections()
    password: FoundKey | None = None
    token: FoundKey | None = None

    @property
    def most_together(self) -> int:
        return 500

    @property
    def manner(self) -> str:
        return self.database or self.bucket or ""


TARGETS: dict[str, type[Output]] = {
    "byteport": ByteportTarget,
    "mqtt": MqttTarget,
    "stomp": StompTarget,
    "influx": InfluxTarget,
}
