"""What the agent knows of an output, whatever it speaks: start, wake, stop and a status.

An output reads `Outbox.batch` in threads of its own, sends, and acknowledges what was confirmed and
nothing else. It never raises out of a thread: what goes wrong becomes its state, and one log line
per change of it.
"""

from dataclasses import dataclass
from typing import Protocol

from byteport_agent.pulse import Pulse


@dataclass(frozen=True)
class OutputStatus:
    """An output as `status`, `doctor`, telemetry and the dashboard show it.

    ``state`` is "ok", "waiting" (a failure that passes by itself: it tries again), or "held"
    (somebody has to mend something; it still tries now and then). ``reason`` says why and what to
    do, "" while all is well. Times are milliseconds since 1970, None for never.
    """

    name: str
    type: str
    state: str
    reason: str
    backlog: int
    delivered: int
    rejected: int
    lost: int
    errors: int
    last_delivery_ms: int | None
    retry_in_ms: int | None


class Output(Protocol):
    """One destination; all methods may be called from any thread."""

    @property
    def name(self) -> str: ...

    @property
    def pulse(self) -> Pulse: ...

    def start(self) -> None:
        """Begin to send, in threads of its own."""
        ...

    def wake(self) -> None:
        """Hear that readings were appended; cheap, and no promise to send at once."""
        ...

    def stop(self, within_ms: int) -> None:
        """Finish or abandon what is under way; every thread has ended when this returns."""
        ...

    def status(self) -> OutputStatus:
        """Return how it is."""
        ...
