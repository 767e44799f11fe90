"""Turns an mqtt-io configuration into one of this agent; `import_mqtt_io` is the command."""

from byteport_agent.mqtt_io.conversion import Conversion, convert

__all__ = ["Conversion", "convert"]
