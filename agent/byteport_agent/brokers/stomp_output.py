"""The output that sends to Byteport's broker by STOMP."""

import logging
from collections.abc import Callable
from random import random
from urllib.parse import urlsplit

from byteport_agent.brokers.broker_link import BrokerLink
from byteport_agent.brokers.byteport_messages import ByteportMessages
from byteport_agent.brokers.fallback import fallback_link, packing_of, secrets_of
from byteport_agent.brokers.standing import Hearers
from byteport_agent.brokers.stomp_connection import StompBroker, StompConnection
from byteport_agent.clock import Clock
from byteport_agent.config import Device, StompTarget
from byteport_agent.delivery.around import NOTHING, Around
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.sending_output import SendingOutput
from byteport_agent.outbox import Outbox

_QUEUE = "/queue/simple_string_dev_message"
_PORTS = {"stomp": 61613, "stomps": 61614}


class StompOutput(SendingOutput):
    """Sends with receipts what the outbox has for this output; see `StompTarget`.

    A reading is delivered when the broker has confirmed its message. The connection stays, for
    messages to this device.
    """

    def __init__(
        self,
        settings: StompTarget,
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
        packing = packing_of(settings, in_data_form=True)
        super().__init__(settings, outbox, clock, log, self._link, packing, chance, stays=True)

    def _link(self) -> BrokerLink:
        settings, device = self._target, self._device
        hearers = Hearers(self.lost, self._around.take, self._reached)
        return BrokerLink(
            StompConnection(broker_of(settings, device), hearers),
            ByteportMessages(device.namespace, _QUEUE),
            self._answers,
            settings.timeout_ms,
            fallback_link(settings, device, self._answers),
        )

    def _reached(self, is_there: bool) -> None:
        if self._target.messages:
            self._around.reached(self.name, is_there)


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
