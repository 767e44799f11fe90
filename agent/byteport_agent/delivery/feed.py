"""Reads the log for one output: once and in order, into one bounded queue per device.

A device whose queue is full, because it is held or others are faster, is gone past: what the log
has more of it is read when there is room, from where its queue ends. What is settled is
acknowledged at once: as the output's cursor where nothing before it is open, else as the device's.
"""

from collections.abc import Callable

from byteport_agent.delivery.device_queue import DeviceQueue, Settled
from byteport_agent.outbox import Outbox

ROWS = 100  # at a look: that long, others wait for the outbox
_ROWS_PASSED = 1000
_LOOKS_AT_ONCE = 20
_MOST_HELD = 5000


class Feed:
    """The queues of the devices that have something to send; the first in turn comes first.

    ``new_queue`` makes the queue of a device that has its entries up to a number behind it.
    ``rows`` are read at a time. ``ended`` says that the log had no more when it was last looked at.
    """

    def __init__(
        self,
        outbox: Outbox,
        output: str,
        new_queue: Callable[[str, int], DeviceQueue],
        rows: int = ROWS,
    ) -> None:
        self._rows = rows
        self._outbox = outbox
        self._output = output
        self._new_queue = new_queue
        self.begin()

    def begin(self) -> None:
        """Read from where the outbox knows everything to be settled."""
        self._numbering = self._outbox.numbering
        self._cursor, self._ahead = self._outbox.delivered(self._output)
        self._position = self._cursor
        self.queues: dict[str, DeviceQueue] = {}
        self._blocking: DeviceQueue | None = None
        self.ended = False

    def refresh(self) -> None:
        """Follow the outbox where it gave entries other numbers, or lost the oldest."""
        if self._outbox.numbering != self._numbering:
            self.begin()
        cursor = self._outbox.cursor(self._output)
        if cursor > self._cursor:
            self._cursor = cursor
            self._position = max(self._position, cursor)
            for queue in list(self.queues.values()):
                queue.forget_to(cursor)
                self._drop_if_idle(queue)

    def read(self) -> None:
        """Look at the next rows of the log and share them out."""
        look = self._outbox.look(self._position, self._rows, self._wanted)
        for entry in look.entries:
            queue = self.queues.get(entry.device)
            if queue is None:
                queue = self._new_queue(entry.device, entry.id - 1)
                self.queues[entry.device] = queue
            queue.give(entry)
        self._position, self.ended = look.to, look.ended

    def gather(self, queue: DeviceQueue, most: int) -> None:
        """Read on for a call of many, as a look is shared by all devices.

        It ends where another would be gone past, or where all together are much.
        """
        for _ in range(_LOOKS_AT_ONCE):
            if len(queue.entries) >= most or self.ended:
                break
            counts = [len(each.entries) for each in self.queues.values()]
            if max(counts) >= most or sum(counts) >= _MOST_HELD:
                break
            self.read()

    def refill(self, queue: DeviceQueue) -> None:
        """Give a device what was gone past, as far as it has room."""

        def is_its_own(number: int, device: str) -> bool:
            return device == queue.device and number <= self._position

        rows = self._rows
        for _ in range(_LOOKS_AT_ONCE):
            if not queue.wanting:
                break
            look = self._outbox.look(queue.looked_to, rows, is_its_own)
            for entry in look.entries:
                queue.give(entry)
            queue.looked_to = min(look.to, self._position)
            queue.behind = queue.looked_to < self._position and not look.ended
            rows = self._rows if look.entries else _ROWS_PASSED
        self._drop_if_idle(queue)

    def backlog(self) -> int:
        """Return how much the output is yet to deliver."""
        return self._outbox.backlog(self._output)

    def in_turn(self, queue: DeviceQueue) -> None:
        """Let all others go before this device's next call."""
        self.queues[queue.device] = self.queues.pop(queue.device)

    def settle(self, queue: DeviceQueue, settled: Settled) -> None:
        """Tell the outbox what is delivered or refused for good."""
        self._drop_if_idle(queue)
        number, dead = settled.number, settled.dead
        settled_to = self._settled_to(number)
        if settled_to is None:
            self._outbox.acknowledge(self._output, number, queue.device, dead)
            return
        self._cursor = max(settled_to, self._cursor)
        self._outbox.acknowledge(self._output, settled_to, dead=dead)

    def _settled_to(self, number: int) -> int | None:
        """Return up to where nothing is open; None where something before a number is.

        Most often that is the same as before.
        """
        if self._blocking is not None and self._blocking.is_open_to(number):
            return None
        settled_to, self._blocking = self._position, None
        for queue in self.queues.values():
            first = queue.oldest()
            if first is not None and first <= number:
                self._blocking = queue
                return None
            if first is not None and first <= settled_to:
                settled_to = first - 1
        return settled_to

    def _wanted(self, number: int, device: str) -> bool:
        if number <= self._ahead.get(device, self._cursor):
            return False
        queue = self.queues.get(device)
        if queue is None:
            return True
        queue.behind = queue.behind or queue.full
        return not queue.behind

    def _drop_if_idle(self, queue: DeviceQueue) -> None:
        if queue.idle and self.queues.get(queue.device) is queue:
            del self.queues[queue.device]
