"""What a whole station takes of a board: heap, flash, and what a cycle makes and gives back."""

import tempfile
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from station_folder import HEAP, LIFE, ONLY_IN_TROUBLE, STAND_INS, StationFolder

from byteport_mocks.scripted_server import Reply, Request, ScriptedServer


@pytest.fixture
def station() -> Iterator[StationFolder]:
    # a path as short as a board's, because MicroPython keeps the path of every module
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        yield StationFolder(Path(folder))


@pytest.fixture
def service() -> Iterator[ScriptedServer]:
    def stored(_: Request) -> Reply:
        return Reply(headers={"Date": formatdate(usegmt=True)})

    with ScriptedServer(stored) as server:
        yield server


def test_the_whole_station_runs_in_a_heap_of_64_kb(
    station: StationFolder, service: ScriptedServer
) -> None:
    station.flash(service.url)
    stand_ins = int(station.run(STAND_INS, heap=HEAP))  # and the interpreter's own
    out = station.run(LIFE, heap=HEAP + stand_ins)
    stored = [request for request in service.requests if "temperature" in request.form]
    assert len(stored) >= 35
    assert out.count("I porch temperature=") >= 39
    used = int(out.split("\n= ")[1].split(" ")[0])
    print(used - stand_ins, "bytes of heap in use")
    assert used - stand_ins <= 56000


def test_what_it_reads_in_a_life_without_failures_is_32_kb(
    station: StationFolder, service: ScriptedServer
) -> None:
    station.flash(service.url)
    sizes = {Path(path).stem: len(content) for path, content in station.files.items()}
    core = {path: len(c) for path, c in station.files.items() if path.endswith(".mpy")}
    assert set(sizes) >= ONLY_IN_TROUBLE
    needed = sum(core.values()) - sum(sizes[name] for name in ONLY_IN_TROUBLE)
    print(needed, "bytes in a life without failures,", sum(core.values()), "in all")
    assert needed <= 32 * 1024
    assert sum(core.values()) <= 37700
    stand_ins = int(station.run(STAND_INS, heap=HEAP))
    out = station.run(LIFE, heap=HEAP + stand_ins)
    read = {name.rpartition(".")[2] for name in out.split("\n= ")[1].split(" ")[1:]}
    assert not read & (ONLY_IN_TROUBLE - {"http_date", "station_date"})
    # where a time server had answered, those two would not have been read


def test_a_steady_cycle_allocates_1_kb_and_frees_all_of_it(
    station: StationFolder, service: ScriptedServer
) -> None:
    made, left = station.steady_cycle(service.url)
    print(made, "bytes a cycle,", left, "left")
    assert 0 < made <= 1024
    assert left <= 0
