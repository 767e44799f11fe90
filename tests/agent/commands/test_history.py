"""`byteport-agent history` as a user runs it, against the simulated Byteport."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from agent_rig import command_env

from byteport_agent.cli import main
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.scripted_server import Reply, ScriptedServer
from waiting import Program

PASSWORD = "canary p4ss"
KEY = "canary-read-key"
Command = Callable[..., "subprocess.CompletedProcess[str]"]
History = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def server() -> Iterator[ByteportServer]:
    with ByteportServer() as server:
        world = server.world
        world.users["me"] = type(world.users["admin"])(
            type(world.users["admin"].password)(PASSWORD), frozenset({"test"})
        )
        world.namespace("test").settings["read_key"] = KEY
        now_ms = time.time_ns() // 1_000_000
        values = [(now_ms - 3_600_000 * hour, f"{20 + hour / 10}") for hour in range(100)]
        server.put("test", "6000", "temp", values)
        texts = ["plain", "a\nb \x1b[2J", 'say "hi", you']
        server.put("test", "6000", "note", [(now_ms - n, text) for n, text in enumerate(texts)])
        yield server


@pytest.fixture
def password_file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def history(
    server: ByteportServer, password_file: Path, capfd: pytest.CaptureFixture[str]
) -> History:
    """Run the command in this process, logged in; return its code, output and errors."""

    def run(*words: str) -> tuple[int, str, str]:
        place = ("--url", server.url, "--namespace", "test")
        login = ("--user", "me", "--password-file", str(password_file))
        code = main(["history", *place, *login, *words])
        out, errors = capfd.readouterr()
        assert PASSWORD not in out + errors
        return code, out, errors

    return run


def failed(told: tuple[int, str, str], code: int, *texts: str) -> None:
    assert (told[0], told[1]) == (code, "")
    assert told[2].startswith("byteport-agent history: ")
    assert told[2].count("\n") == 1
    for text in texts:
        assert text in told[2]


def test_a_table(history: History) -> None:
    code, out, errors = history("6000", "temp", "--since", "150m")
    assert (code, errors) == (0, "")
    lines = out.splitlines()
    assert lines[0].split() == ["TIME", "(UTC)", "VALUE"]
    assert [line.split()[-1] for line in lines[1:4]] == ["20.2", "20.1", "20.0"]
    assert lines[4:] == ["", "3 values, min 20.0, mean 20.1, max 20.2"]


def test_texts_do_no_harm(history: History) -> None:
    _, out, _ = history("6000", "note")
    assert "a\\nb \\x1b[2J" in out
    assert "\x1b" not in out
    assert out.endswith("\n3 values\n")


def test_csv(history: History) -> None:
    _, out, _ = history("6000", "note", "--csv")
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["time", "value"]
    assert [row[1] for row in rows[1:]] == ['say "hi", you', "a\nb \x1b[2J", "plain"]
    assert all(row[0].endswith("Z") for row in rows[1:])


def test_json(history: History) -> None:
    _, out, _ = history("6000", "temp", "--json", "--since", "30m")
    answer = json.loads(out)
    assert answer["meta"] == {"path": "test.6000.temp"}
    assert answer["data"]["ts_data"][0]["v"] == 20


def test_times(history: History) -> None:
    def count(*words: str) -> int:
        return len(json.loads(history("6000", "temp", "--json", *words)[1])["data"]["ts_data"])

    assert count() == 24
    assert count("--since", "7d") == 100
    assert count("--since", "3h", "--until", "90m") == 1
    assert count("--since", "2020-01-01T00:00:00Z", "--until", "2021-01-01T00:00+01:00") == 0


def test_what_the_service_calculates(history: History) -> None:
    words = ("--since", "150m", "--json", "--scale", "10", "--operation", "diff")
    points = json.loads(history("6000", "temp", *words)[1])["data"]["ts_data"]
    assert [round(point["v"], 9) for point in points] == [-1, -1]


def test_no_values(history: History) -> None:
    code, out, _ = history("6000", "none")
    assert (code, out) == (0, "no values of test.6000.none in this time\n")
    assert history("6000", "none", "--csv")[1] == "time,value\n"
    failed(history("6000", "none", "--plot"), 1, "no values of test.6000.none", "--since 30d")


def test_a_plot(history: History) -> None:
    code, out, errors = history("6000", "temp", "--since", "5d", "--plot")
    assert (code, errors) == (0, "")
    assert "test.6000.temp (UTC)" in out
    assert "\x1b" not in out
    assert len(out.splitlines()) > 8
    failed(history("6000", "note", "--plot"), 1, "the values of test.6000.note are no numbers")


def test_a_png(history: History, tmp_path: Path) -> None:
    path = tmp_path / "temp.png"
    code, out, _ = history("6000", "temp", "--since", "5d", "--png", str(path))
    assert (code, out) == (0, f"100 values of test.6000.temp drawn into {path}\n")
    assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    failed(history("6000", "temp", "--png", "/no/such/file.png"), 1, "cannot be written: No such")


@pytest.mark.parametrize(
    ("option", "package", "extra"),
    [(("--plot",), "plotext", "plot"), (("--png", "x.png"), "matplotlib", "png")],
)
def test_a_package_that_is_missing(
    history: History,
    monkeypatch: pytest.MonkeyPatch,
    option: tuple[str, ...],
    package: str,
    extra: str,
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    told = history("6000", "temp", *option)
    failed(told, 78, f"needs the package '{package}'", f"pip install 'byteport-agent[{extra}]'")


def test_reading_needs_none_of_them() -> None:
    code = (
        "import sys, byteport_agent.commands.history\n"
        "heavy = {'plotext', 'matplotlib', 'pandas', 'numpy', 'bottle', 'sqlite3', 'ssl'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=command_env(), capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr


# Logging in


def test_a_key_in_place_of_a_login(
    server: ByteportServer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "read.key"
    path.write_text(KEY)
    path.chmod(0o600)
    words = ["history", "6000", "temp", "--namespace", "test", "--url", server.url]
    assert main([*words, "--key-file", str(path)]) == 0
    path.write_text("canary-wrong")
    assert main([*words, "--key-file", str(path)]) == 1
    out, errors = capfd.readouterr()
    assert out.count("24 values") == 1
    assert "status 403" in errors
    assert "canary" not in out + errors


def test_without_a_login(server: ByteportServer, capfd: pytest.CaptureFixture[str]) -> None:
    words = ["history", "6000", "temp", "--namespace", "test", "--url", server.url]
    assert main(words) == 1
    assert "Log in with --user NAME" in capfd.readouterr().err


def test_a_service_that_asks_for_no_login(capfd: pytest.CaptureFixture[str]) -> None:
    answer = {"meta": {}, "data": {"ts_data": [{"t": "2015-10-08T18:41:46", "v": 1}]}}
    with ScriptedServer([Reply(body=json.dumps(answer).encode())]) as server:
        assert main(["history", "d1", "f1", "--namespace", "test", "--url", server.url]) == 0
    assert [request.method for request in server.requests] == ["GET"]
    assert "2015-10-08 18:41:46      1" in capfd.readouterr().out


def test_a_password_that_is_typed(server: ByteportServer) -> None:
    words = ("6000", "temp", "--namespace", "test", "--url", server.url, "--user", "me")
    terminal, its_end = pty.openpty()
    with Program(
        [sys.executable, "-m", "byteport_agent", "history", *words],
        env=command_env(),
        stdin=its_end,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        text=True,
    ) as process:
        assert process.stderr is not None
        asked = process.stderr.read(len("Password of me: "))  # what is typed before is not taken
        os.write(terminal, PASSWORD.encode() + b"\n")
        out, errors = process.communicate(timeout=60)
    os.close(its_end)
    os.close(terminal)
    assert process.returncode == 0, errors
    assert asked == "Password of me: "
    assert "24 values" in out
    assert PASSWORD not in out + errors


def test_nobody_to_ask(command: Command, server: ByteportServer) -> None:
    words = ("6000", "temp", "--namespace", "test", "--url", server.url, "--user", "me")
    run = command("history", *words)
    assert run.returncode == 2
    assert "give --password-file FILE" in run.stderr


def test_a_wrong_password(history: History, password_file: Path) -> None:
    password_file.write_text("canary-wrong")
    told = history("6000", "temp")
    failed(told, 1, "wrong user name or password", "Check --user")
    assert "canary" not in told[2]


def test_a_password_file_that_all_can_read_is_warned_of(
    history: History, password_file: Path
) -> None:
    password_file.chmod(0o644)
    code, _, errors = history("6000", "temp")
    assert code == 0
    assert "warning: password file" in errors
    assert f"chmod 600 '{password_file}'" in errors


# Mistakes


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--password", PASSWORD], "a password is never given on the command line"),
        (["--key", KEY], "an API key is never given on the command line"),
        (["--since", "yesterday"], "'yesterday' is no time"),
        (["--since", "1.2345d"], "'1.2345d' is no duration"),
        (["--since", "2026-01-31"], "lacks its offset from UTC"),
        (["--since", "1h", "--until", "2h"], "--since is not before --until"),
        (["--scale", "x"], "'x' is no number"),
        (["--scale", "nan"], "'nan' is no finite number"),
        (["--operation", "mean"], "invalid choice"),
        (["--csv", "--json"], "not allowed with argument"),
        (["--key-file", "x"], "give --user or --key-file, not both"),
        (["--url", "ftp://x"], "write https://host"),
    ],
)
def test_mistakes_on_the_command_line(history: History, words: list[str], text: str) -> None:
    told = history("6000", "temp", *words)
    failed(told, 2, text)
    assert KEY not in told[2]


def test_wrong_places(history: History) -> None:
    failed(history("_6000", "temp"), 2, "device name '_6000'")
    failed(history("6000", "a b"), 2, "field name 'a b'")
    failed(history("7000", "temp"), 1, "status 404", "Check --namespace and DEVICE")
    assert main(["history", "6000", "temp", "--namespace", "test", "--password-file", "x"]) == 2


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(503), "Is the URL right"),
        (Reply(429, {"Retry-After": "30"}), "Ask less often."),
        (Reply(301, {"Location": "https://elsewhere.example/"}), "as --url"),
        (Reply(400), "Check the arguments."),
        (Reply(body=b"{}"), "the answer is no time series"),
        (Reply(body=b"<html>"), "sign-in page"),
        (Reply(body=b'{"data":{"ts_data":[{"t":"soon","v":1}]}}'), "no time series"),
    ],
)
def test_what_the_service_may_answer(
    reply: Reply, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with ScriptedServer([reply]) as server:
        code = main(["history", "d1", "f1", "--namespace", "test", "--url", server.url])
    told = (code, *capfd.readouterr())
    failed(told, 1, text)


def test_an_answer_that_is_too_large(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byteport_agent.commands.history._MAX_ANSWER_BYTES", 1000)
    told = history("6000", "temp", "--since", "7d")
    failed(told, 1, "more than 1000 bytes", "Ask for a shorter time")


def test_a_password_that_travels_unencrypted_is_warned_of() -> None:
    from argparse import Namespace

    from byteport_agent.commands.history import _warnings

    arguments = Namespace(url="http://192.0.2.1", user="me", password_file=None)
    assert list(_warnings(arguments, None)) == [
        "the password travels unencrypted to 192.0.2.1: use https://"
    ]
    arguments.url = "https://192.0.2.1"
    assert list(_warnings(arguments, None)) == []
