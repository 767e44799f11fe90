"""The output that publishes to an MQTT broker, in Byteport's dialect or as plain topics."""

from functools import partial
from urllib.parse import urlsplit

from byteport_agent.brokers.broker_output import BrokerOutput
from byteport_agent.brokers.byteport_messages import ByteportMessages
from byteport_agent.brokers.home_assistant import Discovery
from byteport_agent.brokers.message import Dialect
from byteport_agent.brokers.mqtt_connection import MqttBroker, MqttConnection
from byteport_agent.brokers.plain_messages import PlainMessages, topic_of
from byteport_agent.brokers.standing import Hearers
from byteport_agent.config import Device, MqttTarget

_TOPIC = "simple_string_dev_message"
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class MqttOutput(BrokerOutput[MqttTarget]):
    """Publishes at QoS 1 what the outbox has for this output; see `MqttTarget`.

    A reading is delivered when the broker has acknowledged all its messages.
    """

    def _connection(self, hearers: Hearers) -> MqttConnection:
        return MqttConnection(broker_of(self._target, self._device, self._dialect()), hearers)

    def _dialect(self) -> Dialect:
        settings, device = self._target, self._device
        if settings.dialect == "byteport":
            return ByteportMessages(device.namespace, _TOPIC)
        discovery = None
        if settings.discovery:
            discovery = Discovery(
                settings.discovery_prefix,
                device.namespace,
                device.uid,
                partial(topic_of, settings.base),
                f"{settings.base}/{device.uid}/status",
                self._around.statuses,
            )
        return PlainMessages(settings.base, device.uid, settings.retain, discovery)


def broker_of(settings: MqttTarget, device: Device, dialect: Dialect | None = None) -> MqttBroker:
    """Return the broker of an output's settings."""
    url = urlsplit(settings.url)
    guid = f"{device.namespace}.{device.uid}"
    user = settings.user
    if user is not None and settings.dialect == "byteport" and ":" not in user:
        user = f"{device.namespace}:{user}"
    return MqttBroker(
        url=settings.url,
        host=url.hostname or "",
        port=url.port or _PORTS[url.scheme],
        secure=url.scheme == "mqtts",
        client_id=settings.client_id or guid,
        user=user,
        password=None if settings.password is None else settings.password.secret,
        ca=settings.ca,
        client_certificate=settings.client_certificate,
        client_key=settings.client_key,
        keep_alive_s=settings.keep_alive_ms // 1000,
        clean_session=settings.clean_session,
        window=settings.window,
        will=None if dialect is None else dialect.farewell(),
        messages_from=guid if settings.messages else "",
    )
