"""The output that publishes to an MQTT broker, in Byteport's dialect or as plain topics."""

import logging
from collections.abc import Callable
from functools import partial
from random import random
from urllib.parse import urlsplit

from byteport_agent.brokers.broker_link import BrokerLink
from byteport_agent.brokers.byteport_messages import ByteportMessages
from byteport_agent.brokers.fallback import fallback_link, packing_of, secrets_of
from byteport_agent.brokers.home_assistant import Discovery
from byteport_agent.brokers.message import Dialect
from byteport_agent.brokers.mqtt_connection import MqttBroker, MqttConnection
from byteport_agent.brokers.plain_messages import PlainMessages, topic_of
from byteport_agent.brokers.standing import Hearers
from byteport_agent.clock import Clock
from byteport_agent.config import Device, MqttTarget
from byteport_agent.delivery.around import NOTHING, Around
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.sending_output import SendingOutput
from byteport_agent.outbox import Outbox

_TOPIC = "simple_string_dev_message"
_PORTS = {"mqtt": 1883, "mqtts": 8883}


class MqttOutput(SendingOutput):
    """Publishes at QoS 1 what the outbox has for this output; see `MqttTarget`.

    A reading is delivered when the broker has acknowledged all its messages. The connection stays,
    for messages to this device and for those who watch whether it is there.
    """

    def __init__(
        self,
        settings: MqttTarget,
        device: Device,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        around: Around = NOTHING,
        chance: Callable[[], float] = random,
    ) -> None:
        self._target = settings
        self._device = device
        self._around = around
        self._answers = Answers(device.namespace, secrets_of(settings, device), clock)
        packing = packing_of(settings, settings.dialect == "byteport")
        super().__init__(settings, outbox, clock, log, self._link, packing, chance, stays=True)

    def _link(self) -> BrokerLink:
        settings, device = self._target, self._device
        dialect = self._dialect()
        hearers = Hearers(self.lost, self._around.take, self._reached)
        return BrokerLink(
            MqttConnection(broker_of(settings, device, dialect), hearers),
            dialect,
            self._answers,
            settings.timeout_ms,
            fallback_link(settings, device, self._answers),
        )

    def _reached(self, is_there: bool) -> None:
        if self._target.messages:
            self._around.reached(self.name, is_there)

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
