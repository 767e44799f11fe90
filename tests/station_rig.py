"""A whole station on a simulated board, for tests on every interpreter.

rig = Rig(sensors=[BME280], board={"sleep": "deep"})
rig.run(hours=2)
rig.stored      # [(seconds since 1970, {field: value}), …] as the service got them
rig.lines       # what the station printed
"""

import json
import os

import byteport.encoder  # noqa: F401 (by itself: MicroPython has little stack for imports in imports)
from byteport_mocks.board import SimulatedBoard
from byteport_mocks.board.store_service import StoreService
from byteport_mocks.chips.bme280 import SimulatedBME280
from outbox_folder import new_folder

UTC_S = 1767225600  # when every run begins: 2026-01-01
KEY = "f00b4s3cretk3y"
PASSWORD = "s3cret-home"
BME280 = {
    "name": "porch",
    "driver": "bme280",
    "bus": "i2c-0",
    "address": 118,
    "interval_ms": 30000,
    "deadline_ms": 15000,
}
LEVELS = ("debug", "info", "warn", "error")
_TICKS = 1 << 30


class NoGarbage:
    """Has interpreters collect when they want to: each step of a station would take a PC long."""

    def collect(self):
        pass


class Over(BaseException):
    """The time of a run is up."""


class Rig:
    """``board`` are changes to that part of station.json, ``more`` whole other parts of it."""

    def __init__(self, port="esp32", sensors=(BME280,), board=None, wraps_after_s=20, **more):
        self.board = SimulatedBoard(port, utc_s=UTC_S)
        # so that 31-bit ticks wrap during the test
        self.board.boot_us = (wraps_after_s * 1000 - _TICKS) * 1000
        self.board.wifi.add_network("home", PASSWORD, rssi=-61)
        self.service = StoreService(self.board, "myownspace", KEY, "greenhouse-1")
        self.service.keep = self._keep
        self.board.internet.serve("api.byteport.se", 80, self.service)
        self.chip = self.board.i2c(0).attach(SimulatedBME280())
        self.stored = []
        self.messages = []
        self.lines = []
        self.folder = new_folder()
        os.mkdir(self.folder)
        self.secrets = {"key": KEY, "wifi": [PASSWORD]}
        self.settings = {
            "version": 1,
            "device": {"namespace": "myownspace", "uid": "greenhouse-1"},
            "sensors": list(sensors),
            "output": output(),
            "outbox": {"max_bytes": 400000, "flush_records": 10, "flush_ms": 60000},
            "board": board_settings(**(board or {})),
        }
        self.settings.update(more)

    def run(self, boots=1, **units):
        """Let it live for so many hours, minutes and seconds; return how its boots ended."""
        endings = []
        clock = self.board.clock
        alarm = clock.call_at_us(clock.ticks_us() + us_of(**units), self._end)
        self.write("station.json", self.settings)
        self.write("secrets.json", self.secrets)
        with self.board:
            from byteport import station

            self._listen()
            try:
                while True:
                    endings.extend(self.board.run(lambda: station.run(self.folder)))
                    self._listen()
            except Over:
                pass
        clock.cancel(alarm)
        self.check_secrets()
        return endings

    def at(self, action, **units):
        """Have something happen so long from now."""
        clock = self.board.clock
        clock.call_at_us(clock.ticks_us() + us_of(**units), action)

    def ticks(self):
        return self.board.clock.ticks_ms()

    def utc_s(self):
        return self.board.utc_us() / 1000000

    def write(self, name, content):
        with open(self.folder + "/" + name, "w") as file:
            file.write(json.dumps(content))

    def read(self, name):
        with open(self.folder + "/" + name) as file:
            return file.read()

    def values(self, field):
        """Return the stored values of a field."""
        return [fields[field] for _, fields in self.stored if field in fields]

    def times(self, field):
        """Return when the stored values of a field were made, in seconds after the start."""
        return [s for s, fields in self.stored if field in fields]

    def told(self, text):
        """Return the lines that have a text."""
        return [line for line in self.lines if text in line]

    def check_secrets(self):
        """Let nothing secret be anywhere but in its file and in a request."""
        for secret in (KEY, PASSWORD):
            for line in self.lines:
                assert secret not in line, line
            for _, _, text in self.messages:
                assert secret not in text, text
            if "boots.txt" in os.listdir(self.folder):
                assert secret not in self.read("boots.txt")

    def _keep(self, timestamp, fields):
        whole, _, part = timestamp.partition(".")
        seconds = int(whole) - UTC_S + int(part or 0) / 1000 if whole else None
        if len(fields) == 1 and fields[0][0] in LEVELS:
            self.messages.append((seconds,) + tuple(fields[0]))  # noqa: RUF005 (MicroPython)
        else:
            self.stored.append((seconds, dict(fields)))

    def _listen(self):
        from byteport import station, station_halt

        for module in (station, station_halt):
            module.print = self._print
        station.gc = NoGarbage()

    def _print(self, *words, sep=" ", end="\n"):
        text = sep.join([str(word) for word in words]) + end
        if self.lines and not self.lines[-1].endswith("\n"):
            self.lines[-1] += text
        else:
            self.lines.append(text)

    def _end(self):
        raise Over


def fail_once(rig, error, method="upkeep"):
    """Have the next call of a method of the outbox fail so."""
    with rig.board:
        from byteport import station
    right = getattr(station.Outbox, method)

    def fail(_):
        setattr(station.Outbox, method, right)
        raise error

    setattr(station.Outbox, method, fail)


def output(**changes):
    settings = {
        "url": "http://api.byteport.se",
        "method": "POST",
        "timeout_ms": 20000,
        "retry_min_ms": 1000,
        "retry_max_ms": 300000,
    }
    settings.update(changes)
    return settings


def board_settings(**changes):
    settings = {
        "type": "esp32",
        "sleep": "none",
        "send_every": 10,
        "wifi": [{"ssid": "home"}],
        "hostname": "greenhouse-1",
        "buses": {"i2c-0": {"sda": 21, "scl": 22, "freq": 400000}},
        "watchdog_ms": 8000,
        "reset_after_ms": 900000,
        "telemetry_interval_ms": 300000,
        "ntp": ["pool.ntp.org"],
    }
    settings.update(changes)
    return settings


def us_of(hours=0, minutes=0, seconds=0):
    return round(((hours * 60 + minutes) * 60 + seconds) * 1000) * 1000


def near(values, wanted, limit=0.01):
    return len(values) == len(wanted) and all(
        abs(values[i] - wanted[i]) <= limit for i in range(len(values))
    )
