"""The core in .mpy files, on the MicroPython that counts memory as an ESP32 does; what it takes."""

from pathlib import Path

from micropythons import PROJECT, compiled, run_micropython

BOARD = PROJECT / "micropython"
# all that is read to store a reading by http; the rest is read when it is needed
SENDING = ("__init__", "client", "compat", "connection", "encoder", "errors", "names")
# all that is read besides to keep readings until they are stored
OUTBOX = ("outbox", "outbox_flash", "outbox_record")

ONE_POST = """
from byteport import Client
client = Client("myownspace", "f00b4s3cretk3y", "barDev1", {url!r})
client.store({{"temperature": 21.5, "humidity": 50.25, "pressure": 1013.25}})
"""
_OURS = """
from byteport import Client
client = Client("myownspace", "f00b4s3cretk3y", "barDev1", {url!r})
client.connection.wants_date = {wants_date}
store = client.store
"""
_BY_REQUESTS = """
import requests
def store(reading):
    text = "_key=f00b4s3cretk3y&temperature=%s&humidity=%s&pressure=%s" % tuple(reading.values())
    form = {{"Content-Type": "application/x-www-form-urlencoded"}}
    url = {url!r} + "/api/v1/timeseries/myownspace/barDev1/"
    requests.post(url, data=text, headers=form).close()
"""
_GARBAGE = """
import gc
reading = {"temperature": 21.537, "humidity": 50.25, "pressure": 1013.25}
store(reading)
store(reading)
most = 0
for number in range(20):
    reading["temperature"] = 21.537 + number
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    store(reading)
    most = max(most, gc.mem_alloc() - before)
    gc.enable()
print(most)
"""


def compile_core(folder: Path) -> Path:
    (folder / "byteport").mkdir()
    for source in (BOARD / "byteport").glob("*.py"):
        compiled(source, folder / "byteport")
    return folder


def board(core: Path, script: str, heap: str | None = None) -> str:
    """Run a script on micropython32 and return what it printed."""
    path = core / "main.py"
    path.write_text(script)
    run = run_micropython("micropython32", path, path=core, heap=heap)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def garbage_of_a_store(core: Path, url: str, wants_date: bool = False) -> int:
    """Return the most bytes that one kept-alive store of three numbers takes of the heap."""
    return int(board(core, _OURS.format(url=url, wants_date=wants_date) + _GARBAGE))


def garbage_by_requests(core: Path, url: str) -> int:
    """Return the same of MicroPython's own requests."""
    return int(board(core, _BY_REQUESTS.format(url=url) + _GARBAGE))
