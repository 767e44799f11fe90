"""Which class an output's ``type`` is; a kind is imported when it is configured."""

import logging

from byteport_agent.clock import Clock
from byteport_agent.config.sections import Device
from byteport_agent.config.sections import Output as Settings
from byteport_agent.delivery.output import Output
from byteport_agent.outbox import Outbox


def make_output(
    settings: Settings, device: Device, outbox: Outbox, clock: Clock, log: logging.Logger
) -> Output:
    """Return the output that these settings ask for, not started yet."""
    from byteport_agent.delivery.byteport_output import ByteportOutput

    return ByteportOutput(settings, device, outbox, clock, log)
