"""Bytes on their way in one direction of a bad network: late, slow, in pieces, lost and sent again.

No socket and no clock in here: `ChaosProxy` says what time it is, in seconds that only grow. As TCP
does, a pipe keeps the order and loses nothing: a lost segment is one that comes late, and all that
is behind it waits for it.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

NEVER = float("inf")
_GAP_S = 0.001  # between two slices, so that a reader sees them apart
_TURN_S = 0.02  # at a limited speed, as much as fits in here arrives at once
_MAX_RETRANSMISSIONS = 6


@dataclass
class Line:
    """How one direction is; may be changed at any time, for what is sent from then on.

    ``delay_s`` is the way's own time and limits no speed. ``bytes_per_s`` does, 0 is no limit.
    ``slice_bytes`` cuts what is sent into segments so long, 0 leaves it. ``loss`` is the share of
    segments that are lost: each costs ``retransmit_s``, twice that the second time in turn, and so
    on, as TCP's retransmissions do (RFC 6298). ``passed_bytes`` counts what has arrived.
    """

    delay_s: float = 0.0
    bytes_per_s: float = 0.0
    slice_bytes: int = 0
    loss: float = 0.0
    retransmit_s: float = 0.2
    passed_bytes: int = 0


class Pipe:
    """What was sent and has not arrived; ``opens_at`` is when the first byte may leave."""

    def __init__(self, line: Line, chance: Random, opens_at: float = 0.0) -> None:
        self.line = line
        self._chance = chance
        self._parts: deque[tuple[float, bytes]] = deque()
        self._free_at = opens_at  # when the line has taken all that was sent before
        self._last_due = 0.0
        self.waiting_bytes = 0

    def put(self, data: bytes, now: float) -> None:
        """Take bytes that were sent now."""
        for part in self._slices(data):
            self._parts.append((self._due(len(part), now), part))
        self.waiting_bytes += len(data)

    def due_at(self) -> float:
        """Return when the next bytes arrive, NEVER where there are none on the way."""
        return self._parts[0][0] if self._parts else NEVER

    def take(self, now: float) -> bytes:
        """Return the next segment that has arrived, b"" where none has yet."""
        if not self._parts or self._parts[0][0] > now:
            return b""
        part = self._parts.popleft()[1]
        self.waiting_bytes -= len(part)
        return part

    def put_back(self, part: bytes) -> None:
        """Return to the front what the receiver could not take."""
        self._parts.appendleft((0.0, part))
        self.waiting_bytes += len(part)

    def clear(self) -> None:
        """Drop what is on its way: there is nobody to arrive at."""
        self._parts.clear()
        self.waiting_bytes = 0

    def _slices(self, data: bytes) -> Iterator[bytes]:
        line = self.line
        size = line.slice_bytes or len(data)
        if line.bytes_per_s:
            size = max(1, min(size, int(line.bytes_per_s * _TURN_S)))
        return (data[at : at + size] for at in range(0, len(data), size))

    def _due(self, size: int, now: float) -> float:
        line = self.line
        self._free_at = max(self._free_at, now)
        if line.bytes_per_s:
            self._free_at += size / line.bytes_per_s
        due = self._free_at + line.delay_s + self._retransmissions_s()
        gap = _GAP_S if line.slice_bytes else 0.0
        self._last_due = max(due, self._last_due + gap)
        return self._last_due

    def _retransmissions_s(self) -> float:
        line, wait_s, next_s = self.line, 0.0, self.line.retransmit_s
        for _ in range(_MAX_RETRANSMISSIONS):
            if self._chance.random() >= line.loss:
                break
            wait_s += next_s
            next_s *= 2
        return wait_s
