"""All parts of a running agent: what reads, what keeps, what sends, and how they are exchanged."""

import logging
import os
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from byteport import __version__
from byteport_agent.brokers.data_form import worded
from byteport_agent.buses.shared import Buses
from byteport_agent.clock import Clock
from byteport_agent.config.sections import Configuration, Sensor
from byteport_agent.delivery.around import Around, Arrived
from byteport_agent.driver_lookup.agent_driver import AgentTelemetry, Values, resident_kib
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.gateway import HISTORY
from byteport_agent.outbox import Limits, Outbox, Reading
from byteport_agent.pulse import Pulse
from byteport_agent.sampling.health import Change
from byteport_agent.sampling.recording import Recorder, Upkeep
from byteport_agent.sampling.sampling import Sampling, make_configured
from byteport_agent.service.clock_trust import ClockTrust
from byteport_agent.service.metrics_port import MetricsPort
from byteport_agent.service.output_kinds import make_output
from byteport_agent.service.running_outputs import MakeOutput, RunningOutputs

if TYPE_CHECKING:
    from byteport_agent.gateway.gateway import Gateway
    from byteport_agent.messages.desk import Desk

_GATEWAY = "byteport_agent.gateway.gateway"  # imported where one is configured
_SENDER = "agent"  # the sensor that the agent's own messages name
_MOST_TEXT = 1000
_MESSAGE_LEVELS = {"suspended": "error", "stale": "error", "ok": "info"}
_STOP_SENSORS_MS = 2000
_STOP_DISK_MS = 3000
_STOP_ACTUATORS_MS = 2000


