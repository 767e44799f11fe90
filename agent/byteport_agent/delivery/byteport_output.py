"""The output that sends to Byteport, or to an agent's gateway, which speaks the same."""

import logging
from collections.abc import Callable
from random import random

from byteport_agent.clock import Clock
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.byteport_link import ByteportLink, packing_of
from byteport_agent.delivery.sending_output import SendingOutput
from byteport_agent.outbox import Outbox


class ByteportOutput(SendingOutput):
    """Sends what the outbox has for this output; see `ByteportTarget`.

    Every reading is confirmed before it is acknowledged, and acknowledged at once: a kill repeats
    at most what is under way, one call per connection (with ``packets`` one call is many readings;
    of a reading that had to be sent in parts, all of them). Byteport keeps one value per field and
    time, so a repeated reading changes nothing there. HTTP_PROXY, .netrc and the like are ignored.
    """

    def __init__(
        self,
        settings: ByteportTarget,
        device: Device,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        chance: Callable[[], float] = random,
    ) -> None:
        keys = [key.secret for key in (device.key, settings.legacy_key) if key is not None]
        answers = Answers(device.namespace, keys, clock)
        super().__init__(
            settings,
            outbox,
            clock,
            log,
            lambda: ByteportLink(settings, device, answers),
            packing_of(settings),
            chance,
        )
