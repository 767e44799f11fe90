"""Who may try a key or a password now: the more wrong ones, the longer the wait.

By address, as a board has one; of IPv6 by network, of which one machine has more than it can count.
Where wrong ones pour in from everywhere, addresses that were never right wait as well.
"""

from collections import OrderedDict, deque
from functools import lru_cache
from typing import TypeVar

from byteport_agent.clock import Clock

_REMEMBERED = 4096  # addresses
_MINUTE_MS = 60_000

T = TypeVar("T")


class Attempts:
    """Counts failures; for one thread at a time.

    ``free`` in a row cost no wait, later ones from 1 s up to ``longest_ms``; of strangers there may
    be so many ``a_minute``.
    """

    def __init__(self, clock: Clock, free: int, longest_ms: int, a_minute: int) -> None:
        self._clock = clock
        self._free = free
        self._longest_ms = longest_ms
        self._a_minute = a_minute
        self._failures: OrderedDict[str, tuple[int, int]] = OrderedDict()  # how many, until when
        self._known: OrderedDict[str, None] = OrderedDict()
        self._lately: deque[int] = deque(maxlen=a_minute)

    def wait_ms(self, address: str) -> int:
        """Return how long this address may not try, 0 where it may."""
        if not self._failures and len(self._lately) < self._a_minute:
            return 0
        now, place = self._clock.ticks_ms(), network(address)
        wait = self._failures.get(place, (0, now))[1] - now
        if wait <= 0 and place not in self._known and len(self._lately) == self._a_minute:
            wait = self._lately[0] + _MINUTE_MS - now
        return max(wait, 0)

    def failed(self, address: str) -> None:
        """Note a wrong key or password."""
        now, place = self._clock.ticks_ms(), network(address)
        count = self._failures.get(place, (0, 0))[0] + 1
        wait = (
            0 if count < self._free else min(1000 << min(count - self._free, 20), self._longest_ms)
        )
        _put(self._failures, place, (count, now + wait))
        self._lately.append(now)

    def passed(self, address: str) -> None:
        """Note a right one."""
        place = network(address)
        if self._failures:
            self._failures.pop(place, None)
        if place not in self._known:
            _put(self._known, place, None)


@lru_cache(256)
def network(address: str) -> str:
    """Return an IPv4 address as it is, and the first 64 bits of an IPv6 address."""
    if ":" not in address or address.startswith("::"):
        return address
    head, _, tail = address.partition("::")
    groups = head.split(":")
    if tail or address.endswith("::"):
        groups += ["0"] * (8 - len(groups) - len(tail.split(":")))
    return ":".join(groups[:4])


def _put(places: "OrderedDict[str, T]", place: str, value: T) -> None:
    places[place] = value
    places.move_to_end(place)
    if len(places) > _REMEMBERED:
        places.popitem(last=False)
