"""A key that nobody could miss: it is in no output, process list, log, repr or database."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, Answering, command_env, has_key
from gateway_rig import GatewayRig

from byteport import Client
from byteport_agent.outbox import Outbox
from waiting import Program

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.mark.parametrize("status", [200, 301, 400, 403, 404, 406, 413, 429, 500, 502, 503])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_X1_send_says_nothing_of_it(
    command: Command, scripted: Answering, key_file: Path, status: int, method: str
) -> None:
    scripted.answer(status)
    place = ("--url", scripted.url, "--namespace", NAMESPACE, "--device", DEVICE)
    words = ("send", *place, "--key-file", str(key_file), "--method", method, "temp=1")
    run = command(*words)
    assert has_key(scripted.requests[0].target.encode() + scripted.requests[0].body)  # it was used
    assert not has_key(run.stdout + run.stderr)


def test_X1_the_process_list_of_a_send_in_flight(key_file: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        words = ("--namespace", NAMESPACE, "--device", DEVICE, "--key-file", str(key_file))
        with Program(
            [sys.executable, "-m", "byteport_agent", "send", "--url", url, *words],
            env=command_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            connection, _ = server.accept()  # now it holds the key and waits for an answer
            with connection:
                line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                connection.recv(65536)
            out, _ = process.communicate(timeout=30)
    assert b"send" in line
    assert not has_key(line + out)


def test_X1_a_demo_says_nothing_of_its_own() -> None:
    with Program(
        [sys.executable, "-m", "byteport_agent", "demo", "--listen", "127.0.0.1:0"],
        env=command_env(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        head = ""
        while "#1 " not in head:
            head += process.stdout.readline()
        key = Path(re.findall(r"_key@(\S+)", head)[0]).read_text()
        line = Path(f"/proc/{process.pid}/cmdline").read_text()
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert len(key) == 32
    assert key not in head + line + out + errors


def test_two_demos_have_two_keys(command: Command, tmp_path: Path) -> None:
    code = (
        "import sys, byteport_agent.commands.demo as demo\n"
        "write = demo._key_file\n"
        "demo._key_file = lambda where, key: (print('KEY', key.reveal()), write(where, key))[1]\n"
        "from byteport_agent.cli import main\n"
        "sys.exit(main(['demo', '--listen', '127.0.0.1:0', '--count', '1']))"
    )
    keys = set()
    for _ in range(2):
        run = subprocess.run(
            [sys.executable, "-c", code], env=command_env(), capture_output=True, check=True
        )
        keys.add(re.findall(rb"KEY (\S{32})\n", run.stdout)[0])
    assert len(keys) == 2


def test_X2_database_log_and_reprs_have_none(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    rig = GatewayRig(tmp_path)
    for method in ("GET", "POST"):
        client = Client(NAMESPACE, KEY, DEVICE, rig.url, method)
        client.store([("temp", 1), ("info", "up")])
        client.close()
    parts = [rig.gateway, client, vars(rig.gateway), vars(rig.gateway._intake)]
    shown = repr([*parts, rig.agent.status()])
    rig.close()
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".key"]
    assert b"temp" in b"".join(files)
    out, errors = capfd.readouterr()
    assert not has_key(b"".join(files))
    assert not has_key(caplog.text + shown + out + errors)


@pytest.mark.parametrize("place", ["/api/v1/timeseries/myownspace/barDev1/", "/api/status"])
def test_X1_a_failure_inside_the_gateway_logs_none(
    gateway: GatewayRig,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    monkeypatch.setattr(Outbox, "trouble", property(lambda _: 1 / 0))
    answer = gateway.ask("GET", f"{place}?_key={quote(KEY)}&temp=1")
    monkeypatch.undo()
    assert answer.status == 500
    assert answer.text.count("\n") == 1
    out, errors = capfd.readouterr()
    assert "ZeroDivisionError" in caplog.text
    assert not has_key(caplog.text + answer.text + out + errors)
