"""Keeps records that could not be sent yet, in memory, and sends them again in their order.

What a failure means for the record and the wait before the next attempt is decided here alone; the
errors' tree (`byteport.errors`) tells the cases apart.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from byteport.digits import ms_text
from byteport.errors import InvalidData, Refused, Rejected, SendError
from byteport_agent.clock import Clock
from byteport_agent.record import Fields, Record

_MAX_WAIT_MS = 60_000


class Sender(Protocol):
    """What stores a record, as `byteport.Client` does."""

    def store(self, fields: Fields, timestamp: str, device: str) -> None: ...


class UnsentQueue:
    """Records in order, at most ``max_records``: the oldest is lost where one more comes.

    ``tell`` gets one line when sending begins to fail, for another reason, or works again, and one
    for every record that is given up.
    """

    def __init__(
        self, client: Sender, clock: Clock, tell: Callable[[str], None], max_records: int = 10_000
    ) -> None:
        self._client = client
        self._clock = clock
        self._tell = tell
        self._max_records = max_records
        self._records: deque[Record] = deque()
        self._failures = 0
        self._failing = ""
        self._next_ticks_ms = clock.ticks_ms()
        self.sent = 0
        self.lost = 0

    def __len__(self) -> int:
        return len(self._records)

    def put(self, record: Record) -> None:
        """Add a record that is yet to be sent."""
        if len(self._records) == self._max_records:
            self._records.popleft()
            self.lost += 1
        self._records.append(record)

    def send(self, at_once: bool = False) -> None:
        """Send what waits, unless a failure asked to wait; ``at_once`` tries all the same."""
        if not at_once and self._clock.ticks_ms() < self._next_ticks_ms:
            return
        while self._records:
            record = self._records[0]
            try:
                self._client.store(record.fields, ms_text(record.ts_ms), record.device)
            except (Rejected, InvalidData) as error:
                self.lost += 1
                self._tell(f"a reading is given up: {error}")
            except SendError as error:
                self._wait_after(error)
                return
            else:
                self.sent += 1
                self._works()
            self._records.popleft()

    def _wait_after(self, error: SendError) -> None:
        self._failures += 1
        wait_ms = min(1000 * 2 ** min(self._failures - 1, 6), _MAX_WAIT_MS)
        if isinstance(error, Refused):
            wait_ms = _MAX_WAIT_MS  # only a person can mend it
        wait_ms = max(wait_ms, 1000 * (error.retry_after or 0))
        self._next_ticks_ms = self._clock.ticks_ms() + wait_ms
        if self._failing != str(error):
            self._failing = str(error)
            self._tell(f"readings wait to be sent: {error}")

    def _works(self) -> None:
        if self._failing:
            self._tell("readings are sent again")
        self._failures = 0
        self._failing = ""
