"""Sends what a station's outbox has, one reading a step, in its order, and learns the time.

`station_answers` tells what an answer other than a plain 200 means. A reading made before the clock
was known waits for the time; one of an earlier boot that never learned it is told of in a message,
as no time would be true.
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.station_board import new_output

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.outbox_record import Record
    from byteport.station import Station

_IDLE_MS = const(10000)
_SENDING = const(9)  # see byteport.led
_SYNC_MS = const(21600000)  # 6 hours
_RETRY_SYNC_MS = const(60000)


class Sender:
    """``output`` carries readings to the service; all else is here.

    ``success`` is when the service last answered, or a link had nothing to carry. ``answers`` is
    what failed since a reading passed, False where nothing did, None until the first has passed,
    which is told. ``due`` is when the next call may be made, ``sync_due`` when a time server is
    asked, ``why`` what came of the last call.
    """

    def __init__(
        self, station: "Station", settings: "dict[str, Any]", secrets: "dict[str, Any]"
    ) -> None:
        self.station = station
        self.settings = settings["output"]
        self.output = new_output(settings, secrets)
        self.success = self.due = self.sync_due = ticks_ms()
        self._counts = "dropped" in station.settings.get("telemetry", ())
        self.answers: "Any" = None
        self.why = ""
        self._answered = False

    def step(self, now: int) -> int:
        """Learn the time or send one reading, if it is time; return the ms until the next step."""
        if ticks_diff(now, self.sync_due) >= 0:
            self._sync(now)
            return 0
        wait = ticks_diff(self.due, now)
        if wait > 0:
            if self._answered:
                self.success = now  # as it was told to wait
            return wait
        self.due = now  # an older one would be ahead when ticks wrap
        outbox = self.station.outbox
        record = outbox.peek()
        if record is None:
            self.success = now
            self.output.upkeep()
            return _IDLE_MS
        if outbox.dropped and not self._counts and not self.answers:
            self._failures().dropped(outbox.dropped)
        return self._send(record)

    def _send(self, reading: "Record") -> int:
        """Send a reading, or ask for the time that it lacks; return the ms until the next step."""
        station = self.station
        record: "Record | None" = reading
        timestamp = reading.timestamp()
        if timestamp is None:
            if reading.boot != station.outbox.boot:
                self._failures().without_time(reading)
                return 0
            record = None  # only the time is wanted, if the answer has it
        self._judge(self.call(record, timestamp), record)
        if record is None and not station.clock.known:
            self.due = ticks_add(ticks_ms(), _RETRY_SYNC_MS)
        return max(ticks_diff(self.due, ticks_ms()), 0)

    def call(self, record: "Record | None", timestamp: "str | None") -> int:
        """Send a reading, or a heartbeat; return the answer's status, as the output does."""
        station = self.station
        output = self.output
        station.show(_SENDING)
        status: int = output.send(record.body if record else b"", timestamp)
        self.why = output.why
        self._answered = status >= 100  # else nobody, or a network's sign-in
        if self._answered:
            self.success = ticks_ms()
            if output.wants_date and output.has_date:
                from byteport.station_date import take_date

                take_date(self)
        elif output.needs_time and not station.clock.known:
            self.why += ": TLS needs the time, which no time server has told yet"
        station.show(station.code)
        return status

    def _judge(self, status: int, record: "Record | None") -> None:
        if status != 200:
            self._failures().judge(status, record)
        else:
            if record:
                self.station.outbox.acknowledge()
            if self.answers:
                self.answers.passed()
            elif self.answers is None:
                self.station.tell("info", "output ok")
            self.answers = False

    def _failures(self) -> "Any":
        if not self.answers:
            from byteport.station_answers import Answers

            self.answers = Answers(self)
        return self.answers

    # The time

    def _sync(self, now: int) -> None:
        station = self.station
        clock = station.clock
        hosts = station.settings["ntp"]
        known = hosts and clock.sync_ntp(station.attend, hosts, station.may_look_up)
        self.sync_due = ticks_add(now, _SYNC_MS if known else _RETRY_SYNC_MS)
        if known:
            station.learned()
        elif not self.output.wants_date:
            whence = "from the service, " if self.output.has_date else "no server tells it, "
            station.tell("info", "time: " + whence + clock.reason)
        # until a time server answers, the dates of the service's answers are taken
        self.output.wants_date = not known
