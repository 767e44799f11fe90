"""What outputs to brokers are configured with, by MQTT and by STOMP: see `output_sections`."""

from dataclasses import dataclass

from byteport_agent.config import broker_kinds, kinds
from byteport_agent.config.output_sections import (
    BYTEPORT_URL,
    Output,
    secret_settings,
    type_setting,
)
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

_MQTT_PASSWORD = secret_settings("password")
_STOMP_PASSWORD = secret_settings("password")


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
        example=f'"{BYTEPORT_URL}"',
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

    @property
    def in_data_form(self) -> bool:
        """Whether a message holds a reading's fields in the form of Byteport's broker."""
        return True


@dataclass(frozen=True, kw_only=True)
class MqttTarget(BrokerTarget):
    """`[[output]]` with `type = "mqtt"`: publishes to an MQTT broker; needs the extra `mqtt`."""

    type: str = type_setting("mqtt")
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

    @property
    def in_data_form(self) -> bool:
        return self.dialect == "byteport"


@dataclass(frozen=True, kw_only=True)
class StompTarget(BrokerTarget):
    """`[[output]]` with `type = "stomp"`: sends to Byteport's broker by STOMP 1.2; needs the \
extra `stomp`."""

    type: str = type_setting("stomp")
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
