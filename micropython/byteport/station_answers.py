"""What it means for a station that the service did not say 200: the agent's rules, in less memory.

    401, 403, 404    held: nothing passes until somebody mends something; tried again in 5 to 60
    and redirects    minutes
    429              waits as it is told, up to an hour
    other 4xx        the reading is set aside, which is told with what it held; held instead where
                     five in a row are refused, or that word of it is
    all else         the same bytes again, ever more rarely; a reading that alone fails for an hour
                     while the service answers others is set aside

A module of its own, because a board needs it only when something went wrong.
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.outbox_record import random_number

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.outbox_record import Record
    from byteport.station_sender import Sender

_HOLD_MS = const(300000)
_LONGEST_HOLD_MS = const(3600000)
_ALONE_MS = const(3600000)
_IN_A_ROW = const(5)
_OF_A_WORD = const(20)
_HUGE = const(0x3FFFFFFF)
_SHOWN = const(300)
_DEAD_LINK = const(3)
_WORDS = {
    2: "a page, a network's sign-in?",
    401: "wrong key, or a method that the namespace forbids?",
    403: "wrong key, or a method that the namespace forbids?",
    404: "is the device registered?",
}


class Answers:
    """What failed since a reading passed."""

    def __init__(self, sender: "Sender") -> None:
        self._sender = sender
        self._station = sender.station
        self._ceiling = 0
        self._refused = self._silent = 0
        self._alone_since: "int | None" = None
        self._told = ""

    def judge(self, status: int, record: "Record | None") -> None:
        """Decide what follows from a status, 0 for no answer, 2 for a page."""
        hold = status in (401, 403, 404) or 300 <= status < 400
        if 400 <= status < 500 and status not in (408, 429) and not hold and record:
            self._refused += 1
            most = _IN_A_ROW
            if _is_word(record):  # which is worth waiting for, but not for ever
                most = 0 if self._refused < _OF_A_WORD else _HUGE
            if self._refused < most:
                self._set_aside(record, self._sender.why)
                return
            hold = True
        if hold:
            self._wait(_HOLD_MS, _LONGEST_HOLD_MS, "held", status)
        else:
            self._failed(status, record)

    def passed(self) -> None:
        """Tell that a call passed, where it was told that none did."""
        if self._told:
            self._station.tell("info", "output ok again", self._told.startswith("held"))

    def dropped(self, count: int) -> None:
        """Tell that readings were lost, where no telemetry counts them."""
        self._station.outbox.reported(count)
        self._station.tell("warn", f"{count} readings were lost: there was no room for them", True)

    def without_time(self, record: "Record") -> None:
        """Go on without a reading whose time nobody can know any more."""
        when = f"{record.seconds} s after the start of boot {record.boot}"
        self._set_aside(record, "no time is known of it, made " + when)

    def _failed(self, status: int, record: "Record | None") -> None:
        now = ticks_ms()
        if status < 100:
            self._alone_since = None  # nobody says that it is the reading's fault
            self._silent += 1
            if self._silent % _DEAD_LINK == 0:
                self._station.wifi.off()  # a link that is up may carry nothing
        elif status >= 500 and record:
            if self._alone_since is None:
                self._alone_since = now
            elif ticks_diff(now, self._alone_since) > _ALONE_MS:
                why = self._sender.why
                if self._sender.call(None, None) == 200:
                    self._set_aside(record, why)
                    return
        limits = self._sender.settings
        self._wait(limits["retry_min_ms"], limits["retry_max_ms"], "waits", status)
        headers = self._sender.output.headers
        asked = headers.get("retry-after")
        if asked:
            from byteport.http_date import retry_after_s

            wait_s = retry_after_s(asked, headers.get("date", ""))
            self._sender.due = ticks_add(self._sender.due, 1000 * (wait_s or 0))

    def _wait(self, least_ms: int, most_ms: int, state: str, status: int) -> None:
        """Wait anywhere between the least and a ceiling that doubles, so that boards come apart."""
        self._ceiling = min(max(2 * self._ceiling, 2 * least_ms), most_ms)
        wait = least_ms + random_number() % max(self._ceiling - least_ms, 1)
        self._sender.due = ticks_add(ticks_ms(), wait)
        text = f"{state}: {self._sender.why}"
        if status in _WORDS:
            text += ": " + _WORDS[status]
        if text != self._told:
            self._told = text
            self._station.tell("warn", "output " + text)

    def _set_aside(self, record: "Record", why: str) -> None:
        """Go on without a reading, and tell what it held, unless it is itself such a message."""
        is_word = _is_word(record)
        held = bytes(record.body[1:_SHOWN]).decode()
        self._station.outbox.acknowledge()
        self._station.tell("warn", f"set aside, {why}: {held}", not is_word)


def _is_word(record: "Record") -> bool:
    """Return whether it tells of a reading that was set aside."""
    return bytes(record.body[:15]) == b"&warn=set+aside"
