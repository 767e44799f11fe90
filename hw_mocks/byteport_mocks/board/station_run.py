"""A whole station on a simulated board for days of virtual time, under any interpreter.

    micropython -c "from byteport_mocks.board import station_run; station_run.main('FOLDER')"

The folder has station.json and secrets.json as a board has them, and simulation.json (see `Plan`).
What happens is printed, one line each, between what the station prints by itself:

    =R MS BOOT S MS FIELDS   a reading was kept, made MS after the start: as name=value&name=value;
                      the station took S MS as its time since 2000, or since the start of BOOT
    =M …              a message was kept
    =L MS BOOT S MS   the station learned when BOOT started
    =S TS FIELDS      the service stored a call with this _ts
    =X MS ENDING N    the board was reset or lost its power, with N records in RAM alone
    =T MS             so much time has passed
    =H MS BYTES       memory in use, after a collection
    =E JSON           figures of the whole run
"""

import gc
import json
import sys

from byteport_mocks.board.byteport_broker import ByteportBroker
from byteport_mocks.board.resets import BUTTON, POWER_CUT
from byteport_mocks.board.simulated_board import SimulatedBoard
from byteport_mocks.board.station_parts import part_for
from byteport_mocks.board.station_troubles import Troubles
from byteport_mocks.board.store_service import StoreService
from byteport_mocks.board.weather import Weather

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport_mocks.board.station_parts import Part

_LEVELS = ("debug", "info", "warn", "error")
_HEAP_MS = 900000
_COLLECT_AT = 100


def main(folder: str) -> None:
    """Run what a folder describes and print what happens."""
    texts = []
    for name in ("station", "secrets", "simulation"):
        with open(folder + "/" + name + ".json") as file:
            texts.append(json.load(file))
    StationRun(folder, texts[0], texts[1], texts[2]).run()


class RareCollection:
    """The module gc, whose `collect` is a collection now and then.

    A station collects its garbage after each step. That takes a PC ten times as long as the step,
    and changes nothing that `=H` does not tell.
    """

    def __init__(self) -> None:
        self._calls = 0

    def collect(self) -> None:
        self._calls += 1
        if self._calls % _COLLECT_AT == 0:
            gc.collect()

    def __getattr__(self, name: str) -> object:
        return getattr(gc, name)


class Over(BaseException):
    """The time is up."""


