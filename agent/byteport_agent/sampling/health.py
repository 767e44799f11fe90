"""What a sensor's failures mean: its state, when it is tried again, and the one line per change.

starting    it was not read yet
ok          the last attempt gave a sample
retrying    attempts fail, and are made at every tick
suspended   they went on failing: tried ever more rarely, up to every 10 minutes
stale       it answers, but has nothing new
"""

from threading import Lock
from typing import NamedTuple

from byteport_agent.durations import duration_text

MOST_WAIT_MS = 600_000
_PATIENT_FAILURES = 5
_PATIENT_MS = 10_000
_MOST_DOUBLINGS = 20


class Change(NamedTuple):
    """A change of state, in words; ``lasting`` is one that is worth a message to the service."""

    state: str
    text: str
    lasting: bool


class Health:
    """One sensor's state; used by its lane and by the scheduler, so it locks."""

    def __init__(self, interval_ms: int, now: int) -> None:
        self._interval_ms = interval_ms
        self._lock = Lock()
        self._failing_since = now
        self._row = 0
        self._suspended_row = 0
        self._lasting = False
        self.state = "starting"
        self.reason = ""
        self.since = now
        self.retry_at = now
        self.failures = 0

    def succeeded(self, now: int) -> Change | None:
        """Note a sample; return the change, if it is one."""
        with self._lock:
            before, lasting = self.state, self._lasting
            self._row = self._suspended_row = 0
            self.reason = ""
            self.retry_at = now
            self._lasting = False
            if before == "ok":
                return None
            self.state, self.since = "ok", now
            if before == "starting":
                return Change("ok", "ok", False)
            ago = duration_text(now - self._failing_since)
            return Change("ok", f"ok again after {ago}", lasting)

    def failed(self, now: int, reason: str, stale: bool = False) -> Change | None:
        """Note that there was no sample; ``stale`` where the sensor answered, with nothing new."""
        with self._lock:
            if not self._row:
                self._failing_since = now
            self._row += 1
            self.failures += 1
            self.reason = reason
            state = self._state_now(now, stale)
            self.retry_at = now + (self._wait_ms() if state == "suspended" else 0)
            if state == self.state:
                return None
            self.state, self.since = state, now
            first = state != "retrying" and not self._lasting
            self._lasting = self._lasting or state != "retrying"
            return Change(state, f"{state}: {reason}", first)

    def _state_now(self, now: int, stale: bool) -> str:
        if self._row < _PATIENT_FAILURES or now - self._failing_since < _PATIENT_MS:
            return "retrying"
        return "stale" if stale else "suspended"

    def _wait_ms(self) -> int:
        self._suspended_row = min(self._suspended_row + 1, _MOST_DOUBLINGS)
        return min(max(self._interval_ms, 1000) << self._suspended_row, MOST_WAIT_MS)
