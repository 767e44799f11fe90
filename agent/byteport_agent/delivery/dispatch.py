"""Decides what an output's next call is and what an answer means; does no I/O but the outbox's.

Different devices are served in turn and may be under way at once; each keeps its order. A failure
that is not clearly one device's own stops them all, until one call that finds out has passed.

For one thread at a time: `sender` has the threads, and a test may have none.
"""

from dataclasses import dataclass
from typing import NamedTuple

from byteport_agent.clock import Clock
from byteport_agent.delivery.device_queue import DeviceQueue, Settled
from byteport_agent.delivery.feed import Feed
from byteport_agent.delivery.notices import Notices
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.pace import Pace
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.service import LONG_MS, WAITING, Service

_FAILURES = (Kind.UNKNOWN, Kind.LIMITED, Kind.REFUSED)
_NOT_PACKETS = (Kind.REFUSED, Kind.NO_DEVICE)
_LOOKS_AT_ONCE = 20


@dataclass
class Counts:
    """What happened since the start."""

    delivered: int = 0
    rejected: int = 0
    errors: int = 0
    last_delivery_ms: int | None = None


class Wait(NamedTuple):
    """No call for so long; ``for_news`` says that one may come sooner, with news of the log."""

    ms: int
    for_news: bool = False


class Dispatch:
    """One output's decisions; ``ready_goal`` is how many devices may be under way at once.

    ``stays`` says that the connection is wanted even while nothing is to be sent: then a call
    without entries, of no device, is for that alone.
    """

    def __init__(
        self,
        feed: Feed,
        service: Service,
        pace: Pace,
        packing: Packing,
        notices: Notices,
        clock: Clock,
        ready_goal: int = 1,
        stays: bool = False,
    ) -> None:
        self.feed = feed
        self.service = service
        self.counts = Counts()
        self._pace = pace
        self._packing = packing
        self._notices = notices
        self._clock = clock
        self._stays = self._unconnected = stays
        self._ready_goal = max(ready_goal, 2)  # one with a long backlog must not hide all others

    def news(self) -> None:
        """Hear that the log has more."""
        self.feed.ended = False

    def lost(self, reason: str) -> None:
        """Hear that a connection that should stay was lost."""
        now = self._clock.ticks_ms()
        self._unconnected = self._stays
        self.service.lost(reason, now)
        self._notices.state("", self.service.state, self.service.reason, now)

    def begin_again(self) -> None:
        """Forget all but what the outbox knows, after a failure that nobody expected."""
        self.service.forget_probe()
        self.feed.begin()

    def next(self) -> Call | Wait:
        """Return the next call, which is under way then, or how long there is none."""
        now = self._clock.ticks_ms()
        self.feed.refresh()
        wait = max(self.service.wait_ms(now), self._pace.wait_ms(now))
        if wait:
            return Wait(wait)
        queue = self._choose(now)
        if queue is None:
            unconnected = self._unconnected and self.feed.ended
            return self._called(Call(""), now) if unconnected else self._wait(now)
        if queue.suspicion.wants_heartbeat(self.service.passes, now):
            call = Call(queue.device)
        else:
            call = queue.call(self._packing, now, self._clock.unix_ms())
        queue.under_way = call
        self.feed.in_turn(queue)
        return self._called(call, now)

    def wants_help(self) -> bool:
        """Tell whether more devices could be under way now than one."""
        if len(self.feed.queues) < 2:
            return False
        now = self._clock.ticks_ms()
        if self.service.wait_ms(now) or self._pace.wait_ms(now):
            return False
        return sum(queue.ready(now) for queue in self.feed.queues.values()) > 1

    def answered(self, call: Call, outcome: Outcome) -> None:
        """Take note of what came of a call."""
        now = self._clock.ticks_ms()
        queue = self.feed.queues.get(call.device)
        if queue is not None and queue.under_way is call:
            queue.under_way = None
        else:
            queue = None  # the outbox's numbers changed: it is read, and sent, anew
        if outcome.kind is Kind.DELIVERED:
            self._delivered(queue, call)
        else:
            self.counts.errors += 1
            self._not_delivered(queue, call, outcome, now)
        self._notices.state("", self.service.state, self.service.reason, now)
        if queue is not None:
            self._notices.state(queue.device, queue.state, queue.reason, now)

    def _called(self, call: Call, now: int) -> Call:
        self.service.called(call)
        self._pace.take(now)
        return call

    def _choose(self, now: int) -> DeviceQueue | None:
        """Return the device whose turn it is, with its next entry."""
        for _ in range(_LOOKS_AT_ONCE):
            ready = [queue for queue in self.feed.queues.values() if queue.ready(now)]
            if len(ready) < self._ready_goal and not self.feed.ended:
                self.feed.read()
                if not ready:
                    continue
            for queue in ready:
                if queue.wanting:
                    self.feed.refill(queue)
                if queue.has_next:
                    self.feed.gather(queue, self._packing.most)
                    return queue
            if self.feed.ended:
                break
        return None

    def _wait(self, now: int) -> Wait:
        queues = self.feed.queues.values()
        if not self.feed.ended or any(queue.ready(now) for queue in queues):
            return Wait(0)  # it was looked at long enough for once
        self._pace.spread(0, 0)
        waits = [queue.until - now for queue in queues if queue.until > now]
        return Wait(min([LONG_MS, *waits]), for_news=True)

    def _delivered(self, queue: DeviceQueue | None, call: Call) -> None:
        self._unconnected = False
        waited = self.service.state == WAITING
        if waited:
            self.news()  # what came meanwhile was not told: without it the backlog would look short
            calls = (self.feed.backlog() - 1) // self._packing.most
            self._pace.spread(calls, self.service.retry.ceiling_ms)
        self.service.passed(call)
        if queue is not None and call.entries:
            self._settle(queue, queue.delivered(call))

    def _not_delivered(
        self, queue: DeviceQueue | None, call: Call, outcome: Outcome, now: int
    ) -> None:
        if call.many and self._packing.apart and outcome.kind in _NOT_PACKETS:
            self._packing.off(now)
            self._notices.warn(f"no packets for an hour, readings go one by one: {outcome.text}")
            outcome = outcome._replace(kind=Kind.REJECTED)
        if outcome.kind in _FAILURES:
            self._failed(queue, call, outcome, now)
            return
        if outcome.kind is Kind.INVALID:
            self.service.dropped(call)
        else:
            self.service.answers(call)
        if queue is None:
            return
        if outcome.kind is Kind.NO_DEVICE or not call.entries:
            queue.suspicion.clear()
            queue.hold(outcome.text, now)
        else:
            self._settle(queue, queue.refused(call, outcome, now))

    def _failed(self, queue: DeviceQueue | None, call: Call, outcome: Outcome, now: int) -> None:
        alone = False
        if queue is not None and call.entries and outcome.kind is not Kind.LIMITED:
            alone = queue.failed(call, self.service.passes, now)
        if queue is None or not alone:
            self.service.failed(call, outcome, now)
            return
        self.service.dropped(call)
        if outcome.kind is Kind.REFUSED:
            queue.hold(outcome.text, now)
        elif queue.suspicion.is_hopeless(now):
            reason = f"failed for a day while others passed: {outcome.text}"
            self._settle(queue, queue.give_up(call, reason, now))
        else:
            queue.wait(outcome.text, now)

    def _settle(self, queue: DeviceQueue, settled: Settled | None) -> None:
        if settled is None:
            return
        self.feed.settle(queue, settled)
        if settled.delivered:
            self.counts.delivered += settled.delivered
            self.counts.last_delivery_ms = self._clock.unix_ms()
        if settled.dead:
            self.counts.rejected += len(settled.dead)
            reason = settled.dead[-1][1]
            self._notices.buried(queue.device, len(settled.dead), reason, self._clock.ticks_ms())
