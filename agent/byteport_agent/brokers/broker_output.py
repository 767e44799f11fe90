"""What the outputs to brokers share: a connection that stays, and the way of a call over it."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from random import random
from typing import Generic, TypeVar

from byteport_agent.brokers.broker_link import BrokerLink, Connection
from byteport_agent.brokers.fallback import fallback_link, packing_of, secrets_of
from byteport_agent.brokers.message import Dialect
from byteport_agent.brokers.standing import Hearers
from byteport_agent.clock import Clock
from byteport_agent.config import BrokerTarget, Device
from byteport_agent.delivery.around import NOTHING, Around
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.sending_output import SendingOutput
from byteport_agent.outbox import Outbox

Target = TypeVar("Target", bound=BrokerTarget)


class BrokerOutput(SendingOutput, ABC, Generic[Target]):
    """A subclass says which connection it is, and which dialect is spoken over it.

    The connection stays, for messages to this device and for those who watch whether it is there.
    """

    def __init__(
        self,
        settings: Target,
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
        packing = packing_of(settings)
        super().__init__(settings, outbox, clock, log, self._link, packing, chance, stays=True)

    def _link(self) -> BrokerLink:
        return BrokerLink(
            self._connection(Hearers(self.lost, self._around.take, self._reached)),
            self._dialect(),
            self._answers,
            self._target.timeout_ms,
            fallback_link(self._target, self._device, self._answers),
        )

    def _reached(self, is_there: bool) -> None:
        if self._target.messages:
            self._around.reached(self.name, is_there)

    @abstractmethod
    def _connection(self, hearers: Hearers) -> Connection:
        """Return a connection to the broker."""

    @abstractmethod
    def _dialect(self) -> Dialect:
        """Return how calls become messages."""
