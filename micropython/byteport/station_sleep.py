"""A station that sleeps between readings: wakes at wall-clock slots, and joins Wi-Fi now and then.

Each sensor has slots at whole multiples of its interval, of the wall clock where that is known; one
that begins within a tenth of the interval counts as this one, as clocks run fast and slow asleep.
Wi-Fi is joined at each ``send_every``-th wake and where a value goes into an alarm or out of it,
more rarely while that fails.

An ESP32 sleeps deeply. What it needs again is in its RTC memory: 28 bytes of the clock, 4 of how
long it was to sleep, 2 with the size of what `_state` returns, that, and the outbox's readings. An
RP2 has none, and its deep sleep is its light sleep and a reset: it sleeps lightly, with its RAM.
"""

import json
from struct import pack, unpack

import machine  # type: ignore[import-not-found]

from byteport.compat import const, sleep_ms, ticks_add, ticks_diff, ticks_ms
from byteport.outbox_kept import kept, restore
from byteport.outbox_record import seal
from byteport.wifi_join import join, learn

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.station import Station
    from byteport.station_sensors import Sensor

_JOINING = const(1)  # see byteport.led
_STATE_AT = const(34)
_MOST_BYTES = const(2030)
_JOIN_MS = const(40000)
_SEND_MS = const(60000)
_SOON_MS = const(1000)  # what is longer off waits for the next time
_MOST_DOUBLINGS = const(3)
_FAR_MS = const(500000000)
_MOST_EDGE_S = const(60)


