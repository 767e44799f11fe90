"""`byteport-agent watch`: its logic on a virtual clock, and the command as a user runs it."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, Answering, VirtualClock, command_env

from byteport.errors import Refused, Rejected, Unreachable
from byteport_agent.commands.watch import Watcher
from byteport_agent.direct.watch_view import WatchView
from byteport_mocks.chaos_server import SimulatedByteport

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Fields = tuple[tuple[str, str], ...]


class Service:
    """A client that notes the calls it confirms, and fails as told."""

    def __init__(self) -> None:
        self.failure: Exception | None = None
        self.refused_field = ""
        self.calls: list[tuple[dict[str, str], str]] = []

    def store(self, fields: Fields, timestamp: str, device: str) -> None:
        assert device == DEVICE
        if self.failure:
            raise self.failure
        if self.refused_field in dict(fields):
            raise Rejected("status 413: the record is too large", 413)
        self.calls.append((dict(fields), timestamp))


class Rig:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.service = Service()
        self.clock = VirtualClock()
        view = WatchView(str(path), self.clock)
        self.watcher = Watcher(str(path), DEVICE, self.service, self.clock, view)  # type: ignore[arg-type]

    def write(self, **files: str) -> None:
        for name, content in files.items():
            (self.path / name.replace("_DOT_", ".")).write_text(content)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_what_appears_or_changes_is_stored_once(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.write(temp="21.5\n", note="hello")
    rig.watcher.look()
    rig.watcher.look()
    rig.clock.now_ms = 10_000
    rig.write(temp="22.0\n")
    rig.watcher.look()
    assert rig.service.calls == [
        ({"note": "hello", "temp": "21.5\n"}, "1410613385.123"),
        ({"temp": "22.0\n"}, "1410613395.123"),
    ]
    assert rig.watcher.end()
    assert capsys.readouterr().out == (
        "13:03:05Z stored note=hello\n13:03:05Z stored temp=21.5\n13:03:15Z stored temp=22.0\n"
        "stored 3 values in 10 s\n"
    )


def test_what_is_there_at_the_start_can_be_skipped(rig: Rig) -> None:
    rig.write(temp="21.5")
    rig.watcher.skip()
    rig.write(note="hello")
    rig.watcher.look()
    assert [fields for fields, _ in rig.service.calls] == [{"note": "hello"}]


def test_N2_what_changes_while_nobody_answers_comes_later_with_its_time(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.service.failure = Unreachable("POST http://x: Connection refused")
    for number in range(5):
        rig.clock.now_ms = 10_000 * number
        rig.write(temp=f"{number}")
        rig.watcher.look()
    rig.service.failure = None
    rig.clock.now_ms = 200_000
    rig.watcher.send()
    assert [(fields["temp"], time[-7:-4]) for fields, time in rig.service.calls] == [
        ("0", "385"),
        ("1", "395"),
        ("2", "405"),
        ("3", "415"),
        ("4", "425"),
    ]
    assert capsys.readouterr().err.splitlines() == [
        "byteport-agent watch: readings wait to be sent: POST http://x: Connection refused",
        "byteport-agent watch: readings are sent again",
    ]


def test_N7_what_is_refused_waits(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    rig.service.failure = Refused("status 403: wrong key", 403)
    rig.write(temp="21.5")
    rig.watcher.look()
    assert not rig.watcher.end()
    assert capsys.readouterr().out == "stored 0 values in 0.0 s, 1 call not sent\n"


def test_N10_a_file_that_is_rejected_takes_no_other_along(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.service.refused_field = "picture"
    rig.write(note="hello", picture="x" * 100, temp="21.5")
    rig.watcher.look()
    assert [fields for fields, _ in rig.service.calls] == [{"note": "hello"}, {"temp": "21.5"}]
    assert not rig.watcher.end()
    out, errors = capsys.readouterr()
    assert out.endswith("stored 2 values in 0.0 s, 1 value given up\n")
    assert errors == (
        "byteport-agent watch: picture is given up: status 413: the record is too large\n"
    )


def test_F2_a_file_that_cannot_be_stored_is_left_out_and_told_once(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    rig.write(a_DOT_b="1", temp="21.5", _DOT_new="half")
    (rig.path / "raw").write_bytes(b"\xff")
    (rig.path / "folder").mkdir()
    rig.watcher.look()
    rig.watcher.look()
    assert [fields for fields, _ in rig.service.calls] == [{"temp": "21.5"}]
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("byteport-agent watch: 'a.b' is left out: file name 'a.b' has '.'")
    assert second.endswith(f"'raw' is left out: {rig.path}/raw is not UTF-8 text: store it as "
                           "an object")  # fmt: skip


def test_a_directory_that_goes_and_comes_back(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    away = rig.path.with_name("away")
    rig.path.rename(away)
    rig.watcher.look()
    rig.watcher.look()
    away.rename(rig.path)
    rig.write(temp="21.5")
    rig.watcher.look()
    assert len(rig.service.calls) == 1
    assert capsys.readouterr().err.splitlines() == [
        "byteport-agent watch: the directory cannot be read: No such file or directory",
        "byteport-agent watch: the directory is read again",
    ]


def test_X11_a_content_cannot_move_the_cursor(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    rig.write(note="a\x1b[2J\nb" + "x" * 100)
    rig.watcher.look()
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("13:03:05Z stored note=a\\x1b[2J\\nbxxx")
    assert len(line) < 70


def words(url: str, directory: Path, key_file: Path, *more: str) -> list[str]:
    place = ("--url", url, "--namespace", NAMESPACE, "--device", DEVICE)
    return ["watch", str(directory), *place, "--key-file", str(key_file), *more]


@contextmanager
def running(*command: str, **options: object) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(  # type: ignore[call-overload]
        [sys.executable, "-m", "byteport_agent", *command],
        **{"env": command_env(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_P1_a_signal_ends_it_in_order(
    server: SimulatedByteport, tmp_path: Path, key_file: Path, number: int
) -> None:
    directory = tmp_path / "values"
    directory.mkdir()
    (directory / "temp").write_text("21.5\n")
    line = words(server.url, directory, key_file, "--interval", "100ms")
    with running(*line) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith("stored temp=21.5\n")
        (directory / ".note").write_text("hello")
        (directory / ".note").rename(directory / "note")
        assert process.stdout.readline().endswith("stored note=hello\n")
        process.send_signal(number)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert out.startswith("stored 2 values in ")
    assert [reading.fields for reading in server.stored] == [
        (("temp", "21.5\n"),),
        (("note", "hello"),),
    ]


def test_X1_no_key_is_shown(scripted: Answering, tmp_path: Path, key_file: Path) -> None:
    directory = tmp_path / "values"
    directory.mkdir()
    (directory / "temp").write_text("21.5")
    scripted.answer(403)
    with running(*words(scripted.url, directory, key_file)) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "status 403: wrong key" in told
    assert out.endswith("1 call not sent\n")
    assert b"watch" in line
    assert KEY not in told + line.decode() + out + errors


def test_a_terminal_has_a_status_line(
    server: SimulatedByteport, tmp_path: Path, key_file: Path
) -> None:
    directory = tmp_path / "values"
    directory.mkdir()
    (directory / "temp").write_text("21.5")
    controller, terminal = pty.openpty()
    env = command_env(TERM="xterm", COLUMNS="300")
    line = words(server.url, directory, key_file)
    with running(*line, stdout=terminal, stderr=terminal, env=env) as process:
        os.close(terminal)
        shown = b""
        while b"1 stored, the last" not in shown:
            shown += os.read(controller, 65536)
        process.send_signal(signal.SIGINT)
        while b"stored 1 value in" not in shown:
            shown += os.read(controller, 65536)
        process.wait(timeout=30)
    os.close(controller)
    assert process.returncode == 0
    assert b"Z stored temp=21.5" in shown
    assert f"watching {directory}: 1 stored, the last 0.0 s ago (Ctrl-C ends)".encode() in shown


@pytest.mark.parametrize(
    ("directory", "code", "text"),
    [
        ("missing", 1, "No such file or directory: give a directory to watch"),
        ("byteport.key", 1, "is a file: give the directory that holds it"),
    ],
)
def test_a_directory_that_is_none(
    command: Command, tmp_path: Path, key_file: Path, directory: str, code: int, text: str
) -> None:
    run = command(*words("http://127.0.0.1:9", tmp_path / directory, key_file))
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (code, "", 1)
    assert text in run.stderr


def test_what_is_wrong_in_the_command_line(
    command: Command, tmp_path: Path, key_file: Path
) -> None:
    run = command(*words("http://127.0.0.1:9", tmp_path, key_file, "--interval", "1ms"))
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "'1ms' is not between 100ms and 1d" in run.stderr
    run = command(*words("http://127.0.0.1:9", tmp_path, key_file, "--device", "-x"))
    assert run.returncode == 2
    run = command(*words("http://127.0.0.1:9", tmp_path, key_file, "--device", "x"))
    assert run.returncode == 2
    assert "device name 'x' has 1 characters" in run.stderr
    run = command(*words("http://127.0.0.1:9", tmp_path, tmp_path / "no.key"))
    assert run.returncode == 78
