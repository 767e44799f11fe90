"""What a service says to an output's user and password, by what the output speaks."""

from collections.abc import Iterator
from dataclasses import replace
from time import monotonic
from urllib.parse import urlsplit

from byteport.errors import ByteportError, RateLimited, Refused
from byteport_agent.brokers.standing import Hearers, Standing
from byteport_agent.config import (
    ByteportTarget,
    Device,
    InfluxTarget,
    MqttTarget,
    Output,
    StompTarget,
)
from byteport_agent.doctor.answer import HEARTBEAT_S, check_answer
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.network import Host, host_of

_PORTS = {"mqtt": 1883, "mqtts": 8883, "stomp": 61613, "stomps": 61614}
_NOBODY = Hearers(lambda _: None, lambda _: None, lambda _: None)


def server_of(output: Output) -> Host:
    """Return the host that an output connects to."""
    url = urlsplit(output.url)
    if url.scheme not in _PORTS:
        return host_of(output.url)
    port = url.port or _PORTS[url.scheme]
    return Host(url.scheme.endswith("s"), url.hostname or "", port)


def check_service(machine: Machine, device: Device, output: Output) -> Iterator[Finding]:
    """Yield what the service answers; nothing is stored by it."""
    if isinstance(output, ByteportTarget):
        yield from check_answer(machine, device, output)
    elif isinstance(output, InfluxTarget):
        yield _influx_finding(output)
    else:
        yield _broker_finding(device, output)


def _broker_finding(device: Device, output: Output) -> Finding:
    connection = _connection(device, output)
    start_s = monotonic()
    try:
        connection.open(start_s + min(output.timeout_ms / 1000, HEARTBEAT_S))
    except ByteportError as error:
        return _finding(output, error)
    finally:
        connection.drop()
    took = f"{monotonic() - start_s:.2f} s"
    return ok(output.name, f"{output.url} lets this device in, answered in {took}")


def _connection(device: Device, output: Output) -> Standing:
    """Return a connection that disturbs no agent's: its id is another, and it asks for nothing."""
    if isinstance(output, MqttTarget):
        from byteport_agent.brokers.mqtt_connection import MqttConnection
        from byteport_agent.brokers.mqtt_output import broker_of

        broker = broker_of(output, device)
        name = f"{broker.client_id}-doctor"
        broker = replace(broker, client_id=name, clean_session=True, messages_from="")
        return MqttConnection(broker, _NOBODY)
    from byteport_agent.brokers import stomp_output
    from byteport_agent.brokers.stomp_connection import StompConnection

    assert isinstance(output, StompTarget)
    return StompConnection(
        replace(stomp_output.broker_of(output, device), messages_from=""), _NOBODY
    )


def _influx_finding(output: InfluxTarget) -> Finding:
    """Return what an InfluxDB says to a write of no point."""
    from byteport_agent.influx.influx_link import ask

    start_s = monotonic()
    error = ask(output, min(output.timeout_ms / 1000, HEARTBEAT_S))
    if error is not None:
        return _finding(output, error)
    took = f"{monotonic() - start_s:.2f} s"
    return ok(output.name, f"{output.url} takes points for {output.manner}, answered in {took}")


def _finding(output: Output, error: ByteportError) -> Finding:
    text = str(error)
    if isinstance(error, Refused):
        return problem(output.name, text, "check user, password and names in this output")
    if isinstance(error, RateLimited):
        return warning(output.name, text, "send less often: raise interval, lower max_rate")
    return problem(output.name, text, "does the service run there, and is the network good?")
