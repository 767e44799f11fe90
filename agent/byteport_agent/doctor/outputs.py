"""Every output at once, each in a thread: name, connection, certificate, answer, in that order."""

from collections.abc import Iterator
from functools import partial
from time import monotonic

from byteport_agent.config import Configuration, Output
from byteport_agent.doctor.answer import HEARTBEAT_S
from byteport_agent.doctor.finding import Finding, ok, problem
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.network import (
    CONNECT_S,
    LOOK_UP_S,
    FoundError,
    check_certificate,
    connect,
    look_up,
)
from byteport_agent.doctor.services import check_service, server_of
from byteport_agent.doctor.tasks import Task

_ALL_S = 2 * LOOK_UP_S + 2 * CONNECT_S + HEARTBEAT_S  # the heartbeat looks the name up again


class OutputChecks:
    """The checks of all outputs, which run from now on; `findings` waits for them."""

    def __init__(self, machine: Machine, configuration: Configuration) -> None:
        self._deadline_s = monotonic() + _ALL_S
        self._tasks = [
            (output, Task(partial(_checked, machine, configuration, output)))
            for output in configuration.outputs
        ]

    def findings(self) -> Iterator[Finding]:
        """Yield what was found, in the order of the configuration."""
        for output, task in self._tasks:
            try:
                yield from task.result(self._deadline_s)
            except TimeoutError:
                text = f"{output.url} kept this waiting for {_ALL_S} s"
                yield problem(output.name, text, "is the network good?")


def _checked(machine: Machine, configuration: Configuration, output: Output) -> list[Finding]:
    return list(_check(machine, configuration, output))


def _check(machine: Machine, configuration: Configuration, output: Output) -> Iterator[Finding]:
    host, limit_s = server_of(output), min(CONNECT_S, output.timeout_ms / 1000)
    try:
        addresses = look_up(output.name, host)
        sock = connect(output.name, host, addresses, limit_s)
        with sock:
            if host.secure:
                yield check_certificate(machine, output.name, host, sock, output.ca)
            else:
                yield ok(output.name, f"{host} answers")
    except FoundError as error:
        yield error.finding
    else:
        yield from check_service(machine, configuration.device, output)
