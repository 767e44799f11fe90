"""What time it is, how sure that is, and what time it was before that was known.

Times are pairs (seconds since 2000, milliseconds): small ints on every board until 2034.
`byteport.digits.time_text` makes ``_ts`` of them.

* Before a server has told the time, it counts from power-on: seconds below EARLIEST_S, on the
  timeline that `boot` names. `place` turns such a time into a real one afterwards. The timeline
  lasts through deep sleep and resets where `state` lives as long as the RTC; not without power.
* A server's time is refused if it is before this version, or 34 years after it. A time that is
  known moves further than it can have drifted only where two answers in a row agree.
* A later moment never gets an earlier time, but at least 1 ms more, unless the clock is set back by
  over 2 s, which `steps_back` counts.
* The RTC is believed as far as `state` vouches for it: others set it too, and to local time.
* Awake, a board drifts by some 2 s a day; asleep, an ESP32 by up to 5 % (esp-idf #6687). How much,
  is learnt from one server's answer to the next, and made good for after each sleep.
"""

import os
import time
from struct import pack, unpack

from byteport.compat import EPOCH_OFFSET, const, ticks_diff, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

EARLIEST_S = const(820540800)  # 2026-01-01

_1970_TO_2000_S = const(946684800)
_LONGEST_S = const(0x3FFFFFFF)
_UNKNOWN_MS = const(-1000)  # an RTC that keeps whole seconds may be so much behind
_LONGEST_GAP_MS = const(400 * 86400000)
_FORM = "<IIHIqih"
_SIZE = const(28)  # which fits the backup memory of a Pico W
_AGREE_S = const(10)
_STEP_BACK_MS = const(-2000)
_LEARN_S = const(60)
_LEARN_ERRORS = const(400)  # as an error of more than 0.25 % would be learnt
_PARTS = const(100000)  # in which it is counted how slow an RTC is asleep


