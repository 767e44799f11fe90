"""What an output may ask of the agent around it, and tell it; nothing where there is none."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from byteport_agent.sampling.sensor_status import SensorStatus


@dataclass(frozen=True)
class Arrived:
    """A message to the device, as it came: ``done`` is called once it was handled.

    ``again`` is what the broker says of one that it may have sent before; ``retained`` of one that
    it kept, so that nobody knows how old it is.
    """

    content: bytes
    done: Callable[[], object] = lambda: None
    again: bool = False
    retained: bool = False


def _nobody() -> Sequence[SensorStatus]:
    return ()


@dataclass(frozen=True)
class Around:
    """``statuses`` tells how the sensors are, with units and intervals of their fields.

    ``take`` gets messages to the device, from any thread, and never waits. ``reached`` hears of an
    output's name whether its broker, where messages come from, is connected.
    """

    statuses: Callable[[], Sequence[SensorStatus]] = _nobody
    take: Callable[[Arrived], object] = lambda _: None
    reached: Callable[[str, bool], object] = lambda _name, _there: None


NOTHING = Around()
