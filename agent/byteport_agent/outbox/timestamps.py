"""No two values of one field get the same time: Byteport keeps one of them and says nothing.

A clock that steps back passes the same milliseconds again, and readings on whole seconds meet
there. So the last times of each field are remembered; a reading that meets one moves on by 1 ms.
"""

from array import array

from byteport_agent.outbox.entry import Entry, Fields

_MAX_TIMES = 512  # of one field
_MAX_FIELDS = 4096


class Timestamps:
    """The last times of every field."""

    def __init__(self) -> None:
        self._times: dict[tuple[str, str], Times] = {}

    def free(self, device: str, fields: Fields, ts_ms: int) -> int:
        """Return ``ts_ms``, or the next millisecond that none of these fields has; remember it."""
        known = [self._of(device, name) for name, _ in fields]
        while any(ts_ms <= times.newest and ts_ms in times.last for times in known):
            ts_ms += 1
        for times in known:
            times.add(ts_ms)
        return ts_ms

    def remember(self, entry: Entry) -> None:
        """Note the time of an entry that was read back."""
        if entry.ts_ms is not None:
            for name, _ in entry.fields:
                self._of(entry.device, name).add(entry.ts_ms)

    def _of(self, device: str, name: str) -> "Times":
        key = device, name
        times = self._times.get(key)
        if times is None:
            if len(self._times) >= _MAX_FIELDS:
                del self._times[next(iter(self._times))]
            times = self._times[key] = Times()
        return times


class Times:
    """The last times of one field; what is later than all of them needs no search."""

    __slots__ = ("last", "newest")

    def __init__(self) -> None:
        self.last = array("q")
        self.newest = -1 << 63

    def add(self, ts_ms: int) -> None:
        self.last.append(ts_ms)
        self.newest = max(self.newest, ts_ms)
        if len(self.last) > _MAX_TIMES:
            del self.last[: _MAX_TIMES // 4]
