"""What became of each reading that a simulated station made.

A station says of each record what time it took for it: a real one, or one since the start of a
boot, which it learns later. A call that the service stored is the record with that time and the
same fields; where there is none, something has changed on the way.
"""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass

_2000_MS = 946_684_800_000


@dataclass
class Kept:
    """One record of the outbox; ``delivered`` counts."""

    ms: int  # since the start, by the true clock
    text: str
    is_reading: bool
    in_ram_at_end: bool = False  # of a boot that ended without a chance to keep it
    delivered: int = 0


class Ledger:
    """``utc_ms`` is the true time of the start; counts are of readings, not of messages."""

    def __init__(self, utc_ms: int) -> None:
        self._utc_ms = utc_ms
        self._kept: list[Kept] = []
        self._places: dict[tuple[int, str], list[int]] = defaultdict(list)
        self._of_boots: dict[int, list[tuple[int, int]]] = defaultdict(list)  # place, ms since
        self._starts_ms: dict[int, int] = {}
        self._last = -1
        self.out_of_order = self.unknown = self.without_time = self.untimed = 0
        self.worst_error_ms = 0

    def kept(self, ms: int, boot: int, claimed_ms: int, text: str, is_reading: bool) -> None:
        """Take a record that the station put into its outbox.

        ``claimed_ms`` is the time that it gave it: since the start of a boot, or since 2000 where
        ``boot`` is 0.
        """
        place = len(self._kept)
        self._kept.append(Kept(ms, text, is_reading))
        self.untimed += not is_reading and "no time is known of it" in text
        if not boot:
            self._places[claimed_ms, text].append(place)
        elif boot in self._starts_ms:
            self._places[self._starts_ms[boot] + claimed_ms, text].append(place)
        else:
            self._of_boots[boot].append((place, claimed_ms))

    def learned(self, boot: int, start_ms: int) -> None:
        """Take when a boot started, in milliseconds since 2000; what comes first counts."""
        if boot not in self._starts_ms and boot in self._of_boots:
            self._starts_ms[boot] = start_ms
            for place, ms in self._of_boots.pop(boot):
                self._places[start_ms + ms, self._kept[place].text].append(place)

    def ended(self, in_ram: int) -> None:
        """Take the end of a boot, with so many records in RAM alone."""
        for record in self._kept[len(self._kept) - in_ram :]:
            record.in_ram_at_end = True

    def stored(self, timestamp: str, text: str) -> None:
        """Take a call that the service stored."""
        if timestamp == "-":
            self.without_time += 1
            return
        ms = timestamp_ms(timestamp)
        places = self._places.get((ms - _2000_MS, text))
        if not places:
            self.unknown += 1
            return
        place = min(places, key=lambda each: self._kept[each].delivered)
        record = self._kept[place]
        record.delivered += 1
        if record.is_reading:
            error_ms = abs(ms - self._utc_ms - record.ms)
            self.worst_error_ms = max(self.worst_error_ms, error_ms)
        if record.delivered == 1:
            self.out_of_order += place < self._last
            self._last = max(self._last, place)

    def counts(self, waiting: int) -> dict[str, int]:
        """Return the counts of the end, where so many records wait in the outbox."""
        readings = [each for each in self._kept if each.is_reading]
        open_ = [each for each in self._kept if not each.delivered]
        lost = [each for each in open_[: len(open_) - waiting] if each.is_reading]
        return {
            "read": len(readings),
            "delivered": sum(each.delivered > 0 for each in readings),
            "waiting": sum(each.is_reading for each in open_) - len(lost),
            "lost": len(lost),
            "lost_in_ram": sum(each.in_ram_at_end for each in lost),
            "lost_without_time": min(self.untimed, len(lost)),
            "duplicates": sum(max(each.delivered - 1, 0) for each in readings),
            "messages": len(self._kept) - len(readings),
            "out_of_order": self.out_of_order,
            "unknown": self.unknown,
            "without_time": self.without_time,
            "worst_time_error_ms": self.worst_error_ms,
        }

    def longest_gap_ms(self) -> int:
        """Return the longest time from one delivered value of a field to its next."""
        last: dict[str, int] = {}
        longest = 0
        for record in self._kept:
            if record.is_reading and record.delivered:
                for name in (each.partition("=")[0] for each in record.text.split("&")):
                    longest = max(longest, record.ms - last.get(name, record.ms))
                    last[name] = record.ms
        return longest


def timestamp_ms(text: str) -> int:
    """Return the milliseconds of a ``_ts`` of seconds with up to three decimals."""
    seconds, _, decimals = text.partition(".")
    return int(seconds) * 1000 + int(f"{decimals:0<3}"[:3])


def least_between(samples: list[tuple[int, int]], start_ms: int, end_ms: int) -> int:
    """Return the least value of (ms, value) samples in a time; of all where there is none."""
    begin = bisect_left(samples, (start_ms, 0))
    end = bisect_left(samples, (end_ms + 1, 0))
    return min((value for _, value in samples[begin:end] or samples), default=0)
