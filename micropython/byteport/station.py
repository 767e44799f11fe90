"""The program of a board that measures for years: `main.py` runs it, `station.json` says what.

    reads     each sensor at its interval, whatever others and the network do
    keeps     what was read in the outbox, until the service has it
    sends     one reading after another while there is Wi-Fi
    lives     feeds the watchdog in every wait, starts again after whatever it did not expect, or a
              time without success, and keeps to Wi-Fi and a message after ten bad boots

What it prints on the serial line is for `byteport-agent monitor`: ``I porch porch_temp=21.50`` is a
reading, all else a letter (I, W, E) and a sentence.
"""

import gc
import json
from binascii import crc32
from struct import unpack_from

import machine  # type: ignore[import-not-found]

from byteport.boot_log import BootLog
from byteport.clock import EARLIEST_S, Clock
from byteport.compat import const, ticks_diff, ticks_ms
from byteport.outbox import Outbox
from byteport.outbox_record import seal, sealed
from byteport.station_board import Board
from byteport.station_buses import Buses
from byteport.station_sender import Sender
from byteport.station_sensors import Sensor
from byteport.wifi import JOINING, OFF

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_CLOCK_BYTES = const(28)
_SLEPT_BYTES = const(32)
_GOOD_MS = const(300000)
_MOST_SHORTAGES = const(20)
_JOINING = const(1)  # these three as in byteport.led
_NOT_SENDING = const(2)
_SENSOR = const(3)


def run(folder: str = "") -> None:
    """Be the station that a folder's station.json and secrets.json describe, until a reset."""
    try:
        board = _made(folder)
    except Exception as error:
        from byteport.station_halt import halt

        halt(f"station.json or secrets.json is missing or wrong: {error!r}")
        return
    try:
        board.start()
        board.run()
    except Exception as error:  # what nobody expected is gone after a reset
        gc.collect()
        board.log.add(repr(error))
        print("E I start again:", board.log.errors[-1])
    board.end()


def _made(folder: str) -> "Any":
    """Return the station, or a safe one after too many bad boots."""
    texts = []
    for name in ("/station.json", "/secrets.json"):
        with open(folder + name, "rb") as file:
            texts.append(file.read())
    settings = json.loads(texts[0])
    secrets = json.loads(texts[1])
    hidden = [secrets.get("key"), secrets.get("password")] + secrets["wifi"]
    log = BootLog(folder + "/boots.txt", crc32(texts[1], crc32(texts[0])), hidden)
    woke = machine.reset_cause() == getattr(machine, "DEEPSLEEP_RESET", -1)
    if not woke and log.begin():
        from byteport.station_halt import SafeMode

        return SafeMode(settings, secrets, log)
    return Station(folder, settings, secrets, log, woke)


