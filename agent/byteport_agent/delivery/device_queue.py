"""One device's entries on their way: which call is next, and what an answer means for them.

The order is kept: an entry goes when the one before is settled, that is delivered or known to be
refused for good. One that the service refuses is set aside, not settled, and the next are tried. If
one of those passes, those set aside were wrong and are dead letters; if five in a row are refused,
the fault is hardly theirs: all go back, and the device is held. Each time that this was in vain one
more is tried, so that a row of truly wrong ones comes to its end.

An entry whose time nobody can know any more, because the clock was not set before its boot ended,
is not stored: without ``_ts`` the service would take the time of arrival, a guess that looks like a
measurement. It becomes a dead letter that says how long after which boot it was made, and a `warn`
message in the device's log panel says how many there are.
"""

from collections import deque
from itertools import islice, takewhile
from typing import NamedTuple

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.parts import Parts
from byteport_agent.delivery.service import HELD, OK, WAITING
from byteport_agent.delivery.suspicion import Suspicion
from byteport_agent.outbox import Entry

CAPACITY = 200
_IN_A_ROW = 5
_MOST_IN_A_ROW = 50

Dead = tuple[Entry, str]


class Settled(NamedTuple):
    """Everything of a device up to a number: how much was delivered, and what never will be."""

    number: int
    delivered: int
    dead: list[Dead]


