"""Carries a call to a broker: its messages in order, a window of them under way, each confirmed.

What was confirmed of a call that then failed is not sent again with it, so that a break repeats no
more than what was under way. A kill repeats at most one call.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Protocol

from byteport.errors import ByteportError
from byteport_agent.brokers.data_form import carries
from byteport_agent.brokers.message import Dialect, Message
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.sender import Link

_DELIVERED = Outcome(Kind.DELIVERED)


class Connection(Protocol):
    """One connection to a broker at a time; times are of ``monotonic()``."""

    def open(self, deadline_s: float) -> bool:
        """Connect where it is not; return whether it did. Raises a SendError."""
        ...

    def publish(
        self, messages: Sequence[Message], deadline_s: float
    ) -> tuple[int, ByteportError | None]:
        """Return how many, from the first on, the broker confirmed, and what kept the others."""
        ...

    def cut(self) -> None: ...

    def close(self, farewell: Message | None) -> None: ...


class BrokerLink:
    """A `Link` over a broker's connection; ``fallback`` carries what the dialect cannot."""

    def __init__(
        self,
        connection: Connection,
        dialect: Dialect,
        answers: Answers,
        timeout_ms: int,
        fallback: Link | None = None,
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self._answers = answers
        self._timeout_s = timeout_ms / 1000
        self._fallback = fallback
        self._partly: Call | None = None
        self._confirmed = 0

    def send(self, call: Call) -> Outcome:
        """Publish a call's messages, and wait for all confirmations up to the time-out."""
        if self._fallback and call.entries and not call.many and not carries(call.fields):
            return self._fallback.send(call)
        deadline_s = monotonic() + self._timeout_s
        try:
            messages = self._dialect.messages(call) if call.entries else []
            if self._connection.open(deadline_s):
                self._dialect.opened()
            self._publish(call, messages, deadline_s)
        except ByteportError as error:
            return self._answers.outcome(error, call)
        return _DELIVERED

    def cut(self) -> None:
        self._connection.cut()
        if self._fallback is not None:
            self._fallback.cut()

    def close(self) -> None:
        self._connection.close(self._dialect.farewell())
        if self._fallback is not None:
            self._fallback.close()

    def _publish(self, call: Call, messages: Sequence[Message], deadline_s: float) -> None:
        if self._partly is not call:
            self._partly, self._confirmed = call, 0
        preface = self._dialect.preface(call)
        rest = [*preface, *messages[self._confirmed :]]
        count, error = self._connection.publish(rest, deadline_s) if rest else (0, None)
        self._confirmed += max(count - len(preface), 0)
        if error is not None:
            raise error
        self._partly = None
