"""What the gateway takes, how soon it answers, what it weighs, and how soon a year is drawn.

Taking is measured beside a bare waitress application that reads the body and answers 200, both on
one core, the clients on the other. The gateway answers what is synced to the disk, deduplicated
and in its history.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench_agent import Work, sensor
from figures import Figure
from processes import running, status_number, wait_for

from byteport_agent.gateway.charts import Span, chart
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_file import DAY_MS, HistoryFile, row_number
from byteport_agent.outbox import Entry
from nginx import Nginx

CLIENTS = Path(__file__).with_name("store_clients.py")
AGENT = str(Path(sys.executable).parent / "byteport-agent")
CONNECTIONS = 32
HAMMER_S = 2
ROUNDS = 9
BOARDS, INTERVAL_S, BOARDS_S = 1000, 10, 60
LATE_S = 20
FIELDS, DAYS = 20, 365
_BARE = """
import os, sys
os.sched_setaffinity(0, {0})
import logging
logging.getLogger("waitress.queue").setLevel(logging.ERROR)
from waitress import serve
def app(environ, start_response):
    environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
serve(app, host="127.0.0.1", port=int(sys.argv[1]), connection_limit=1000, ident=None)
"""
_CONFIGURATION = """
[device]
namespace = "myownspace"
uid = "bench-1"
key = "d3vice"
[[sensor]]
name = "machine"
driver = "system"
interval = "1s"
"""
_GATEWAY = """
[gateway]
listen = "127.0.0.1:{port}"
key = "b3nch-s3cret"
max_devices = 10000
"""


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        return True
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def bare() -> Iterator[int]:
    port = free_port()
    with running([sys.executable, "-c", _BARE, str(port)]) as process:
        wait_for(lambda: answers(port), process)
        yield port


@contextmanager
def agent(folder: Path, port: int = 0, pinned: bool = False) -> "Iterator[subprocess.Popen[bytes]]":
    text = _CONFIGURATION + (_GATEWAY.format(port=port) if port else "")
    (folder / "agent.toml").write_text(text)
    (folder / "agent.toml").chmod(0o600)
    command = [AGENT, "run", "-c", str(folder / "agent.toml")]
    # as it is where it is installed: compiled modules are read, and not made anew in memory
    environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = ["taskset", "-c", "0", *command] if pinned else command
    with running(command, cwd=folder, env=environ) as process:
        if port:
            wait_for(lambda: answers(port), process)
        yield process


def clients(port: int, what: str, *numbers: float) -> list[float]:
    command = [sys.executable, str(CLIENTS), str(port), what, *map(str, numbers)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def intake_ratio() -> tuple[float, float]:
    """Return the gateway's calls a second, and how many times the bare application's that is."""
    folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
    port = free_port()
    with bare() as bare_port, agent(folder, port, pinned=True):
        pairs = [
            (
                clients(port, "hammer", CONNECTIONS, HAMMER_S)[0],
                clients(bare_port, "hammer", CONNECTIONS, HAMMER_S)[0],
            )
            for _ in range(ROUNDS)
        ]
    rate = statistics.median(ours for ours, _ in pairs)
    return rate, statistics.median(ours / theirs for ours, theirs in pairs)


def many_boards() -> tuple[float, float, float]:
    """Return how many readings were lost of a minute's, and p50 and p99 of the answers in ms."""
    folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
    port = free_port()
    with agent(folder, port):
        sent, p50_ms, p99_ms = clients(port, "boards", BOARDS, INTERVAL_S, BOARDS_S)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/api/status")
        stored = json.loads(connection.getresponse().read())["gateway"]["stored"]
        connection.close()
    return sent - stored, p50_ms, p99_ms


def resident_mib(port: int) -> float:
    """Return the memory of an agent that has run for a while, and was asked if it has a gateway."""
    folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
    with agent(folder, port) as process:
        if port:
            clients(port, "hammer", 4, 2)
        time.sleep(5)
        return status_number(process.pid, "VmRSS") / 1024


