"""What the core costs a board: bytes of .mpy, heap to use, garbage of one call, nothing left over.

Measured on the 32-bit MicroPython, whose objects are as large as an ESP32's.
"""

from pathlib import Path

from byteport_mocks.scripted_server import Reply, ScriptedServer
from compiled_core import ONE_POST, OUTBOX, SENDING, board, garbage_of_a_store


def test_the_files_to_send_are_within_10_kb(core: Path) -> None:
    assert sum((core / "byteport" / f"{name}.mpy").stat().st_size for name in SENDING) <= 10000


def test_no_other_file_is_read_to_send(core: Path) -> None:
    for path in (core / "byteport").iterdir():
        if path.stem not in SENDING:
            path.rename(path.with_suffix(".aside"))
    try:
        with ScriptedServer() as server:
            board(
                core,
                "from byteport import Client\n"
                f"Client('myownspace', 'key', 'barDev1', {server.url!r}).store({{'n1': 1}})\n",
            )
    finally:
        for path in (core / "byteport").glob("*.aside"):
            path.rename(path.with_suffix(".mpy"))
    assert len(server.requests) == 1


def test_import_and_one_post_in_a_heap_of_20_kb(core: Path) -> None:
    with ScriptedServer() as server:
        board(core, ONE_POST.format(url=server.url), heap="20k")
    assert server.requests[0].form == {
        "_key": "f00b4s3cretk3y",
        "temperature": "21.5",
        "humidity": "50.25",
        "pressure": "1013.25",
    }


def test_one_kept_alive_store_of_three_numbers_allocates_400_bytes(
    core: Path,
) -> None:
    with ScriptedServer() as server:
        most = garbage_of_a_store(core, server.url)
    assert 0 < most <= 400
    assert server.connections == 1


def test_the_date_of_an_answer_costs_600_bytes_where_it_is_wanted(core: Path) -> None:
    answer = Reply(headers={"Date": "Wed, 01 Apr 2026 00:00:00 GMT", "Server": "nginx"})
    with ScriptedServer([answer]) as server:
        most = {wanted: garbage_of_a_store(core, server.url, wanted) for wanted in (False, True)}
    assert most[False] <= 400
    assert 0 < most[True] - most[False] <= 600, most


LEAK_SCRIPT = """
import gc
from byteport import Client
client = Client("myownspace", "f00b4s3cretk3y", "barDev1", {url!r})
reading = {{"temperature": 21.537, "humidity": 50.25, "pressure": 1013.25}}
for number in range(10):
    client.store(reading)
gc.collect()
before = gc.mem_alloc()
for number in range(10000):
    client.store(reading)
gc.collect()
print(gc.mem_alloc() - before)
"""


def test_ten_thousand_stores_leave_the_heap_as_it_was(core: Path) -> None:
    with ScriptedServer() as server:
        assert board(core, LEAK_SCRIPT.format(url=server.url)) == "0\n"
    assert server.connections == 1
    assert len(server.requests) == 10010


def outbox_script(core: Path, rest: str) -> str:
    return f"""
import gc
from byteport.outbox import Outbox
outbox = Outbox({str(core / "outbox")!r})
reading = (("temperature", 21.53), ("humidity", 50.25), ("pressure", 1013.25))


def garbage(function, *arguments):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    function(*arguments)
    made = gc.mem_alloc() - before
    gc.enable()
    return made


def deliver():
    while outbox.peek():
        outbox.acknowledge()


for number in range(300):
    outbox.put(reading, number)
deliver()
{rest}
"""


def test_the_outboxs_files_are_within_7600_bytes(core: Path) -> None:
    assert sum((core / "byteport" / f"{name}.mpy").stat().st_size for name in OUTBOX) <= 7600


OUTBOX_ALLOCATION = """
print(garbage(outbox.put, reading, 1, 1))
print(garbage(outbox.peek))
print(garbage(outbox.acknowledge))
for number in range(250):
    outbox.put(reading, number)
outbox.peek()
outbox.acknowledge()
print(garbage(outbox.peek))
print(garbage(outbox.acknowledge))
print(garbage(outbox.upkeep))
outbox.put(reading, 1)
print(garbage(outbox.flush))
"""


def test_what_the_outbox_allocates_in_a_call(core: Path) -> None:
    printed = board(core, outbox_script(core, OUTBOX_ALLOCATION))
    put, peek_ram, acknowledge_ram, peek, acknowledge, upkeep, flush = map(int, printed.split())
    assert put <= 320
    assert peek_ram + acknowledge_ram <= 64
    assert peek + acknowledge <= 128
    assert upkeep == 0
    assert flush <= 1000


OUTBOX_LEAK = """
gc.collect()
before = gc.mem_alloc()
for number in range(10000):
    outbox.put(reading, number)
    if number % 3:
        outbox.peek()
        outbox.acknowledge()
    if number % 100 == 99:
        deliver()
gc.collect()
print(gc.mem_alloc() - before, len(outbox), outbox.dropped, outbox.problem)
"""


def test_ten_thousand_readings_leave_the_heap_as_it_was(core: Path) -> None:
    left, backlog, dropped, problem = board(core, outbox_script(core, OUTBOX_LEAK)).split()
    assert int(left) <= 0
    assert (backlog, dropped, problem) == ("0", "0", "None")


SENDING_SCRIPT = """
from byteport import Client
from byteport.outbox import Outbox
client = Client("myownspace", "f00b4s3cretk3y", "barDev1", {url!r})
outbox = Outbox({folder!r})
reading = (("temperature", 21.53), ("humidity", 50.25), ("pressure", 1013.25))
for number in range(12):
    outbox.put(reading, 463928585, number)
outbox.put({{"info": "röd & grön"}}, 463928585, 0, "dev2")
while record := outbox.peek():
    client.store(record.body, record.timestamp(), record.device)
    outbox.acknowledge()
"""


def test_keeping_and_sending_in_a_heap_of_40_kb(core: Path) -> None:
    with ScriptedServer() as server:
        script = SENDING_SCRIPT.format(url=server.url, folder=str(core / "outbox"))
        board(core, script, heap="40k")
    *readings, other = server.requests
    assert [reading.form["_ts"] for reading in readings] == [
        f"1410613385.{number:03}" for number in range(12)
    ]
    assert {reading.form["pressure"] for reading in readings} == {"1013.25"}
    assert {reading.path for reading in readings} == {"/api/v1/timeseries/myownspace/barDev1/"}
    assert other.form["info"] == "röd & grön"
    assert other.path == "/api/v1/timeseries/myownspace/dev2/"
