"""The output that writes to an InfluxDB, or to what speaks as one."""

import logging
from collections.abc import Callable
from random import random

from byteport_agent.clock import Clock
from byteport_agent.config import Device, InfluxTarget
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.sending_output import SendingOutput
from byteport_agent.influx.influx_link import InfluxLink
from byteport_agent.outbox import Outbox

_MOST_BYTES = 200_000  # a call, as the outbox counts them


class InfluxOutput(SendingOutput):
    """Writes what the outbox has for this output; see `InfluxTarget`.

    A reading is delivered when the server has answered 204. What it refuses of a reading is set
    aside field by field, so that one field of another type than before costs no other.
    """

    def __init__(
        self,
        settings: InfluxTarget,
        device: Device,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        chance: Callable[[], float] = random,
    ) -> None:
        keys = [key.secret for key in (settings.password, settings.token) if key is not None]
        answers = Answers(device.namespace, keys, clock)
        packing = Packing(settings.most_together, max_bytes=_MOST_BYTES)
        super().__init__(
            settings,
            outbox,
            clock,
            log,
            lambda: InfluxLink(settings, answers),
            packing,
            chance,
        )