class SleepCycle:
    """The life of a station between two sleeps, over and over."""

    def __init__(self, station: "Station") -> None:
        self._station = station
        self._remembers = station.memory is not None
        get = station.settings.get
        self._send_every: int = get("send_every", 10)
        self._alarms: "dict[str, dict[str, float]]" = get("alarms", {})
        self._wakes = self._send_every  # the first wake joins
        self._failures = 0
        self._alarmed: "list[str]" = []  # fields whose alarm was delivered, or is to be
        self._urgent = False
        self._next_s = [0] * len(station.sensors)
        for sensor in station.sensors:
            sensor.due = ticks_add(ticks_ms(), _FAR_MS)  # slots say when, not ticks
        if len(station.kept) > _STATE_AT:
            self._restore(station.kept)
        station.watch = self._look
        station.save = self._save  # type: ignore[method-assign]  # more is to be kept

    def run(self) -> None:
        """Wake, sleep, and so on for ever."""
        while True:
            self._measure(0, self._station.figures)
            self._wakes += 1
            every = self._send_every if self._station.clock.known else 1
            if self._wakes >= (1 if self._urgent else every) << self._failures:
                self._send()
            self._station.log.good()
            self._sleep()

    def _measure(self, first: int, end: int) -> None:
        """Read those of some sensors whose slot it is."""
        station = self._station
        s = station.clock.now()[0]
        begun = []
        for i in range(first, end):
            sensor = station.sensors[i]
            late = s - self._next_s[i]
            interval = _seconds(sensor)
            # far from it, the clock was set
            if late >= -_edge(interval) or late < -interval - _edge(interval):
                self._next_s[i] = 0
                begun.append(sensor)
                sensor.begin(ticks_ms())
        while begun:
            begun = [sensor for sensor in begun if sensor.busy]
            station.wait(min([sensor.go_on(ticks_ms()) for sensor in begun], default=0))

    def _look(self, pairs: "Any") -> None:
        """See whether a value goes into its alarm or out of it."""
        for name, text in pairs:
            limits = self._alarms.get(name)
            if limits:
                value = float(text)
                alarm = not limits.get("below", value) <= value <= limits.get("above", value)
                if alarm != (name in self._alarmed):
                    self._urgent = True
                    (self._alarmed.append if alarm else self._alarmed.remove)(name)

    def _send(self) -> None:
        """Join, send all, and switch the radio off."""
        station = self._station
        wifi = station.wifi
        delivered = False
        self._wakes = 0
        self._failures = min(self._failures + 1, _MOST_DOUBLINGS)
        self._save()  # should a reset end it, it is one that failed
        station.code = _JOINING
        joined = join(wifi, _JOIN_MS, station.wait)
        station.code = 0
        station.show(0)
        self._measure(station.figures, len(station.sensors))
        if joined:
            station.note("joined " + wifi.ssid)
            delivered = self._deliver()
        else:
            station.note(wifi.reason)
        station.sender.output.close()
        wifi.off()
        if delivered:
            self._failures = 0
            self._urgent = False
        elif self._failures == _MOST_DOUBLINGS and not self._remembers:
            station.look_for_success()

    def _deliver(self) -> bool:
        """Send as long as that goes on; return whether nothing is left."""
        station = self._station
        wifi = station.wifi
        end = ticks_add(ticks_ms(), _SEND_MS)
        wait = 0
        while wifi.up and wait < _SOON_MS and ticks_diff(end, ticks_ms()) > 0:
            station.wait(wait)
            wait = station.sender.step(ticks_ms())
        if not wifi.hint:
            learn(wifi)
        return not len(station.outbox)

    # Sleep, and what lasts over it

    def _sleep(self) -> None:
        station = self._station
        s, ms = station.clock.now()
        wait_s = 86400
        for i in range(len(self._next_s)):
            interval = _seconds(station.sensors[i])
            if not self._next_s[i]:  # its slot is over
                self._next_s[i] = ((s + _edge(interval)) // interval + 1) * interval
            if i < station.figures or not station.figures:
                wait_s = min(wait_s, self._next_s[i] - s)
        wait_ms = max(wait_s * 1000 - ms, 1)
        outbox = station.outbox
        if outbox.in_ram >= station.flush_records or not outbox.in_ram:
            outbox.flush()
        if self._remembers:
            if outbox.flash.unsaved:  # or what was acknowledged comes again
                outbox.flash.save()
            self._save(wait_ms)
            machine.deepsleep(wait_ms)
        self._doze(wait_ms)

    def _doze(self, ms: int) -> None:
        """Sleep lightly, in parts that the watchdog allows (micropython #17228)."""
        station = self._station
        end = ticks_add(ticks_ms(), ms)
        while ms > 0:
            station.feed()
            part = min(ms, station.step_ms)
            start = ticks_ms()
            machine.lightsleep(part)
            # some firmwares come back at once (micropython #16181)
            sleep_ms(max(part - ticks_diff(ticks_ms(), start), 0))
            ms = ticks_diff(end, ticks_ms())
        station.feed()

    def _save(self, slept_ms: int = 0) -> None:
        station = self._station
        if not self._remembers:
            return
        head = station.clock.state() + pack("<I", slept_ms)
        readings = kept(station.outbox)
        state = self._state(slept_ms, True)
        if len(head) + len(state) + len(readings) > _MOST_BYTES:
            station.outbox.flush()
            readings = kept(station.outbox)
            state = self._state(slept_ms, len(state) < _MOST_BYTES - len(head) - len(readings))
        station.memory(seal(head + pack("<H", len(state)) + state + readings))

    def _state(self, slept_ms: int, filters: bool) -> bytes:
        now = ticks_add(ticks_ms(), slept_ms)
        sensors = [_state_of(sensor, now) for sensor in self._station.sensors]
        own = [self._wakes, self._failures, self._alarmed, self._urgent, self._next_s]
        own += [list(self._station.wifi.hint), self._station.log.configuration]
        fields = [_filters_of(sensor, now) for sensor in self._station.sensors] if filters else []
        return json.dumps([own, sensors, fields]).encode()

    def _restore(self, content: bytes) -> None:
        end = _STATE_AT + unpack("<H", content[_STATE_AT - 2 : _STATE_AT])[0]
        restore(self._station.outbox, content[end:])
        own, sensors, fields = json.loads(content[_STATE_AT:end])
        if own.pop() != self._station.log.configuration:
            return  # it was flashed since
        self._station.wifi.hint = bytes(own.pop())
        self._wakes, self._failures, self._alarmed, self._urgent, self._next_s = own
        now = ticks_ms()
        for i in range(len(sensors)):
            sensor = self._station.sensors[i]
            state, row, doublings, failing_ms, retry_ms, lasting = sensors[i]
            sensor.state, sensor.row, sensor.doublings, sensor.lasting = (
                state,
                row,
                doublings,
                lasting,
            )
            sensor.failing_since = ticks_add(now, failing_ms)
            sensor.retry_at = ticks_add(now, retry_ms)
            if fields and fields[i]:
                from byteport.filter_state import restore_filters

                restore_filters(sensor.filters, fields[i], now)


def _state_of(sensor: "Sensor", now: int) -> "list[Any]":
    failing_ms = ticks_diff(sensor.failing_since, now)
    retry_ms = ticks_diff(sensor.retry_at, now)
    return [sensor.state, sensor.row, sensor.doublings, failing_ms, retry_ms, sensor.lasting]


def _filters_of(sensor: "Sensor", now: int) -> "Any":
    if not sensor.filters:
        return None
    from byteport.filter_state import filters_state

    return filters_state(sensor.filters, now)


def _seconds(sensor: "Sensor") -> int:
    return max(sensor.interval_ms // 1000, 1)


def _edge(interval_s: int) -> int:
    return min(interval_s // 10, _MOST_EDGE_S)
