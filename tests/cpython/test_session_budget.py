"""What a session costs a board: bytes of .mpy, heap to log in and read, bounded for any series.

Measured on the 32-bit MicroPython, whose objects are as large as an ESP32's.
"""

from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from byteport_mocks.byteport_server import ByteportServer
from compiled_core import board

READING = ("session", "login", "contents", "time_range")  # all that is read for a small series
REST = ("pieces", "compat_json")
BEGIN_MS = 1410613385000


@pytest.fixture(scope="module")
def server() -> Iterator[ByteportServer]:
    with ByteportServer() as server:
        values = [(BEGIN_MS + 1000 * number, f"{number / 4}") for number in range(3_000)]
        server.put("test", "6000", "temp", values)
        yield server


def test_the_files_of_a_session_are_within_7_kb_and_8500_bytes_with_all_that_is_read_late(
    core: Path,
) -> None:
    sizes = {path.stem: path.stat().st_size for path in (core / "byteport").glob("*.mpy")}
    assert sum(sizes[name] for name in READING) <= 7000
    assert sum(sizes[name] for name in READING + REST) <= 8500


def test_a_client_reads_none_of_them(core: Path, server: ByteportServer) -> None:
    script = (
        "import sys\n"
        "from byteport import Client\n"
        f"Client('test', 'TEST', 'TestGW', {server.url!r}).store({{'n1': 1}})\n"
        "print([name for name in sys.modules if name.startswith('byteport.')])\n"
    )
    loaded = board(core, script)
    assert "byteport.client" in loaded
    assert not [name for name in READING + REST if f"byteport.{name}'" in loaded]


SCRIPT = """
import gc
from byteport.session import UserSession
session = UserSession({url!r}, max_content=2048)
session.login("admin", "admin")
count = total = most = 0
def note(point):
    global count, total, most
    count += 1
    total += point["v"]
    if count % 100 == 0:
        gc.collect()
        most = max(most, gc.mem_alloc())
meta = session.each_point(note, "test", "6000", "temp", start=1410613385, end={end})
print(count, int(total), meta["len"], most)
"""


def read(core: Path, server: ByteportServer, seconds: int) -> list[int]:
    script = SCRIPT.format(url=server.url, end=1410613385 + seconds)
    return [int(word) for word in board(core, script, heap="44k").split()]


def test_a_series_of_any_length_is_read_in_a_heap_of_44_kb(
    core: Path, server: ByteportServer
) -> None:
    few = read(core, server, 199)
    many = read(core, server, 2_999)
    assert few[:3] == [200, 4975, 200]
    assert many[:3] == [3_000, sum(range(3_000)) // 4, 3_000]
    assert many[3] <= few[3] + 200


def test_a_file_larger_than_the_heap_is_downloaded(
    core: Path, server: ByteportServer, tmp_path: Path
) -> None:
    data = bytes(range(256)) * 400
    server.put("test", "6000", "photo", [(BEGIN_MS, b64encode(data).decode())])
    script = (
        "from byteport.session import UserSession\n"
        f"session = UserSession({server.url!r})\n"
        "session.login('admin', 'admin')\n"
        "place = ('test', '6000', 'photo', '4cc9ca80-3b46-11e4-8000-000000000001')\n"
        f"print(session.download(*place, {str(tmp_path / 'photo')!r}))\n"
    )
    assert board(core, script, heap="44k") == f"{len(data)}\n"
    assert (tmp_path / "photo").read_bytes() == data
