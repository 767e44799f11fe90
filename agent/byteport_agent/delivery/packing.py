"""Which entries of a backlog may share one call, where a service takes many at a time."""

from collections.abc import Callable, Iterable

from byteport_agent.outbox import Entry

LEAST = 5  # fewer are no backlog
MAX_BYTES = 20_000
_OFF_MS = 3_600_000


class Packing:
    """At most ``most`` entries a call, of those that ``fits`` allows; 1 is never more than one.

    Where such a call goes ``apart`` from those of one entry, to another place with another key, it
    may be refused while they pass.
    """

    def __init__(
        self,
        most: int = 1,
        fits: Callable[[Entry], bool] = lambda _: True,
        max_bytes: int = MAX_BYTES,
        apart: bool = False,
    ) -> None:
        self.most = most
        self.apart = apart
        self._fits = fits
        self._max_bytes = max_bytes
        self._off_until: int | None = None

    def off(self, now: int) -> None:
        """Send one at a time for an hour: the service takes no other call."""
        self._off_until = now + _OFF_MS

    def together(self, entries: Iterable[Entry], most: int, now: int) -> tuple[Entry, ...]:
        """Return the leading entries for one call, none where each has to go alone."""
        if self.most < LEAST or (self._off_until is not None and now < self._off_until):
            return ()
        found: list[Entry] = []
        size = 0
        for entry in entries:
            size += entry.size()
            if len(found) >= min(most, self.most) or size > self._max_bytes or not self._may(entry):
                break
            found.append(entry)
        return tuple(found) if len(found) >= LEAST else ()

    def _may(self, entry: Entry) -> bool:
        return entry.ts_ms is not None and self._fits(entry)