class Agent:
    """One agent; raises OutboxError where its outbox cannot be had.

    ``make_driver``, ``make_output``, ``make_sampling`` and ``gateway_clock`` are for tests.
    """

    def __init__(
        self,
        configuration: Configuration,
        clock: Clock,
        log: logging.Logger,
        make_driver: Callable[[Sensor, Buses], MadeDriver] = make_configured,
        make_output: MakeOutput = make_output,
        make_sampling: Callable[..., Sampling] = Sampling,
        gateway_clock: Clock | None = None,
    ) -> None:
        self._clock = clock
        self._gateway_clock = gateway_clock or clock
        self._log = log
        self._make_driver = make_driver
        self._started_ticks = clock.ticks_ms()
        self.desk: Desk | None = None
        self.configuration = configuration
        self.outbox = _outbox(configuration, clock, log)
        self._metrics_port = MetricsPort(self.status, clock, log)
        self._recorder = Recorder(self.outbox, clock, self._committed)
        self._upkeep = Upkeep(self.outbox, clock)
        self.gateway: Gateway | None = None
        if configuration.gateway is not None:
            import_module(_GATEWAY)  # before anything is read: it takes a while
        self._sampling = make_sampling(
            configuration.device.uid,
            clock,
            self._recorder.record,
            self._changed,
            self._warn,
            self._made,
        )
        around = Around(self._sampling.statuses, self.take_message, self.note_broker)
        self._outputs = RunningOutputs(make_output, self.outbox, clock, log, around)

    def start(self) -> None:
        """Begin to read and to send; what messages switch is in its safe state first."""
        self._use_desk(self.configuration)
        self._recorder.start()
        self._upkeep.start()
        self._sampling.start()
        self._outputs.use(self.configuration.device, self.configuration.outputs)
        self._sampling.use(self.configuration.device.uid, self.configuration.sensors)
        self._metrics_port.use(self.configuration)
        self._start_gateway()

    def use(self, configuration: Configuration) -> None:
        """Go on with another configuration; what is the same in both is not disturbed."""
        if configuration.outbox != self.configuration.outbox:
            self._log.warning("[outbox] has changed: that takes effect with the next start")
        self._use_desk(configuration)
        same_gateway = _of_gateway(configuration) == _of_gateway(self.configuration)
        if not same_gateway:
            self._stop_gateway()
        self.outbox.use_outputs(_consumers(configuration))
        self._outputs.use(configuration.device, configuration.outputs)
        self._sampling.use(configuration.device.uid, configuration.sensors)
        self._metrics_port.use(configuration)
        self.configuration = configuration
        if not same_gateway:
            self._start_gateway()
        elif self.gateway is not None:
            self.gateway.refresh()

    def stop(self) -> None:
        """Read no more, keep what was read, end what is being sent, and close the outbox."""
        if self.desk is not None:
            self.desk.stop(_STOP_ACTUATORS_MS)
        self._metrics_port.close()
        self._sampling.stop(_STOP_SENSORS_MS)
        self._recorder.stop(_STOP_DISK_MS)
        self._stop_gateway()
        self._outputs.stop()
        self._upkeep.stop(_STOP_DISK_MS)
        self.outbox.close()

    def backlog(self) -> int:
        """Return how many readings the slowest output is yet to deliver."""
        pending = self._recorder.pending  # before the outbox, which has what is pending no more
        names = [output.name for output in self.configuration.outputs]
        return pending + max((self.outbox.backlog(name) for name in names), default=0)

    def take_message(self, arrived: Arrived) -> None:
        """Have a message to the device carried out."""
        if self.desk is not None:
            self.desk.take(arrived)

    def note_broker(self, output: str, is_there: bool) -> None:
        """Hear whether a broker that messages come from is reached."""
        if self.desk is not None:
            self.desk.reached(output, is_there)

    def pulses(self) -> list[Pulse]:
        """Return the signs of life of all that must advance."""
        desk = [] if self.desk is None else [self.desk.pulse]
        gateway = [] if self.gateway is None else self.gateway.pulses()
        own = (self._sampling.pulse, self._recorder.pulse, self._upkeep.pulse)
        return [*own, *desk, *self._outputs.pulses(), *gateway]

    def stuck(self, longer_than_ms: int) -> int:
        """Return how many threads hang in a driver for longer."""
        return self._sampling.stuck(longer_than_ms)

    def tell_of_losses(self) -> None:
        """Report readings dropped since this was last called, as a field and a message."""
        for name, new, lost in self._outputs.losses():
            text = f"{new} readings were dropped before output {name} had them: {_WHY_DROPPED}"
            self._log.error(text, extra={"output": name})
            self._message("error", text, ("dropped", str(lost)))

    def status(self) -> dict[str, Any]:
        """Return everything about this agent that is worth showing, as JSON can hold it."""
        device = self.configuration.device
        return {
            "version": __version__,
            "pid": os.getpid(),
            "now_ms": self._clock.unix_ms(),
            "uptime_ms": self._clock.ticks_ms() - self._started_ticks,
            "configuration": str(self.configuration.path.absolute()),
            "namespace": device.namespace,
            "device": device.uid,
            "sensors": [asdict(each) for each in self._sampling.statuses()],
            "outputs": [asdict(each) for each in self._outputs.statuses()],
            "gateway": None if self.gateway is None else self.gateway.status(),
            "outbox": {
                "path": self.configuration.outbox.path,
                "used_bytes": self.outbox.used_bytes(),
                "trouble": self.outbox.trouble,
                "in_memory": self.outbox.in_memory,
                "dead_letters": len(self.outbox.dead_letters()),
            },
            "figures": dict(
                zip((name for name, _, _ in AgentTelemetry.CHANNELS), self._figures(), strict=True)
            ),
        }

    def _use_desk(self, configuration: Configuration) -> None:
        """Have somebody to take messages, where any can come or something is switched by them."""
        if self.desk is not None:
            self.desk.use(configuration)
        elif configuration.takes_messages:
            from byteport_agent.messages.desk import Desk

            self.desk = Desk(configuration, self._clock, self._log, self._sampling, self._answer)
            self.desk.start()

    def _answer(self, level: str, text: str, child: str | None) -> None:
        self._message(level, text, device=child)

    def _start_gateway(self) -> None:
        if self.configuration.gateway is not None:
            self.gateway = import_module(_GATEWAY).Gateway(
                self.configuration,
                self.outbox,
                self._gateway_clock,
                self._log,
                self.status,
                self._committed,
            )
            self.gateway.start()

    def _stop_gateway(self) -> None:
        if self.gateway is not None:
            gateway, self.gateway = self.gateway, None
            gateway.stop()

    def _committed(self) -> None:
        self._outputs.wake()
        if (gateway := self.gateway) is not None:
            gateway.wake()

    def _made(self, sensor: Sensor, buses: Buses) -> MadeDriver:
        if sensor.found.kind is AgentTelemetry:
            return MadeDriver("agent", AgentTelemetry(self._figures), "this agent", None)
        return self._make_driver(sensor, buses)

    def _figures(self) -> Values:
        sensors = self._sampling.statuses()
        outputs = self._outputs.statuses()
        lost = max((output.lost for output in outputs), default=0)
        return (
            self.backlog(),
            lost + self._recorder.lost,
            sum(each.failures for each in sensors) + sum(each.errors for each in outputs),
            sum(each.state not in ("ok", "starting") for each in sensors),
            (self._clock.ticks_ms() - self._started_ticks) // 1000,
            resident_kib(),
        )

    def _changed(self, sensor: str, change: Change) -> None:
        text = f"{sensor}: {change.text}"
        level = logging.INFO if change.state == "ok" else logging.WARNING
        self._log.log(level, text, extra={"sensor": sensor, "state": change.state})
        if change.lasting:
            self._message(_MESSAGE_LEVELS[change.state], text)

    def _warn(self, sensor: str, text: str) -> None:
        self._log.warning("%s: %s", sensor, text, extra={"sensor": sensor})
        self._message("warn", f"{sensor}: {text}")

    def _message(
        self, level: str, text: str, *fields: tuple[str, str], device: str | None = None
    ) -> None:
        """Send a message to a device's log panel, by the way of readings; without one, to ours.

        It is worded so that every output carries it.
        """
        uid, now = device or self.configuration.device.uid, self._clock.ticks_ms()
        pairs = (*fields, (level, worded(text[:_MOST_TEXT])))
        self._recorder.record([Reading(uid, _SENDER, pairs, now)])


_WHY_DROPPED = "the outbox was full, see max_bytes and max_age of [outbox]"


def _consumers(configuration: Configuration) -> list[str]:
    """Return who is to get what the outbox has: the outputs, and the history where there is one."""
    names = [output.name for output in configuration.outputs]
    return names if configuration.gateway is None else [*names, HISTORY]


def _of_gateway(configuration: Configuration) -> object:
    """Return what a gateway is made of: where that is the same it goes on undisturbed."""
    device = configuration.device
    metrics = configuration.prometheus if configuration.metrics_at_gateway else None
    about = device.namespace, device.uid, configuration.history, metrics
    return configuration.gateway and (configuration.gateway, *about)


def _outbox(configuration: Configuration, clock: Clock, log: logging.Logger) -> Outbox:
    settings = configuration.outbox
    limits = Limits(
        max_bytes=settings.max_bytes,
        max_age_ms=settings.max_age_ms,
        sync_interval_ms=settings.sync_interval_ms,
    )
    trust = ClockTrust(clock.ticks_ms)
    consumers = _consumers(configuration)
    return Outbox(settings.path, consumers, clock, log.warning, limits, is_sane=trust)
