"""`byteport-agent run`: reads the configured sensors and sends their readings until it is stopped.

SIGTERM and SIGINT end it in order, SIGHUP reads the configuration again.
"""

import argparse
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from byteport_agent.clock import SystemClock
from byteport_agent.command_errors import ConfigurationError, InUseError
from byteport_agent.command_line.configuration import CONFIG_HELP, checked_configuration, counted
from byteport_agent.config import Configuration, MistakesError, load
from byteport_agent.outbox.errors import InUse, NewerSchema
from byteport_agent.service.agent import Agent
from byteport_agent.service.backlog_line import BacklogLine
from byteport_agent.service.logs import FORMATS, LEVELS, AgentLog
from byteport_agent.service.main_loop import MainLoop, ReloadSignal
from byteport_agent.service.status_socket import StatusSocket, socket_path
from byteport_agent.stopping import StopSignal
from byteport_agent.systemd.notify import Notify

EXAMPLE = "byteport-agent run -c agent.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-c", "--config", metavar="FILE", help=CONFIG_HELP)
    add("--log-format", choices=FORMATS, default="text", help="how events are written to stderr")
    add("--log-level", choices=LEVELS, default="info", help="the least level that is written")


def run(arguments: argparse.Namespace) -> int:
    """Run until a signal; 75 where another agent has the outbox, 78 for a wrong configuration."""
    configuration = checked_configuration(arguments.config)
    line = BacklogLine(sys.stderr) if sys.stderr.isatty() else None
    log = AgentLog(arguments.log_format, arguments.log_level, line)
    log.hide(configuration.secrets())
    with StopSignal() as stop, ReloadSignal() as hangup:
        clock = SystemClock(stop)
        agent = _agent(configuration, clock, log)
        notify = Notify()

        def refresh() -> None:
            if line is not None:
                line.update(agent.backlog(), clock.ticks_ms())

        def reload() -> None:
            notify.reloading()
            _reload(agent, configuration.path, log)
            notify.ready(_summary(agent.configuration))

        loop = MainLoop(agent, clock, log.logger, notify, reload, refresh if line else None)
        with _crashes(loop, stop, log), _questions(agent, log) as questions:
            agent.start()
            log.logger.info("started: %s", _summary(configuration))
            if line is not None:  # a person watches
                _tell_of_status(log, arguments.config)
            notify.ready(_summary(configuration))
            code = loop.run(stop, hangup, questions)
            notify.stopping()
            agent.stop()
            log.logger.info("stopped")
    return code


def _tell_of_status(log: AgentLog, file: str | None) -> None:
    command = f"byteport-agent status{f' -c {file}' if file else ''}"
    log.logger.info("'%s' in another terminal shows values; Ctrl-C ends this", command)


def _agent(configuration: Configuration, clock: SystemClock, log: AgentLog) -> Agent:
    try:
        return Agent(configuration, clock, log.logger)
    except InUse as error:
        raise InUseError(str(error)) from None
    except NewerSchema as error:
        raise ConfigurationError(str(error)) from None


def _reload(agent: Agent, path: Path, log: AgentLog) -> None:
    """Read the file again; a bad one leaves what runs in place."""
    try:
        configuration = load(path)
    except MistakesError as error:
        for problem in error.problems:
            log.logger.error("%s", problem)
        log.logger.error("%s: the old configuration stays", counted(error.problems))
    except ConfigurationError as error:
        log.logger.error("%s: the old configuration stays", error)
    else:
        for problem in configuration.warnings:
            log.logger.warning("%s", problem)
        log.hide(configuration.secrets())
        agent.use(configuration)
        log.logger.info("reloaded: %s", _summary(configuration))


def _summary(configuration: Configuration) -> str:
    device, sensors, outputs = configuration.device, configuration.sensors, configuration.outputs
    return (
        f"{device.namespace}.{device.uid}, {len(sensors)} sensor{'s' * (len(sensors) != 1)}, "
        f"{len(outputs)} output{'s' * (len(outputs) != 1)}"
    )


@contextmanager
def _questions(agent: Agent, log: AgentLog) -> Iterator[StatusSocket | None]:
    """Answer `status` where a socket can be had; without one the agent does its work as well."""
    try:
        questions = StatusSocket(socket_path(agent.configuration.outbox.path))
    except OSError as error:
        log.logger.warning("'byteport-agent status' will not find this agent: %s", error)
        yield None
        return
    try:
        yield questions
    finally:
        questions.close()


@contextmanager
def _crashes(loop: MainLoop, stop: StopSignal, log: AgentLog) -> Iterator[None]:
    """End the agent where an error ends one of its threads: that is a mistake in this program."""

    def hook(crash: threading.ExceptHookArgs) -> None:
        name = crash.thread.name if crash.thread else "a thread"
        error = crash.exc_value or crash.exc_type()
        log.logger.critical("%s failed", name, exc_info=error)
        loop.crashed(stop)

    before, threading.excepthook = threading.excepthook, hook
    try:
        yield
    finally:
        threading.excepthook = before