class Station(Board):
    """A board that measures; ``woke`` from its deep sleep, or began anew."""

    def __init__(
        self,
        folder: str,
        settings: "dict[str, Any]",
        secrets: "dict[str, Any]",
        log: BootLog,
        woke: bool,
    ) -> None:
        super().__init__(settings, secrets, log)
        self.woke = woke
        self._sleeps = self.settings.get("sleep") == "deep"
        self.clock = self._clock(machine.RTC())
        self.flush_records: int = settings["outbox"]["flush_records"]
        self.outbox = self._outbox(folder, settings["outbox"])
        self.buses = Buses(self.settings.get("buses", {}))
        self.sender = Sender(self, settings, secrets)
        now = self._began = ticks_ms()
        self.sensors = [Sensor(self, each, now) for each in settings["sensors"]]
        self.figures = len(self.sensors)  # where those of the board itself are, if anywhere
        if self.settings.get("telemetry"):
            from byteport.station_telemetry import telemetry

            self.sensors.append(telemetry(self, now))
        self.watch: "Any" = None
        self._note = ""
        self._joined = False
        self._shortages = 0

    def _clock(self, rtc: "Any") -> Clock:
        self.memory: "Any" = getattr(rtc, "memory", None)  # outlasts resets and deep sleep
        kept = self.memory() if self.memory else b""
        kept = self.kept = kept[:-4] if sealed(kept) else b""
        slept = self.woke and kept[_CLOCK_BYTES:]
        return Clock(
            rtc, kept[:_CLOCK_BYTES], unpack_from("<I", kept, _CLOCK_BYTES)[0] if slept else 0
        )

    def _outbox(self, folder: str, box: "dict[str, int]") -> Outbox:
        return Outbox(
            folder + "/outbox",
            box["max_bytes"],
            1000 if self._sleeps else self.flush_records,
            box["flush_ms"],
            2000 if self._sleeps else 1100,
            boot=self.clock.boot,
        )

    def start(self) -> None:
        """Start the watchdog, and tell of what ended the boot before."""
        super().start()
        if not self.woke:
            print("I started, reset cause", machine.reset_cause())
        if self.log.errors or machine.reset_cause() == machine.WDT_RESET:
            from byteport.boot_report import report

            report(self)
        if self.clock.known:
            self.learned()
        elif not self._sleeps:
            self.save()  # so that what is made from now on keeps its place after a reset

    def run(self) -> None:
        """Work until something unexpected is raised, or after no success."""
        if self._sleeps:
            from byteport.station_sleep import SleepCycle

            SleepCycle(self).run()
        while True:
            try:
                wait = self._step()
                self._shortages = 0
            except MemoryError:
                self._shortages += 1
                if self._shortages > _MOST_SHORTAGES:
                    raise
                wait = 100
            gc.collect()
            self.wait(wait)

    def _step(self) -> int:
        """Do what is due; return the milliseconds until something is."""
        now = ticks_ms()
        self._read(now)
        wait = min(self._send(now), self.outbox.upkeep())
        now = ticks_ms()  # sending may have taken long
        self.look_for_success()
        if ticks_diff(now, self._began) > _GOOD_MS:
            self._began = now
            self.log.good()
        return min(wait, self._read(now))

    def _read(self, now: int) -> int:
        wait = 60000
        self._failing = 0
        for sensor in self.sensors:
            wait = min(wait, sensor.step(now))
            if sensor.row:
                self._failing = _SENSOR
        return wait

    def _send(self, now: int) -> int:
        """Take a step to join or to send; return the ms until the next."""
        wifi = self.wifi
        state = wifi.poll(now)
        if wifi.up:
            if not self._joined:  # each text takes memory
                self.note("joined " + wifi.ssid)
            self._joined = True
            wait = self.sender.step(now)
            self.code = _NOT_SENDING if self.sender.answers else self._failing
            return wait
        self._joined = False
        if state == OFF:
            wifi.on(now)
        self.sender.output.close()
        self.note(wifi.reason)
        self.code = _JOINING if state == JOINING else _NOT_SENDING
        return 100 if state == JOINING else 5000

    def idle(self, lookup: bool = False) -> int:
        """Go on reading while a call waits; return how long it may wait until that is due."""
        most = super().idle(lookup)
        return most if lookup else min(most, self._read(ticks_ms()) or 1)

    def look_for_success(self) -> None:
        """Raise RuntimeError to start again, if nothing was sent for long.

        A board whose clock is unknown, and lost by a reset, starts only its radio again: nobody
        could tell any more when its readings were made.
        """
        now = ticks_ms()
        if ticks_diff(now, self.sender.success) <= self.settings["reset_after_ms"]:
            return
        if self.memory or self.clock.known:
            self.log.good()  # it may happen often, and is no fault of this boot
            raise RuntimeError("no success for long: " + (self.wifi.reason or self.sender.why))
        self.wifi.off()
        self.sender.success = now

    def attend(self, ms: int) -> None:
        """Go on reading, and wait so long."""
        self._read(ticks_ms())
        self.wait(ms)

    def end(self) -> None:
        """Keep what is in RAM, and start again."""
        try:
            self.outbox.flush()
        finally:
            machine.reset()

    def learned(self) -> None:
        """Keep the time that the clock knows, and give it to readings made before."""
        self.save()
        start = self.clock.place(0, 0)
        if start:
            self.outbox.learn(*start)

    def save(self) -> None:
        """Keep the time where it outlasts a reset."""
        if self.memory:
            self.memory(seal(self.clock.state()))

    def put(self, pairs: "Any", ticks: int, name: str) -> None:
        """Keep a reading, and show it."""
        print("I", name, end="")
        for field, value in pairs:
            print(" ", field, "=", value, sep="", end="")
        print()
        self._keep(pairs, ticks)
        if self.watch:
            self.watch(pairs)

    def _keep(self, pairs: "Any", ticks: int) -> None:
        s, ms = self.clock.at(ticks)
        self.outbox.put(pairs, s, ms, None, s < EARLIEST_S)

    def tell(self, level: str, text: str, lasting: bool = False) -> None:
        """Show a sentence, and send it if it is worth that."""
        print(level[0].upper(), text)
        if lasting:
            self._keep(((level, text),), ticks_ms())

    def note(self, text: str) -> None:
        """Tell what Wi-Fi is like, once."""
        if text and text != self._note:
            self._note = text
            self.tell("info", "Wi-Fi: " + text)
