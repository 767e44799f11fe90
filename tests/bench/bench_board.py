"""What the programs for boards take: bytes of .mpy, and of the heap of a 32-bit MicroPython."""

import sys
import tempfile
from pathlib import Path

from figures import Figure

sys.path.append(str(Path(__file__).parents[1] / "agent/rigs"))

from station_folder import HEAP, LIFE, ONLY_IN_TROUBLE, STAND_INS, StationFolder

from byteport_mocks.scripted_server import ScriptedServer
from compiled_core import compile_core

SENDING = ("__init__", "client", "compat", "connection", "encoder", "errors", "names")
SESSION = ("session", "login", "contents", "time_range")
OUTBOX = ("outbox", "outbox_flash", "outbox_record")


def core_figures() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        files = compile_core(Path(folder)).glob("byteport/*.mpy")
        sizes = {path.stem: path.stat().st_size for path in files}

    def size(*names: str) -> int:
        return sum(sizes[name] for name in names)

    return [
        Figure("what it takes to send by HTTP, .mpy", size(*SENDING), "bytes", 10_000, True),
        Figure("a session to read with, .mpy", size(*SESSION), "bytes", 7000, True),
        Figure("the MQTT publisher, .mpy", size("mqtt"), "bytes", 2500, True),
        Figure("the outbox, .mpy", size(*OUTBOX), "bytes"),
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
    sizes = {path.stem: size for path, size in files.items() if path.suffix == ".mpy"}
    whole = sum(sizes.values())
    healthy = whole - sum(sizes[name] for name in ONLY_IN_TROUBLE)
    return [
        Figure("a whole station, .mpy that is flashed", whole, "bytes", 32 * 1024, True),
        Figure("the same, read in a life without failures", healthy, "bytes", 32 * 1024, True),
        Figure("the same, heap in use", heap, "bytes", HEAP, True),
    ]


def figures() -> list[Figure]:
    return core_figures() + station_figures()
