"""The output that sends to Byteport's broker by STOMP."""

from urllib.parse import urlsplit

from byteport_agent.brokers.broker_output import BrokerOutput
from byteport_agent.brokers.byteport_messages import ByteportMessages
from byteport_agent.brokers.message import Dialect
from byteport_agent.brokers.standing import Hearers
from byteport_agent.brokers.stomp_connection import StompBroker, StompConnection
from byteport_agent.config import Device, StompTarget

_QUEUE = "/queue/simple_string_dev_message"
_PORTS = {"stomp": 61613, "stomps": 61614}


class StompOutput(BrokerOutput[StompTarget]):
    """Sends with receipts what the outbox has for this output; see `StompTarget`.

    A reading is delivered when the broker has confirmed its message.
    """

    def _connection(self, hearers: Hearers) -> StompConnection:
        return StompConnection(broker_of(self._target, self._device), hearers)

    def _dialect(self) -> Dialect:
        return ByteportMessages(self._device.namespace, _QUEUE)


def broker_of(settings: StompTarget, device: Device) -> StompBroker:
    """Return the broker of an output's settings."""
    url = urlsplit(settings.url)
    place = f"/{settings.messages_from}/device_messages_{device.namespace}.{device.uid}"
    return StompBroker(
        url=settings.url,
        host=url.hostname or "",
        port=url.port or _PORTS[url.scheme],
        secure=url.scheme == "stomps",
        user=settings.user,
        password=None if settings.password is None else settings.password.secret,
        ca=settings.ca,
        client_certificate=settings.client_certificate,
        client_key=settings.client_key,
        window=settings.window,
        messages_from=place if settings.messages else "",
        vhost=settings.vhost or device.namespace,
        heart_beat_ms=settings.heart_beat_ms,
    )
