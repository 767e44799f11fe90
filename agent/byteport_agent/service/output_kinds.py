"""Which class an output's ``type`` is; a kind is imported when it is configured."""

import logging

from byteport_agent.clock import Clock
from byteport_agent.config import ByteportTarget, Device, InfluxTarget, MqttTarget, StompTarget
from byteport_agent.config import Output as Settings
from byteport_agent.delivery.around import NOTHING, Around
from byteport_agent.delivery.output import Output
from byteport_agent.outbox import Outbox


def make_output(
    settings: Settings,
    device: Device,
    outbox: Outbox,
    clock: Clock,
    log: logging.Logger,
    around: Around = NOTHING,
) -> Output:
    """Return the output that these settings ask for, not started yet."""
    if isinstance(settings, MqttTarget):
        from byteport_agent.brokers.mqtt_output import MqttOutput

        return MqttOutput(settings, device, outbox, clock, log, around)
    if isinstance(settings, StompTarget):
        from byteport_agent.brokers.stomp_output import StompOutput

        return StompOutput(settings, device, outbox, clock, log, around)
    if isinstance(settings, InfluxTarget):
        from byteport_agent.influx.influx_output import InfluxOutput

        return InfluxOutput(settings, device, outbox, clock, log)
    from byteport_agent.delivery.byteport_output import ByteportOutput

    assert isinstance(settings, ByteportTarget)
    return ByteportOutput(settings, device, outbox, clock, log)
