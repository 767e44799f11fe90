"""`byteport-agent run` as a process: reads, sends, reloads, ends in order, and refuses in words."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, command_env
from run_rig import Running

from byteport_mocks.chaos_server import SimulatedByteport
from waiting import PATIENCE_S, Program, wait_for

COUNTER = """
class Counter:
    CHANNELS = (("count", "count", 0),)
    def __init__(self, first: int = 0):
        self.count = first
    def start(self):
        return 0
    def read(self):
        self.count += 1
        return (self.count,)
class Hanging(Counter):
    def read(self):
        import time
        time.sleep(3600)
class Failing(Counter):
    def read(self):
        raise OSError(121, "Remote I/O error")
class Crashing(Counter):
    def read(self):
        raise ValueError("no such thing")
"""


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Running] = []
    (tmp_path / "counter.py").write_text(COUNTER)
    (tmp_path / "byteport.key").write_text(KEY)
    (tmp_path / "byteport.key").chmod(0o600)

    def run(*words: str, **settings: str) -> Running:
        started.append(Running(tmp_path, *words, **settings))
        return started[-1]

    yield run
    for running in started:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def configuration(url: str, *sensors: tuple[str, str], interval: str = "20ms") -> str:
    text = f'[device]\nnamespace = "{NAMESPACE}"\nuid = "{DEVICE}"\nkey_file = "byteport.key"\n'
    text += f'[[output]]\ntype = "byteport"\nurl = "{url}"\nmax_rate = 1000\n'
    for name, kind in sensors:
        text += f'[[sensor]]\nname = "{name}"\ndriver = "./counter.py:{kind}"\n'
        text += f'interval = "{interval}"\nfields = {{ count = "{name}" }}\n'
    return text


def stored(server: SimulatedByteport, field: str) -> list[str]:
    readings = list(server.stored)
    return [text for reading in readings for name, text in reading.fields if name == field]


def test_it_reads_and_sends_until_it_is_stopped(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    (tmp_path / "agent.toml").write_text(configuration(server.url, ("one", "Counter")))
    running = start()
    wait_for(lambda: len(stored(server, "one")) > 20)
    assert running.stop() == 0
    values = [int(text) for text in stored(server, "one")]
    assert values == list(range(1, len(values) + 1))
    assert f"started: {NAMESPACE}.{DEVICE}, 1 sensor, 1 output" in running.log
    assert running.log.rstrip().endswith("stopped")
    assert not (tmp_path / "outbox.db.sock").exists()


def test_what_could_not_be_sent_is_sent_after_the_next_start(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(configuration("http://127.0.0.1:9", ("one", "Counter")))
    running = start()
    running.says("one: ok")
    time.sleep(0.2)
    assert running.stop() == 0
    path.write_text(configuration(server.url, ("two", "Counter")))
    running = start()
    wait_for(lambda: len(stored(server, "one")) > 3 and len(stored(server, "two")) > 3)
    running.stop()
    values = [int(text) for text in stored(server, "one")]
    assert values == list(range(1, len(values) + 1))


@pytest.mark.usefixtures("start")  # its files
def test_who_watches_is_told_of_status(tmp_path: Path, server: SimulatedByteport) -> None:
    (tmp_path / "my.toml").write_text(configuration(server.url, ("one", "Counter")))
    controller, terminal = pty.openpty()
    command = [sys.executable, "-m", "byteport_agent", "run", "-c", "my.toml"]
    with Program(command, cwd=tmp_path, env=command_env(), stderr=terminal) as process:
        os.close(terminal)
        shown = b""
        while b"'byteport-agent status -c my.toml' in another terminal" not in shown:
            shown += os.read(controller, 65536)
        process.send_signal(signal.SIGINT)
        while b"stopped" not in shown:
            shown += os.read(controller, 65536)
        assert process.wait(PATIENCE_S) == 0
    os.close(controller)


def test_P4_a_second_agent_ends_with_75_and_names_the_first(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    (tmp_path / "agent.toml").write_text(configuration(server.url, ("one", "Counter")))
    first = start()
    first.says("started")
    second = start()
    assert second.process.wait(PATIENCE_S) == 75
    assert f"outbox.db is in use by process {first.process.pid}: stop it" in second.log
    assert "Traceback" not in second.log
    assert first.stop() == 0


def test_P6_hangup_reloads_and_a_bad_file_changes_nothing(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(configuration(server.url, ("one", "Counter")))
    running = start()
    wait_for(lambda: stored(server, "one"))
    path.write_text(configuration(server.url, ("one", "Counter"), ("two", "Counter")))
    running.signal(signal.SIGHUP)
    wait_for(lambda: stored(server, "two"))
    running.says(f"reloaded: {NAMESPACE}.{DEVICE}, 2 sensors, 1 output")
    path.write_text(configuration(server.url, ("one", "Conter"), ("two", "Counter")))
    running.signal(signal.SIGHUP)
    running.says("the old configuration stays")
    assert "has no class Conter" in running.log
    before = len(stored(server, "one"))
    wait_for(lambda: len(stored(server, "one")) > before + 5)
    assert running.stop() == 0
    values = [int(text) for text in stored(server, "one")]
    assert values == list(range(1, len(values) + 1))  # never made anew


def test_F1_a_configuration_with_mistakes_is_listed_and_not_run(
    start: Start, tmp_path: Path
) -> None:
    text = configuration("http://127.0.0.1:9", ("one", "Counter"))
    (tmp_path / "agent.toml").write_text(text.replace("interval", "intervall"))
    running = start()
    assert running.process.wait(PATIENCE_S) == 78
    assert 'unknown key "intervall" (did you mean "interval"?)' in running.log
    assert not (tmp_path / "outbox.db").exists()


def test_S3_a_hanging_and_a_raising_sensor_disturb_no_other(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    sensors = [("one", "Counter"), ("hangs", "Hanging"), ("fails", "Failing"), ("bad", "Crashing")]
    (tmp_path / "agent.toml").write_text(configuration(server.url, *sensors))
    running = start()
    wait_for(lambda: len(stored(server, "one")) > 50)
    running.says("bad: retrying: ./counter.py:Crashing failed: ValueError: no such thing")
    running.says(
        "fails: retrying: ./counter.py:Failing at this machine does not answer (errno 121)"
    )
    assert running.stop() == 0
    assert "Traceback" not in running.log


def test_P1_a_stop_while_sending_hangs_is_done_in_time_and_loses_nothing(
    start: Start, tmp_path: Path, server: SimulatedByteport, chaos: Any
) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(configuration(chaos.url, ("one", "Counter")))
    running = start()
    wait_for(lambda: chaos.requests)
    begin = time.monotonic()
    assert running.stop() == 0
    assert time.monotonic() - begin < 10
    path.write_text(configuration(server.url, ("two", "Counter")))
    running = start()
    wait_for(lambda: stored(server, "two"))
    running.stop()
    values = [int(text) for text in stored(server, "one")]
    assert values == list(range(1, len(values) + 1))


@pytest.fixture
def chaos() -> Iterator[Any]:
    from byteport_mocks.scripted_server import Reply, ScriptedServer

    with ScriptedServer([Reply(hang=True)]) as server:
        yield server


def test_X1_the_key_is_in_no_output_file_or_argument(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    sensors = [("one", "Counter"), ("fails", "Failing")]
    (tmp_path / "agent.toml").write_text(configuration(server.url, *sensors))
    running = start("--log-format", "json", "--log-level", "debug")
    wait_for(lambda: stored(server, "one"))
    shown = subprocess.run(
        [sys.executable, "-m", "byteport_agent", "status", "--json"],
        cwd=tmp_path,
        env=command_env(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert json.loads(shown.stdout)["pid"] == running.process.pid
    for name in ("cmdline", "environ"):
        assert KEY.encode() not in Path(f"/proc/{running.process.pid}/{name}").read_bytes()
    running.stop()
    for file in [*tmp_path.glob("outbox.db*"), *tmp_path.glob("log-*")]:
        assert KEY.encode() not in file.read_bytes(), file
    assert KEY not in shown.stdout + shown.stderr
    assert all(json.loads(line)["level"] for line in running.log.splitlines())


def test_X4_the_outbox_is_its_users_alone(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    (tmp_path / "agent.toml").write_text(configuration(server.url, ("one", "Counter")))
    running = start()
    running.says("one: ok")
    for file in tmp_path.glob("outbox.db*"):
        assert os.stat(file).st_mode & 0o077 == 0, file
    running.stop()


def test_P5_a_thread_that_crashes_ends_the_agent_to_be_started_anew(
    start: Start, tmp_path: Path, server: SimulatedByteport
) -> None:
    (tmp_path / "agent.toml").write_text(configuration(server.url, ("one", "Counter")))
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, importlib.util\n"
        "def broken(*_): raise RuntimeError('broken on purpose')\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'byteport_agent.commands.run':\n"
        "            sys.meta_path.remove(self)\n"
        "            from byteport_agent.sampling.recording import Recorder\n"
        "            Recorder._next = broken\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    path = os.pathsep.join([str(tmp_path), *sys.path])
    running = start(PYTHONPATH=path)
    assert running.process.wait(PATIENCE_S) == 70
    assert "recorder failed" in running.log
    assert "broken on purpose" in running.log