class DeviceQueue:
    """The entries of a device that were read from the log and are not settled, the oldest first.

    ``behind`` says that the log has more of it after ``looked_to``, which others went past.
    """

    def __init__(
        self,
        device: str,
        looked_to: int,
        retry: Backoff,
        hold: Backoff,
        capacity: int = CAPACITY,
    ) -> None:
        self.device = device
        self._capacity = capacity
        self.entries: deque[Entry] = deque()
        self.looked_to = looked_to
        self.behind = False
        self.under_way: Call | None = None
        self.state, self.reason, self.until = OK, "", 0
        self.suspicion = Suspicion()
        self._retry = retry
        self._hold = hold
        self._again: Call | None = None
        self._parts: Parts | None = None
        self._aside: list[tuple[Entry, str, bool]] = []  # whether the service refused it
        self._allowed = _IN_A_ROW
        self._singly_to = looked_to
        self._most = capacity

    @property
    def full(self) -> bool:
        """Whether it takes no more for now; a device that is held needs one to try with."""
        return self.state == HELD or len(self.entries) - len(self._aside) >= self._capacity

    @property
    def wanting(self) -> bool:
        """Whether it should be given more before its next call."""
        return self.behind and len(self.entries) - len(self._aside) < self._capacity // 2

    @property
    def has_next(self) -> bool:
        return len(self.entries) > len(self._aside)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember of it."""
        return not (self.entries or self.behind or self.under_way) and self.state == OK

    def ready(self, now: int) -> bool:
        """Tell whether it may be tried now, if the log has what it lacks."""
        return self.under_way is None and (self.behind or self.has_next) and now >= self.until

    def oldest(self) -> int | None:
        """Return a number before which nothing of it is unsettled, None where nothing is."""
        if self.entries:
            return self.entries[0].id
        return self.looked_to + 1 if self.behind else None

    def is_open_to(self, number: int) -> bool:
        """Tell whether something of it, up to a number, may be unsettled."""
        first = self.oldest()
        return first is not None and first <= number

    def give(self, entry: Entry) -> None:
        """Add an entry of the log."""
        self.entries.append(entry)
        self.looked_to = entry.id

    def forget_to(self, number: int) -> None:
        """Let go of what the log lost up to that number."""
        while self.entries and self.entries[0].id <= number:
            self.entries.popleft()
        self.looked_to = max(self.looked_to, number)
        self._aside = [one for one in self._aside if one[0].id > number]
        if self._again is not None and self._again.entries[-1].id <= number:
            self._again = None
        if self._parts is not None and self._parts.entry.id <= number:
            self._parts = None

    def call(self, packing: Packing, now: int, unix_ms: int) -> Call:
        """Return the next call: the same as before where what came of that is unknown."""
        if self._again is not None:
            return self._again
        entry = self.entries[len(self._aside)]
        if self._parts is not None:
            return Call(self.device, (entry,), self._parts.left[0], entry.ts_ms)
        if entry.ts_ms is None:
            return self._note(unix_ms)
        if not self._aside and entry.id > self._singly_to:
            together = packing.together(self.entries, self._most, now)
            if together:
                return Call(self.device, together, many=True)
        return Call(self.device, (entry,), entry.fields, entry.ts_ms)

    def delivered(self, call: Call) -> Settled | None:
        """Note that a call was confirmed; return what is settled by that."""
        self.works()
        count, dead = len(call.entries), []
        if self._parts is not None:
            self._parts.delivered()
            if self._parts.left:
                return None
            dead = self._parts.dead()
        elif call.entries[0].ts_ms is None:
            count, dead = 0, _without_time(call)
        return self._settle(call.entries[-1].id, count, dead)

    def works(self) -> None:
        """Note that what is tried of it passes, or that it is another record's turn."""
        self.state, self.reason, self.until = OK, "", 0
        self._again = None
        self.suspicion.clear()
        self._retry.reset()

    def failed(self, call: Call, passes: int, now: int) -> bool:
        """Keep a call that failed for another time; return whether it is the only one to fail."""
        self._again = call
        return self.suspicion.failed(passes, now)

    def wait(self, reason: str, now: int) -> None:
        """Try again in a while, whatever others do."""
        self.state, self.reason = WAITING, reason
        self.until = now + self._retry.next_ms()

    def hold(self, reason: str, now: int) -> None:
        """Try again in a long while, from the oldest on."""
        self.state, self.reason = HELD, reason
        self.until = now + self._hold.next_ms()
        self._again = self._parts = None
        self._aside = []
        if len(self.entries) > 1:
            self.behind = True
            self.entries = deque([self.entries[0]])
            self.looked_to = self.entries[0].id

    def refused(self, call: Call, outcome: Outcome, now: int) -> Settled | None:
        """Note that a call will not pass as it is; return what is settled by that."""
        self._again = None
        self.suspicion.clear()
        if call.many:
            self._unpack(call, outcome)
            return None
        entry = call.entries[0]
        if entry.ts_ms is None:
            return self._give_up_note(call, now)
        if self._parts is None and outcome.kind is Kind.REJECTED:
            return self._put_aside([(entry, outcome.text)], True, now)
        return self._refused_part(entry, outcome, now)

    def give_up(self, call: Call, reason: str, now: int) -> Settled | None:
        """Go on without a record that fails and fails while others pass."""
        self.works()
        if call.many:
            self._singly_to = call.entries[-1].id
            return None
        if call.entries[0].ts_ms is None:
            return self._give_up_note(call, now)
        self._parts = None
        return self._put_aside([(call.entries[0], reason)], False, now)

    def _refused_part(self, entry: Entry, outcome: Outcome, now: int) -> Settled | None:
        parts = self._parts = self._parts or Parts(entry)
        if outcome.kind is Kind.REJECTED:
            parts.give_up(outcome.text)
        else:
            parts.split(outcome.text)
        if parts.left:
            return None
        self._parts = None
        if parts.passed:
            return self._settle(entry.id, 1, parts.dead())
        return self._put_aside(parts.dead(), outcome.kind is not Kind.INVALID, now)

    def _give_up_note(self, call: Call, now: int) -> Settled | None:
        return self._put_aside(_without_time(call), False, now)

    def _put_aside(self, dead: list[Dead], by_service: bool, now: int) -> Settled | None:
        """Settle what cannot be sent in any case; what was refused waits for what others show."""
        if not (self._aside or by_service):
            return self._settle(dead[-1][0].id, 0, dead)
        self._aside += [(entry, reason, by_service) for entry, reason in dead]
        refused = sum(one[2] for one in self._aside)
        if refused >= self._allowed or len(self._aside) >= self._capacity:
            self._allowed = min(self._allowed + 1, _MOST_IN_A_ROW)
            self.hold(f"{refused} readings in a row were refused: {dead[-1][1]}", now)
        return None

    def _settle(self, number: int, delivered: int, dead: list[Dead]) -> Settled:
        dead = [(entry, reason) for entry, reason, _ in self._aside] + dead
        if delivered:
            self._allowed = _IN_A_ROW
            self._hold.reset()
        self._aside = []
        self._parts = None
        while self.entries and self.entries[0].id <= number:
            self.entries.popleft()
        return Settled(number, delivered, dead)

    def _unpack(self, call: Call, outcome: Outcome) -> None:
        if outcome.kind is Kind.TOO_LARGE:
            self._most = max(len(call.entries) // 2, 1)
        if outcome.kind is not Kind.TOO_LARGE or self._most < 2:
            self._singly_to = call.entries[-1].id

    def _note(self, unix_ms: int) -> Call:
        rest = islice(self.entries, len(self._aside), None)
        entries = tuple(takewhile(lambda entry: entry.ts_ms is None, rest))
        text = (
            f"{len(entries)} readings have no time, as the clock was not set before the machine "
            "started again: they are among the agent's dead letters"
        )
        return Call(self.device, entries, (("warn", text),), unix_ms)


def _without_time(call: Call) -> list[Dead]:
    return [
        (entry, f"no time is known: made {entry.ticks_ms} ms after the start of boot {entry.boot}")
        for entry in call.entries
    ]
