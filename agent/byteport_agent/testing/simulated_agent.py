"""An agent with the configuration of a real one, on simulated hardware and in virtual time.

    with SimulatedPi(tmp_path / "pi") as pi, SimulatedByteport() as service:
        pi.attach(SimulatedBME280())
        with SimulatedAgent("agent.toml", tmp_path / "agent", pi.clock, service.url) as agent:
            agent.run("1h")                  # reads for an hour, and waits until all is delivered
        service.values("porch_temp")         # 120 values

Sensors are read in virtual time, in the thread that calls `run`; disk, outputs and gateway are the
agent's own, with their threads. What a gateway is sent arrives at the virtual time.
"""

import json
import logging
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from byteport_agent.clock import Clock
from byteport_agent.config import Device, Output
from byteport_agent.delivery.around import Around, Arrived
from byteport_agent.delivery.output import Output as RunningOutput
from byteport_agent.durations import duration_ms
from byteport_agent.outbox import Outbox
from byteport_agent.sampling.sampling import make_configured
from byteport_agent.service.agent import Agent
from byteport_agent.service.output_kinds import make_output
from byteport_agent.testing.configured import KEY, simulated_configuration
from byteport_agent.testing.times import GoingOn, Hardware, RealTime, VirtualTime
from byteport_agent.testing.virtual_sampling import VirtualSampling

if TYPE_CHECKING:
    from byteport_agent.gateway.gateway import Gateway

BEGIN_MS = 1_780_308_000_000  # 2026-06-01 10:00 UTC
_PATIENCE_S = 60
_LOOK_S = 0.002
_LONGEST_STEP_MS = 86_400_000

_log = logging.getLogger("byteport_agent.testing")


class SimulatedAgent:
    """One agent, from the block's begin to its end; ``key`` is what all its key files hold.

    ``clock`` is that of the hardware; the first moment of it is ``begin_ms`` since 1970.
    """

    key = KEY

    def __init__(
        self,
        path: Path | str,
        folder: Path,
        clock: Hardware,
        url: str,
        begin_ms: int = BEGIN_MS,
    ) -> None:
        self.configuration = simulated_configuration(Path(path), folder, url)
        self._brokers = [output.name for output in self.configuration.outputs]
        self.clock = VirtualTime(clock, begin_ms)
        self._stopped = False
        self._agent = Agent(
            self.configuration,
            self.clock,
            _log,
            make_configured,
            _in_real_time,
            self._sampling,
            GoingOn(self.clock),
        )

    def __enter__(self) -> "SimulatedAgent":
        self._agent.start()
        self.broker(is_there=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it in order, as SIGTERM does; a second time does nothing."""
        if not self._stopped:
            self._stopped = True
            self._agent.stop()

    def run(self, duration: str, deliver: bool = True) -> None:
        """Let time pass and read what is due in it; wait until all is delivered, unless told not.

        Raises AssertionError where that takes a minute of real time.
        """
        ends = self.clock.ticks_ms() + duration_ms(duration)
        while (left_ms := ends - self.clock.ticks_ms()) > 0:
            self._virtual.run(min(left_ms, self._actuators_due_ms()))
            self._catch_up()
        if deliver:
            self.deliver()

    def message(self, text: str, uid: str = "") -> None:
        """Bring a message to the device, or to a child of it, as a broker does: `pump=on;`."""
        device = self.configuration.device
        seconds = self.clock.unix_ms() / 1000
        place = {"namespace": device.namespace, "uid": uid or device.uid, "timestamp": seconds}
        self._agent.take_message(Arrived(json.dumps([{**place, "data": text}]).encode()))
        self._catch_up()

    def broker(self, is_there: bool) -> None:
        """Lose the brokers that messages come from, or find them again; at first they are there."""
        for name in self._brokers:
            self._agent.note_broker(name, is_there)
        self._catch_up()

    def deliver(self) -> None:
        """Wait until every output has delivered all."""
        ends = monotonic() + _PATIENCE_S
        while backlog := self._agent.backlog():
            outputs = [(each["state"], each["reason"]) for each in self.status()["outputs"]]
            assert monotonic() < ends, f"{backlog} readings are not delivered: {outputs}"
            Event().wait(_LOOK_S)

    def status(self) -> dict[str, Any]:
        """Return what `byteport-agent status --json` tells."""
        return self._agent.status()

    @property
    def gateway(self) -> "Gateway":
        """The gateway that is configured, at ``gateway.url``."""
        assert self._agent.gateway is not None, f"{self.configuration.path} has no [gateway]"
        return self._agent.gateway

    def _actuators_due_ms(self) -> int:
        desk = self._agent.desk
        return _LONGEST_STEP_MS if desk is None else max(desk.due_in_ms(), 1)

    def _catch_up(self) -> None:
        desk = self._agent.desk
        assert desk is None or desk.catch_up(_PATIENCE_S * 1000), "a message is not handled"

    def _sampling(self, *parts: Any) -> VirtualSampling:
        self._virtual = VirtualSampling(*parts)
        return self._virtual


def _in_real_time(
    settings: Output,
    device: Device,
    outbox: Outbox,
    _clock: Clock,
    log: logging.Logger,
    around: Around,
) -> RunningOutput:
    return make_output(settings, device, outbox, RealTime(), log, around)