class Clock:
    """The time of this board.

    ``rtc`` is a `machine.RTC`, which is kept right for TLS and over a sleep. ``state`` is what
    `state` returned before, whole or empty, and ``slept_ms`` how long a sleep in between was to be,
    0 for a reset without one.

    ``known``; ``source`` of the last answer: ntp, date, or rtc after a sleep; ``reason`` why the
    last answer was of no use.
    """

    def __init__(self, rtc: "Any" = None, state: bytes = b"", slept_ms: int = 0) -> None:
        self._rtc = rtc
        self._ticks = self._last = ticks_ms()
        self._last_s = self._last_ms = self._odd_s = self.steps_back = 0
        if len(state) != _SIZE:
            state = bytes(_SIZE)
        self.boot, s, ms, self._told_s, self._step_ms, asleep_s, self._slow = unpack(_FORM, state)
        self._asleep_s = asleep_s + slept_ms // 1000
        passed_ms = self._gap_ms(s, ms, slept_ms)
        if passed_ms <= _UNKNOWN_MS or not self.boot:  # nothing is known of the time before
            self.boot = int.from_bytes(os.urandom(4), "big") >> 2 | 1
            s = ms = passed_ms = self._told_s = 0
        ms += passed_ms
        self._s = s + ms // 1000
        self._ms = ms % 1000
        self.known = self._told_s > 0
        self.source = "rtc" if self.known else ""
        self.reason = ""
        self._set_rtc()

    def now(self) -> "tuple[int, int]":
        """Return the time; at least every 6 days, or ticks that wrap are missed."""
        return self.at(ticks_ms())

    def at(self, ticks: int) -> "tuple[int, int]":
        """Return the time of a moment of this boot, not longer than 6 days ago."""
        self._tick()
        ms = self._ms - ticks_diff(self._ticks, ticks)
        s = self._s + ms // 1000
        ms %= 1000
        later = ticks_diff(ticks, self._last)
        if later >= 0:
            least_ms = self._last_ms + (later > 0)
            if s < self._last_s or (s == self._last_s and ms < least_ms):
                s = self._last_s + least_ms // 1000
                ms = least_ms % 1000
            self._last = ticks
            self._last_s = s
            self._last_ms = ms
        return s, ms

    def place(self, s: int, ms: int) -> "tuple[int, int] | None":
        """Return the real time of a moment on the timeline `boot`, None while it is not known.

        A time that is real already stays as it is.
        """
        if s >= EARLIEST_S:
            return s, ms
        if not self.known:
            return None
        ms += s * 1000 + self._step_ms
        return ms // 1000, ms % 1000

    @property
    def age_s(self) -> "int | None":
        """How long ago a server told the time, None for never."""
        self._tick()
        return self._s - self._told_s if self.known else None

    def set(self, s: int, ms: int, ticks: int, source: str, error_ms: int) -> bool:
        """Take a server's time of the moment ``ticks``, right to ``error_ms``; tell if it was used.

        `http_date.set_clock` has it from an answer's Date header.

        Where it agrees with what is known, nothing moves. One that is not believed will be, if the
        next answer says the same: ask again.
        """
        if not 0 <= s - EARLIEST_S <= _LONGEST_S:
            self.reason = source + ": no such time"
            return False
        self._tick()
        ms += ticks_diff(self._ticks, ticks)
        s += ms // 1000
        ms %= 1000
        off_s = s - self._s
        if self.known and abs(off_s) > _AGREE_S + (self._s - self._told_s) // 8:
            agreed = abs(off_s - self._odd_s) <= _AGREE_S
            self._odd_s = off_s
            if not agreed:
                self.reason = source + ": off by " + str(off_s) + " s, is that so?"
                return False
        self._move(s, ms, off_s, error_ms)
        self.known = True
        self.source = source
        self.reason = ""
        self._told_s = self._s
        self._asleep_s = self._odd_s = 0
        return True

    def sync_ntp(
        self,
        wait_ms: "Callable[[int], object]",
        hosts: "Sequence[str]" = (),
        up: "Callable[[], bool]" = lambda: True,
    ) -> bool:
        """Ask one time server after another, each for 2 s at most; tell whether one was of use.

        ``hosts`` are public ones where none is named. ``wait_ms(ms)`` sleeps so long and feeds the
        watchdog. ``up()`` is asked before a name is looked up, which has no limit of its own.
        """
        from byteport.sntp import HOSTS, query

        for host in hosts or HOSTS:
            try:
                if not up():
                    raise OSError("no link")
                if self.set(*query(host, wait_ms)):
                    return True
            except OSError as error:
                self.reason = host + ": " + str(error)
        return False

    def state(self) -> bytes:
        """Set the RTC and return what `Clock` needs to go on after a sleep or a reset: 28 bytes."""
        self._tick()
        self._set_rtc()
        return pack(
            _FORM,
            self.boot,
            self._s,
            self._ms,
            self._told_s,
            self._step_ms,
            self._asleep_s,
            self._slow,
        )

    def _tick(self) -> None:
        now = ticks_ms()
        ms = self._ms + ticks_diff(now, self._ticks)
        self._ticks = now
        self._s += ms // 1000
        self._ms = ms % 1000

    def _move(self, s: int, ms: int, off_s: int, error_ms: int) -> None:
        off_ms = off_s * 1000 + ms - self._ms
        if self.known:
            if -error_ms <= off_ms <= error_ms:
                return
            asleep_s = self._asleep_s
            is_long = asleep_s >= max(_LEARN_S, error_ms * _LEARN_ERRORS // 1000)
            if is_long and abs(off_ms) < 100 * asleep_s:
                # by halves, because a night is not a day
                self._slow += off_ms * (_PARTS // 2000) // asleep_s
            if off_ms < _STEP_BACK_MS:
                self.steps_back += 1
                self._last_s = 0
        else:
            self._step_ms = off_ms
        self._s = s
        self._ms = ms
        self._set_rtc()

    def _gap_ms(self, s: int, ms: int, slept_ms: int) -> int:
        """Return how long ago a state was made."""
        passed_ms = time.time_ns() // 1000000 - 1000 * (s + _1970_TO_2000_S - EPOCH_OFFSET) - ms
        if not _UNKNOWN_MS < passed_ms < _LONGEST_GAP_MS:
            return slept_ms + ticks_ms() if slept_ms else _UNKNOWN_MS  # a Pico's RTC begins again
        return passed_ms + (passed_ms * self._slow // _PARTS if slept_ms else 0)

    def _set_rtc(self) -> None:
        if self._rtc is not None:
            seconds = self._s + (_1970_TO_2000_S - EPOCH_OFFSET)
            year, month, day, hour, minute, second, weekday = time.gmtime(seconds)[:7]
            us = self._ms * 1000
            self._rtc.datetime((year, month, day, weekday, hour, minute, second, us))