class StationRun:
    """``plan`` has

    port        "esp32" or "rp2"
    utc_s       when it begins, in seconds since 1970
    run_ms      for how long
    seed        of what is measured
    weather_ms  how often that changes
    host, at, prefix    where the service is: host and port, and the path before /api
    rtt_ms, setup_ms    of the network; setup is what a connection takes beside its round trip
    boot_ms     how long a board takes to come to its program
    modules     what the board will have loaded one day
    drift_ppm   how much faster its clock runs in deep sleep
    troubles    [ms, kind, argument], in order; the kinds are the methods of `Troubles`
    """

    def __init__(
        self,
        folder: str,
        station: "dict[str, Any]",
        secrets: "dict[str, Any]",
        plan: "dict[str, Any]",
    ) -> None:
        self._folder = folder
        self._plan = plan
        self._board = board = SimulatedBoard(plan["port"], utc_s=plan["utc_s"])
        board.sleep_drift_ppm = plan["drift_ppm"]
        board.internet.rtt_ms = plan["rtt_ms"]
        board.internet.setup_ms = plan["setup_ms"]
        self._is_broker = station["output"].get("type") == "mqtt"
        self._service = self._new_service(station, secrets)
        board.internet.serve(plan["host"], plan["at"], self._service)
        self._weather = Weather(plan["seed"])
        self._parts: "dict[str, Part]" = {}
        for sensor in station["sensors"]:
            part = part_for(board, sensor, station["board"]["buses"])
            if part is None:
                raise ValueError("there is no simulated part for the driver " + sensor["driver"])
            self._parts[sensor["name"]] = part
        networks = list(zip(station["board"]["wifi"], secrets["wifi"]))
        self._trouble = Troubles(board, networks, self._service, self._parts, self._tell_reset)
        self._trouble.wifi(True)
        self._outbox: "Any" = None
        self._dropped = self._made_ms = 0

    def _new_service(
        self, station: "dict[str, Any]", secrets: "dict[str, Any]"
    ) -> "ByteportBroker | StoreService":
        if self._is_broker:
            broker = ByteportBroker(station["output"].get("user", ""), secrets.get("password", ""))
            broker.store = self._stored
            return broker
        device = station["device"]
        service = StoreService(
            self._board, device["namespace"], secrets["key"], device["uid"], self._plan["prefix"]
        )
        service.keep = self._stored
        return service

    def run(self) -> None:
        """Run the station until the time is up, through all its resets and sleeps."""
        clock = self._board.clock
        self._change_weather()
        self._measure_heap()
        self._arm(0)
        clock.call_at_us(self._plan["run_ms"] * 1000, self._end)
        sys.modules["gc"] = RareCollection()  # type: ignore[assignment]
        with self._board:
            from byteport import station

            for name in self._plan["modules"]:  # now, so that figures of memory can be compared
                __import__(name)
            self._watch(station)
            try:
                while True:
                    for ending in self._board.run(self._boot):
                        self._count(ending)
            except Over:
                pass
        self._tell_all()

    def _boot(self) -> None:
        from byteport import station

        self._board.clock.sleep_ms(self._plan["boot_ms"])
        station.run(self._folder)

    def _watch(self, station: "Any") -> None:
        """Have each reading told when it is kept."""
        from byteport.outbox import Outbox

        keep, put = station.Station._keep, Outbox.put
        reported, learn = Outbox.reported, Outbox.learn
        clock = self._board.clock

        def counted(its: "Any", dropped: int) -> None:
            self._dropped += dropped
            reported(its, dropped)

        def told_put(
            its: "Any", pairs: "Any", s: int, ms: int, device: "Any", since_boot: bool
        ) -> None:
            is_message = len(pairs) == 1 and pairs[0][0] in _LEVELS
            boot = its.boot if since_boot else 0
            text = fields_text(self._worded(pairs) if is_message else pairs)
            print("=M" if is_message else "=R", self._made_ms, boot, s, ms, text)
            put(its, pairs, s, ms, device, since_boot)

        def told_learn(its: "Any", s: int, ms: int) -> None:
            print("=L", clock.ticks_ms(), its.boot, s, ms)
            learn(its, s, ms)

        def told(its: "Any", pairs: "Any", ticks: int) -> None:
            self._outbox = its.outbox
            time = self._board.time()
            self._made_ms = clock.ticks_ms() - time.ticks_diff(time.ticks_ms(), ticks)
            keep(its, pairs, ticks)

        station.Station._keep = told
        for name, function in (("put", told_put), ("learn", told_learn), ("reported", counted)):
            setattr(Outbox, name, function)

    def _worded(self, pairs: "Any") -> "Any":
        """Return a message as it goes out: a broker's form does not carry every character."""
        if not self._is_broker:
            return pairs
        from byteport.data_form import make_worded

        text = bytearray(pairs[0][1].encode())
        make_worded(text)
        return [(pairs[0][0], bytes(text).decode())]

    def _stored(self, timestamp: str, pairs: "list[tuple[str, str]]") -> None:
        print("=S", timestamp or "-", fields_text(pairs))

    def _count(self, ending: str) -> None:
        if ending not in ("deepsleep", BUTTON, POWER_CUT):  # these were told before
            self._tell_reset(ending)

    def _tell_reset(self, ending: str) -> None:
        in_ram = self._outbox.in_ram if self._outbox else 0
        print("=X", self._board.clock.ticks_ms(), ending, in_ram)

    # What happens by itself

    def _change_weather(self) -> None:
        self._weather.at(self._board.utc_us() // 1000000)
        for part in self._parts.values():
            part.measures(self._weather)
        self._later(self._plan["weather_ms"], self._change_weather)

    def _measure_heap(self) -> None:
        ms = self._board.clock.ticks_ms()
        gc.collect()
        if hasattr(gc, "mem_alloc"):  # MicroPython
            print("=H", ms, gc.mem_alloc())
        print("=T", ms)
        self._later(_HEAP_MS, self._measure_heap)

    def _later(self, ms: int, function: "Any") -> None:
        clock = self._board.clock
        clock.call_at_us(clock.ticks_us() + ms * 1000, function)

    def _arm(self, number: int) -> None:
        """Have a trouble of the plan come in its time, and the next one armed then."""
        troubles = self._plan["troubles"]
        if number == len(troubles):
            return
        at_ms, kind, argument = troubles[number]

        def come() -> None:
            self._arm(number + 1)
            getattr(self._trouble, kind)(argument)

        self._board.clock.call_at_us(at_ms * 1000, come)

    def _end(self) -> None:
        raise Over

    # The end

    def _tell_all(self) -> None:
        board = self._board
        print("=T", board.clock.ticks_ms())
        figures = {
            "boots": board.boots,
            "waiting": len(self._outbox) if self._outbox else 0,
            "in_ram": self._outbox.in_ram if self._outbox else 0,
            "dropped": self._dropped + (self._outbox.dropped if self._outbox else 0),
            "radio_on_ms": board.wifi.radio_on_ms(),
            "joins": board.wifi.joins,
            "asleep_ms": board.asleep_ms,
            "off_ms": board.off_ms,
            "connections": board.internet.connections,
            "calls": self._service.calls,
        }
        print("=E", json.dumps(figures))


def fields_text(pairs: "Any") -> str:
    """Return fields in one line that no field can break."""
    text = "&".join([f"{name}={value}" for name, value in pairs])
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
