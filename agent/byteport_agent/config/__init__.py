"""The agent's configuration: a TOML file, checked as a whole before anything starts.

    from byteport_agent.config import find_file, load

    configuration = load(find_file())          # MistakesError lists all that is wrong, exit code 78

`sections` says what there is, once for check, defaults and documentation; `reader` reads it. Plain
dataclasses, because lines, key paths and nearest matches are worth more here than a structuring
library, and importing one costs more than all of this.
"""

from byteport_agent.config.broker_sections import BrokerTarget, MqttTarget, StompTarget
from byteport_agent.config.gateway_sections import Gateway, GatewayDevice, History
from byteport_agent.config.influx_section import InfluxTarget
from byteport_agent.config.message_sections import Actuator, Messages, Prometheus
from byteport_agent.config.output_sections import ByteportTarget, Output
from byteport_agent.config.problems import MistakesError, Problem
from byteport_agent.config.reader import find_file, load, load_any, load_board, parse, parse_board
from byteport_agent.config.sections import (
    Configuration,
    Device,
    FieldSettings,
    Outbox,
    Sensor,
)

__all__ = [
    "Actuator",
    "BrokerTarget",
    "ByteportTarget",
    "Configuration",
    "Device",
    "FieldSettings",
    "Gateway",
    "GatewayDevice",
    "History",
    "InfluxTarget",
    "Messages",
    "MistakesError",
    "MqttTarget",
    "Outbox",
    "Output",
    "Problem",
    "Prometheus",
    "Sensor",
    "StompTarget",
    "find_file",
    "load",
    "load_any",
    "load_board",
    "parse",
    "parse_board",
]
