"""The types of outputs, by what ``type`` says."""

from byteport_agent.config.broker_sections import MqttTarget, StompTarget
from byteport_agent.config.influx_section import InfluxTarget
from byteport_agent.config.output_sections import ByteportTarget, Output

TARGETS: dict[str, type[Output]] = {
    "byteport": ByteportTarget,
    "mqtt": MqttTarget,
    "stomp": StompTarget,
    "influx": InfluxTarget,
}
