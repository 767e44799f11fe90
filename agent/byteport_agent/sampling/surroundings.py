"""What a sensor needs of the agent around it, so that a test can be the agent."""

from typing import Protocol

from byteport_agent.buses.shared import Buses
from byteport_agent.clock import Clock
from byteport_agent.config.sections import Sensor
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.outbox.entry import Reading
from byteport_agent.sampling.health import Change
from byteport_agent.sampling.lanes import Lane, Task


class Surroundings(Protocol):
    """All may be called from any thread, and none waits; ``make`` alone talks to hardware."""

    @property
    def clock(self) -> Clock: ...

    @property
    def buses(self) -> Buses: ...

    @property
    def device(self) -> str: ...

    def at(self, due: int, job: Task) -> None:
        """Run a job at a time in ticks."""
        ...

    def submit(self, lane: Lane, who: str, task: Task) -> None:
        """Have a task done in a lane."""
        ...

    def record(self, readings: list[Reading]) -> None:
        """Keep readings."""
        ...

    def changed(self, sensor: str, change: Change) -> None:
        """Hear of a change of a sensor's state."""
        ...

    def warn(self, sensor: str, text: str) -> None:
        """Hear of something that is no change of state."""
        ...

    def make(self, sensor: Sensor) -> MadeDriver:
        """Prove the chip and return its driver."""
        ...
