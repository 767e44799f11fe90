"""What the demo shows of what its gateway has stored, in memory and bounded."""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from byteport.names import LOG_LEVELS
from byteport_agent.clock import Clock
from byteport_agent.live_table import LastValue, StoredReading
from byteport_agent.outbox import Entry

_MOST_READINGS = 1000
_RATE_OF = 20  # arrivals


class DemoStore:
    """Gets entries from the gateway's thread, and is read by the demo's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._readings: deque[StoredReading] = deque(maxlen=_MOST_READINGS)
        self._last: dict[tuple[str, str], LastValue] = {}
        self._messages: deque[tuple[str, str, str]] = deque(maxlen=_RATE_OF)
        self._arrived: deque[int] = deque(maxlen=_RATE_OF)
        self._count = 0

    def heard(self, entries: Sequence[Entry]) -> None:
        """Take what was stored just now."""
        with self._lock:
            for entry in entries:
                self._count += 1
                self._arrived.append(self._clock.ticks_ms())
                self._add(entry)

    def count(self) -> int:
        """Return how many readings were stored."""
        return self._count

    def per_second(self) -> float:
        """Return the rate at which the last readings arrived, 0 where it is not known yet."""
        with self._lock:
            span_ms = self._arrived[-1] - self._arrived[0] if self._arrived else 0
            return 1000 * (len(self._arrived) - 1) / span_ms if span_ms else 0.0

    def readings_after(self, number: int) -> list[StoredReading]:
        """Return the readings stored after the one with that number."""
        with self._lock:
            return [each for each in self._readings if each.id > number]

    def last_values(self) -> list[LastValue]:
        """Return each field's latest value: devices by name, fields as they first arrived."""
        with self._lock:
            return sorted(self._last.values(), key=lambda last: last.device)

    def last_messages(self, limit: int) -> list[tuple[str, str, str]]:
        """Return the newest log messages as (device, level, text), the newest last."""
        with self._lock:
            return list(self._messages)[-limit:]

    def _add(self, entry: Entry) -> None:
        ts_ms = entry.ts_ms or 0
        fields = tuple(pair for pair in entry.fields if pair[0] not in LOG_LEVELS)
        messages = tuple(pair for pair in entry.fields if pair[0] in LOG_LEVELS)
        self._readings.append(StoredReading(self._count, entry.device, ts_ms, fields, messages))
        self._messages.extend((entry.device, *message) for message in messages)
        for name, value in fields:
            key = entry.device, name
            if key not in self._last or self._last[key].ts_ms <= ts_ms:
                self._last[key] = LastValue(entry.device, name, value, ts_ms)
