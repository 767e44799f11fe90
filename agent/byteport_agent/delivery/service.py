"""Whether a service takes calls: while it does not, one call at a time finds out, the rest wait."""

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.outcome import Call, Kind, Outcome

OK = "ok"
WAITING = "waiting"
HELD = "held"
LONG_MS = 30_000


class Service:
    """The state that all devices of an output share, "ok", "waiting" or "held", and its reason.

    ``retry`` and ``hold`` give the waits of the last two. ``passes`` counts what was delivered, so
    that a device can tell whether others passed where it failed.
    """

    def __init__(self, retry: Backoff, hold: Backoff) -> None:
        self.retry = retry
        self._hold = hold
        self._probe: Call | None = None
        self.state = OK
        self.reason = ""
        self.until = 0
        self.passes = 0

    def wait_ms(self, now: int) -> int:
        """Return how long no call may be made; a long time while one is finding out."""
        if self.state == OK:
            return 0
        return LONG_MS if self._probe is not None else max(self.until - now, 0)

    def called(self, call: Call) -> None:
        """Note that a call goes out; where the service is down it is the one to find out."""
        if self.state != OK:
            self._probe = call

    def passed(self, call: Call) -> None:
        """Note that a call was delivered; a heartbeat does not show that readings will be."""
        self.passes += 1
        if call.entries:
            self.retry.reset()
            self._hold.reset()
        self.answers(call)

    def answers(self, call: Call) -> None:
        """Note that the service works, whatever it said to this call."""
        self.dropped(call)
        self.state, self.reason = OK, ""

    def dropped(self, call: Call) -> None:
        """Note that a call ended, and showed nothing about the service."""
        if self._probe is call:
            self._probe = None

    def forget_probe(self) -> None:
        """Expect no answer to any call."""
        self._probe = None

    def lost(self, reason: str, now: int) -> None:
        """Note that a connection was lost while no call was under way."""
        if self.state == OK:
            self.state, self.reason = WAITING, reason
            self.until = now + self.retry.next_ms()

    def failed(self, call: Call, outcome: Outcome, now: int) -> None:
        """Note a failure that is nobody's own; one of a call from before it was down is no news."""
        if self.state != OK and self._probe is not call:
            return
        self._probe = None
        held = outcome.kind is Kind.REFUSED
        self.state = HELD if held else WAITING
        self.reason = outcome.text
        wait = self._hold.next_ms() if held else self.retry.next_ms(outcome.wait_ms)
        self.until = now + wait