def lateness_ms() -> float:
    """Return the 99th percentile of how late sensors were read while all the boards store."""
    work, port = Work(), free_port()
    staggers = range(0, 1000, 10)
    sensors = [sensor(f"s-{n}", "Timed", stagger=f'"{n}ms"', stagger_ms=n) for n in staggers]
    with Nginx("return 200;") as nginx:
        command = work.agent(nginx.url, sensors)
        with open(work.folder / "agent.toml", "a") as file:
            file.write(_GATEWAY.format(port=port))
        with running(command, cwd=work.folder) as process:
            wait_for(lambda: answers(port), process)
            clients(port, "boards", BOARDS, INTERVAL_S, LATE_S)
    times = json.loads((work.folder / "times.json").read_text())
    late = [(each - int(stagger)) % 1000 for stagger, found in times.items() for each in found[2:]]
    assert len(late) > len(staggers) * (LATE_S - 5)
    return float(sorted(late)[len(late) * 99 // 100])


def written_bytes() -> float:
    """Return what the history writes per reading of five fields at 1 Hz, of three hours."""
    file = HistoryFile(str(Path(tempfile.mkdtemp(prefix="byteport-bench-")) / "history.db"))
    history, chance, values = History(), random.Random(1), [20.0] * 5
    history.use(file)
    before = _written()
    for second in range(3 * 3600):
        values = [value + chance.gauss(0, 0.05) for value in values]
        fields = tuple((f"field-{n}", f"{value:.2f}") for n, value in enumerate(values))
        ts_ms = 1_800_000_000_000 + 1000 * second + chance.randrange(5)
        history.add(Entry(second, ts_ms, None, None, "greenhouse-1", "porch", fields))
        if second % 600 == 599:
            history.flush()
    file.checkpoint(0)
    file.close()
    return (_written() - before) / (3 * 3600)


def _written() -> int:
    """Return the bytes that this process has given to write(2) (proc(5), wchar)."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("wchar"))


def a_year(path: Path, first_day: int = 0) -> HistoryFile:
    """Return a history of a year of fields at one value a minute: one is made, others copied."""
    file = HistoryFile(str(path))
    chance = random.Random(1)
    with file.commit():
        numbers = [file.add_series("greenhouse-1", f"field-{n}") for n in range(FIELDS)]
    value = 20.0
    for day in range(first_day, first_day + DAYS):
        values = {}
        for minute in range(1440):
            value += chance.gauss(0, 0.05)
            values[day * DAY_MS + minute * 60_000 + chance.randrange(5)] = f"{value:.2f}"
        with file.commit():
            file.put(numbers[0], values)
    with file.commit():
        for number in numbers[1:]:
            for table in ("hours", "days"):
                _copy(file, table, numbers[0], number)
    file.checkpoint(0)
    return file


def _copy(file: HistoryFile, table: str, series: int, to: int) -> None:
    columns = "count, numbers, low, high, total" + ", data" * (table == "hours")
    file._writer.execute(
        f"INSERT INTO {table} SELECT id - ? + ?, {columns} FROM {table} WHERE id >= ? AND id < ?",
        tuple(row_number(number, 0) for number in (series, to, series, series + 1)),
    )


def year_figures() -> list[Figure]:
    path = Path(tempfile.mkdtemp(prefix="byteport-bench-")) / "history.db"
    file = a_year(path)
    history = History()
    history.use(file)
    series = history.all_series()
    whole = Span(0, DAYS * DAY_MS, 500)

    def ms(count: int, span: Span) -> float:
        begin = time.perf_counter()
        found = chart(history, series[:count], span)
        json.dumps(found)
        assert len(found["series"][0]["t"]) > 200
        return (time.perf_counter() - begin) * 1000

    times = [statistics.median(ms(count, whole) for _ in range(5)) for count in (1, FIELDS)]
    month = statistics.median(
        ms(1, Span(whole.to_ms - 30 * DAY_MS, whole.to_ms, 500)) for _ in range(5)
    )
    size = os.path.getsize(path) / (FIELDS * DAYS * 1440)
    file.close()
    return [
        Figure("a year at 1/min drawn: 1 field, server's time", times[0], "ms", 1000, True),
        Figure(f"the same, all {FIELDS} fields at once", times[1], "ms", 1000, True),
        Figure("a month of it, 1 field", month, "ms", 1000, True),
        Figure("history on the disk, per value", size, "B"),
    ]


def figures() -> list[Figure]:
    rate, ratio = intake_ratio()
    lost, p50_ms, p99_ms = many_boards()
    extra = resident_mib(free_port()) - resident_mib(0)
    what = f"{BOARDS} boards, a reading each {INTERVAL_S} s, for {BOARDS_S} s"
    return [
        Figure("gateway intake on one core, synced, calls / bare waitress's", ratio, "×", 0.4),
        Figure("the same, calls a second", rate, "/s"),
        Figure(f"{what}: lost", lost, "", 0, True),
        Figure("the same: from call to answer, p50", p50_ms, "ms"),
        Figure("the same: p99", p99_ms, "ms", 150, True),
        Figure("resident memory that the gateway adds to an agent", extra, "MiB", 12, True),
        Figure("lateness of 100 sensors at 1 Hz meanwhile, p99", lateness_ms(), "ms", 50, True),
        *year_figures(),
        Figure(
            "the history writes, of a reading of 5 fields at 1 Hz", written_bytes(), "B", 400, True
        ),
    ]
