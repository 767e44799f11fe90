"""What the running agent costs, beside mqtt-io on the same work in the same run, and who it delays.

The work: so many sensors that count, each read once a second, every reading delivered to a server
on loopback, ours by HTTP to nginx, mqtt-io's by MQTT to mosquitto.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import mqtt_io
from counting import COUNTER, head, sensor
from figures import Figure
from processes import cpu_s, running, status_number, steady_cpu_percent, wait_for

from nginx import Nginx

SENSORS = 100
SETTLE_S = 5
STEADY_S = 20
LATE_S = 20
AGENT = str(Path(sys.executable).parent / "byteport-agent")

_DRIVERS = f"""
import atexit, json, time

TIMES = {{}}

{COUNTER}
"""
_MORE = """
class Timed(Counter):
    def __init__(self, stagger_ms: int):
        super().__init__()
        self.stagger_ms = stagger_ms

    def read(self):
        TIMES.setdefault(self.stagger_ms, []).append(time.time_ns() // 1_000_000)
        return super().read()


class Hanging(Counter):
    def read(self):
        time.sleep(3600)


class Raising(Counter):
    def read(self):
        raise OSError(121, "Remote I/O error")


def save():
    if TIMES:
        with open("times.json", "w") as file:
            json.dump(TIMES, file)


atexit.register(save)
"""


class Work:
    """A folder with a configuration, and a server that logs each request it answers."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
        (self.folder / "drivers.py").write_text(_DRIVERS + _MORE)
        (self.folder / "byteport.key").write_text("f00b4s3cretk3y")
        (self.folder / "byteport.key").chmod(0o600)

    def agent(self, url: str, sensors: list[str]) -> "list[str]":
        for file in self.folder.glob("outbox.db*"):
            file.unlink()
        (self.folder / "agent.toml").write_text(head(url, max_rate=10000) + "".join(sensors))
        return [AGENT, "run", "-c", str(self.folder / "agent.toml")]


def counters(count: int) -> list[str]:
    return [sensor(f"s-{number}") for number in range(count)]


def measured(command: list[str], first: Path, steady_s: float) -> tuple[float, float, int, int]:
    """Return CPU seconds to the first delivery, steady CPU percent, RSS in MiB, threads."""
    with running(command, cwd=first.parent) as process:
        wait_for(lambda: first.exists() and first.stat().st_size, process)
        start_s = cpu_s(process.pid)
        time.sleep(SETTLE_S)
        percent = steady_cpu_percent(process.pid, steady_s)
        rss_mib = status_number(process.pid, "VmRSS") / 1024
        return start_s, percent, rss_mib, status_number(process.pid, "Threads")


def ours(count: int, steady_s: float = STEADY_S) -> tuple[float, float, int, int]:
    work = Work()
    log = work.folder / "requests.log"
    with Nginx(f"access_log {log} one; return 200;", "log_format one $status;") as nginx:
        work.folder.chmod(0o777)
        return measured(work.agent(nginx.url, counters(count)), log, steady_s)


def theirs(count: int) -> tuple[float, float, int, int]:
    mqtt_io.install()
    folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
    with mqtt_io.mosquitto(folder) as port, open(folder / "messages", "w") as messages:
        (folder / "config.yml").write_text(mqtt_io.configuration(count, port))
        listen = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", "bench/sensor/#"]
        listener = subprocess.Popen([*listen, "-C", "1"], stdout=messages)
        try:
            command = [str(mqtt_io.PYTHON), "-m", "mqtt_io", str(folder / "config.yml")]
            return measured(command, folder / "messages", STEADY_S)
        finally:
            listener.terminate()
            listener.wait()


def lateness_ms(kinds: tuple[str, ...]) -> float:
    """Return the 99th percentile of how late readings began, beside sensors of these kinds."""
    work = Work()
    sensors = [sensor(f"bad-{kind.lower()}", kind) for kind in kinds]
    for number in range(SENSORS - len(kinds)):
        stagger = number * 10
        times = {"stagger": f'"{stagger}ms"', "stagger_ms": stagger}
        sensors.append(sensor(f"s-{number}", "Timed", **times))
    with Nginx("return 200;") as nginx:
        command = work.agent(nginx.url, sensors)
        with running(command, cwd=work.folder) as process:
            time.sleep(SETTLE_S + LATE_S)
            assert process.poll() is None
    times_ms = json.loads((work.folder / "times.json").read_text())
    late = [
        (each - int(stagger)) % 1000 for stagger, times in times_ms.items() for each in times[2:]
    ]
    assert len(late) > (SENSORS - 5) * (LATE_S - 3)
    return float(sorted(late)[len(late) * 99 // 100])


def figures() -> list[Figure]:
    ours(1, 1)  # a first start compiles the program, as installing it does
    start_s, percent, rss_mib, threads = ours(SENSORS)
    their_start_s, their_percent, their_rss_mib, their_threads = theirs(SENSORS)
    one, thousand = ours(1)[1], ours(1000)[1]
    what = f"agent, {SENSORS} sensors at 1 Hz"
    return [
        Figure(f"{what}: CPU to the first reading delivered", start_s, "s", 0.5, True),
        Figure("the same, mqtt-io", their_start_s, "s"),
        Figure(f"{what}: steady CPU, of one core", percent, "%", 3, True),
        Figure("the same, mqtt-io", their_percent, "%"),
        Figure(f"{what}: resident memory", rss_mib, "MiB", 32, True),
        Figure("the same, mqtt-io", their_rss_mib, "MiB"),
        Figure(f"{what}: threads", threads, "", 12, True),
        Figure("the same, mqtt-io", their_threads, ""),
        Figure("agent, 1 sensor at 1 Hz: steady CPU, of one core", one, "%"),
        Figure("agent, 1,000 sensors at 1 Hz: steady CPU, of one core", thousand, "%"),
        Figure("the same, per sensor / that of 100", thousand / percent / 10, "×", 1.2, True),
        Figure(
            "lateness beside a hanging and a raising sensor, p99",
            lateness_ms(("Hanging", "Raising")),
            "ms",
            50,
            True,
        ),
        Figure("the same without them", lateness_ms(()), "ms"),
    ]
