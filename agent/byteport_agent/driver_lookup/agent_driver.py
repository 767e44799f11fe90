"""The agent's own figures as a driver: switched on, named and filtered like any other sensor.

[[sensor]]
name = "health"
driver = "agent"
interval = "5m"
"""

from collections.abc import Callable

from byteport.errors import ChipNotFound

Values = tuple[float, ...]


class AgentTelemetry:
    """Figures of the agent that runs; ``figures`` is how it is asked, None where none runs.

    ``backlog`` is the longest of the outputs', ``dropped`` are readings that were lost for want of
    room, ``errors`` failed measurements and sends, ``failing`` the sensors that give nothing now.
    """

    BUS = "agent"
    CHANNELS = (
        ("backlog", "count", 0),
        ("dropped", "count", 0),
        ("errors", "count", 0),
        ("failing", "count", 0),
        ("uptime", "s", 0),
        ("rss", "KiB", 0),
    )

    def __init__(self, figures: Callable[[], Values] | None = None, /) -> None:
        if figures is None:
            raise ChipNotFound("agent: its figures are there while 'byteport-agent run' runs")
        self._figures = figures

    def start(self) -> int:
        return 0

    def read(self) -> Values:
        """Return the figures of now."""
        return self._figures()


def resident_kib() -> int:
    """Return this process's resident memory; proc(5), /proc/pid/statm."""
    from resource import getpagesize

    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * getpagesize() // 1024
