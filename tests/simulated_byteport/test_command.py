"""The simulated Byteport as a command, a fixture and a server."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from byteport import Client
from byteport.errors import SendError
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer, main
from byteport_service import STORE
from curl import curl
from waiting import Program


def test_the_command(tmp_path: Path) -> None:
    data = {
        "users": {"me": {"password": "pass-canary", "namespaces": ["mine123"]}},
        "namespaces": {"mine123": {"write_key": "key-canary", "devices": {"d1": {}}}},
    }
    (tmp_path / "data.json").write_text(json.dumps(data))
    words = ("--port", "0", "--data", str(tmp_path / "data.json"))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-m", "byteport_mocks.byteport_server", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Program(command, env=env, text=True, **pipes) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = re.findall(r"http://127\.0\.0\.1:\d+", line)[0]
        client = Client("mine123", "key-canary", "d1", url=url)
        client.store({"temp": 1})
        client.close()
        with UserSession(url) as user:
            user.login("me", "pass-canary")
            assert len(user.time_series("mine123", "d1", "temp")["data"]["ts_data"]) == 1
            with pytest.raises(SendError):
                user.login("me", "wrong-canary")
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert line == f"Byteport at {url}, namespaces: mine123; Ctrl-C ends it\n"
    assert (out, errors) == ("", "")


def test_mistakes_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.json").write_text('{"users": 1}')
    (tmp_path / "right.json").write_text("{}")
    assert main(["--data", str(tmp_path / "data.json")]) == 2
    assert main(["--data", str(tmp_path / "none.json")]) == 1
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "--data", str(tmp_path / "right.json")]) == 1
    with pytest.raises(SystemExit):
        main(["--port", "70000"])
    out, errors = capsys.readouterr()
    assert out == ""
    first, second, third, *_, last = errors.splitlines()
    assert first.endswith("data.json: users is no object")
    assert "none.json: No such file or directory; without --data it has" in second
    assert third.startswith(f"byteport_server: port {port}: ")
    assert "in use" in third
    assert "'70000' is no port" in last


def test_it_listens_on_loopback_and_threads_are_few(server: ByteportServer) -> None:
    before = set(threading.enumerate())
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
    client = Client("test", "TEST", "6000", url=server.url)
    client.store({"temp": 1})
    client.close()
    assert not set(threading.enumerate()) - before
    for sock in sockets:
        sock.close()
    assert server._socket.getsockname()[0] == "127.0.0.1"


def test_threads_and_sockets_end_with_it() -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        with ByteportServer() as server, socket.create_connection(("127.0.0.1", server.port)):
            pass
    assert not set(threading.enumerate()) - before


def test_the_fixture(byteport_server: ByteportServer) -> None:
    client = Client("test", "TEST", "6000", url=byteport_server.url)
    client.store({"temp": 21.5}, timestamp=1410613385)
    client.close()
    assert byteport_server.values("test", "6000", "temp") == [(1410613385000, "21.5")]


def test_calls_at_the_same_time(server: ByteportServer) -> None:
    def work(number: int) -> None:
        client = Client("test", "TEST", "6000", url=server.url)
        for value in range(20):
            client.store({f"n{number}": value})
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        found = server.values("test", "6000", f"n{number}")
        assert [text for _, text in found] == [str(value) for value in range(20)]


def test_a_failure_inside_is_a_500_without_a_word_of_it(
    server: ByteportServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from byteport_mocks.service import store_calls

    monkeypatch.setattr(store_calls, "store", lambda *_: 1 / 0)
    status, content = curl("--data", "_key=canary", server.url + STORE)
    assert (status, content) == (500, "500 Internal Server Error\n")
    assert "canary" not in capfd.readouterr().err
