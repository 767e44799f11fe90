"""What the programs for boards take: bytes of .mpy, and of the heap of a 32-bit MicroPython."""

import sys
import tempfile
from bisect import bisect_left
from pathlib import Path
from statistics import median

from figures import Figure

sys.path.append(str(Path(__file__).parents[1] / "agent/rigs"))

from station_folder import HEAP, LIFE, ONLY_IN_TROUBLE, STAND_INS, StationFolder

from byteport_mocks.scripted_server import ScriptedServer
from compiled_core import (
    ONE_POST,
    OUTBOX,
    SENDING,
    board,
    compile_core,
    garbage_by_requests,
    garbage_of_a_store,
)
from micropythons import PROJECT, compiled

SESSION = ("session", "login", "contents", "time_range")
_LEAST_HEAP, _MOST_HEAP, _STEP = 10 * 1024, 40 * 1024, 512


def core_figures() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="b-") as folder, ScriptedServer() as server:
        core = compile_core(Path(folder))
        sizes = {path.stem: path.stat().st_size for path in core.glob("byteport/*.mpy")}
        heap = least_heap(core, server.url)
        garbage = garbage_of_a_store(core, server.url)
        by_requests = garbage_by_requests(core, server.url)

    def size(*names: str) -> int:
        return sum(sizes[name] for name in names)

    return [
        Figure("what it takes to send by HTTP, .mpy", size(*SENDING), "bytes", 10_000, True),
        Figure("the heap that an import of it and one POST need", heap, "bytes", 20 * 1024, True),
        Figure("what one store of three numbers takes of the heap", garbage, "bytes", 400, True),
        Figure("the same, by MicroPython's requests", by_requests, "bytes"),
        Figure("a session to read with, .mpy", size(*SESSION), "bytes", 7000, True),
        Figure("the MQTT publisher, .mpy", size("mqtt"), "bytes", 2500, True),
        Figure("the outbox, .mpy", size(*OUTBOX), "bytes"),
    ]


def least_heap(core: Path, url: str) -> int:
    """Return the smallest heap in which the core is imported and stores once."""
    heaps = range(_LEAST_HEAP, _MOST_HEAP, _STEP)
    return heaps[bisect_left(heaps, True, key=lambda heap: stores_in(core, url, heap))]


def stores_in(core: Path, url: str, heap: int) -> bool:
    try:
        board(core, ONE_POST.format(url=url), heap=str(heap))
    except AssertionError:  # out of memory
        return False
    return True


def driver_figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        sizes = sorted(
            compiled(path, Path(folder)).stat().st_size
            for path in (PROJECT / "drivers/byteport_drivers").glob("*.py")
            if path.stem != "__init__"
        )
    return [
        Figure("a driver, .mpy, the median of all", median(sizes), "bytes"),
        Figure("the same, the largest", sizes[-1], "bytes"),
    ]


def station_figures() -> list[Figure]:
    """Return those of a station with a BME280, an outbox and HTTP without TLS."""
    with tempfile.TemporaryDirectory(prefix="b-") as folder, ScriptedServer() as server:
        station = StationFolder(Path(folder))
        station.flash(server.url)
        stand_ins = int(station.run(STAND_INS, heap=HEAP))
        out = station.run(LIFE, heap=HEAP + stand_ins)
        heap = int(out.split("\n= ")[1].split(" ")[0]) - stand_ins
        files = {Path(path): len(content) for path, content in station.files.items()}
        made, left = station.steady_cycle(server.url)
    sizes = {path.stem: size for path, size in files.items() if path.suffix == ".mpy"}
    whole = sum(sizes.values())
    healthy = whole - sum(sizes[name] for name in ONLY_IN_TROUBLE)
    return [
        Figure("a whole station, .mpy that is flashed", whole, "bytes", 32 * 1024, True),
        Figure("the same, read in a life without failures", healthy, "bytes", 32 * 1024, True),
        Figure("the same, heap in use", heap, "bytes", HEAP, True),
        Figure("a cycle of it: read, filter, queue, send, makes", made, "bytes", 1024, True),
        Figure("the same, leaves", left, "bytes", 0, True),
    ]


def figures() -> list[Figure]:
    return core_figures() + driver_figures() + station_figures()
