"""`byteport-agent send` as a user runs it, and all the ways in which it fails."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, Answering

from byteport_mocks.chaos_server import SimulatedByteport

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Send = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def send(command: Command, key_file: Path) -> Send:
    """Send with the usual options to a URL."""

    def run(url: str, *words: str) -> "subprocess.CompletedProcess[str]":
        place = ("--url", url, "--namespace", NAMESPACE, "--device", DEVICE)
        return command("send", *place, "--key-file", str(key_file), *words)

    return run


def failed(run: "subprocess.CompletedProcess[str]", code: int, *texts: str) -> None:
    """Check that a run ended with one line that has the texts, and nothing else."""
    assert (run.returncode, run.stdout) == (code, ""), run.stderr
    assert run.stderr.startswith("byteport-agent send: ")
    assert run.stderr.count("\n") == 1
    for text in texts:
        assert text in run.stderr
    assert KEY not in run.stderr


def test_values_are_stored_as_they_were_typed(send: Send, server: SimulatedByteport) -> None:
    run = send(
        server.url, "temp=21.50", "--timestamp", "1410613385.123", "note=a=b å", "info=hello"
    )
    assert (run.returncode, run.stderr) == (0, "")
    (stored,) = server.stored
    assert stored.device == DEVICE
    assert stored.ts_ms == 1_410_613_385_123
    assert stored.fields == (("temp", "21.50"), ("note", "a=b å"))
    assert server.messages == [(DEVICE, "info", "hello")]
    first, second = run.stdout.splitlines()
    assert first == (
        "stored temp=21.50 note=a=b å info=hello in myownspace.barDev1 "
        "at 2014-09-13T13:03:05.123Z (1410613385.123)"
    )
    assert second.startswith("next: see device 'barDev1' in namespace 'myownspace' on 127.0.0.1:")


@pytest.mark.parametrize("method", ["GET", "auto", "POST"])
def test_methods(send: Send, scripted: Answering, method: str) -> None:
    scripted.answer(200)
    assert send(scripted.url, "--method", method, "temp=1").returncode == 0
    assert scripted.requests[0].method == {"auto": "GET"}.get(method, method)


def test_without_a_field_it_is_a_heartbeat(send: Send, server: SimulatedByteport) -> None:
    run = send(server.url)
    assert "stored a heartbeat in myownspace.barDev1" in run.stdout
    assert server.heartbeats == [DEVICE]


def test_a_time_with_an_offset(send: Send, server: SimulatedByteport) -> None:
    assert send(server.url, "--timestamp", "2014-09-13T15:03:05.123+02:00").returncode == 0
    assert server.requests[0].form["_ts"] == "1410613385.123"


def test_the_key_from_the_environment(
    command: Command, server: SimulatedByteport, key_file: Path
) -> None:
    words = ("send", "--url", server.url, "--namespace", NAMESPACE, "--device", DEVICE, "temp=1")
    assert command(*words, BYTEPORT_KEY=KEY).returncode == 0
    directory = str(key_file.parent)
    assert command(*words, CREDENTIALS_DIRECTORY=directory, BYTEPORT_KEY="wrong").returncode == 0
    failed(command(*words), 78, "no API key: give --key-file FILE, or set BYTEPORT_KEY")
    assert len(server.stored) == 2


def test_X11_a_value_cannot_move_the_cursor(send: Send, server: SimulatedByteport) -> None:
    run = send(server.url, "note=\x1b[2Jline\nbreak")
    assert "note=\\x1b[2Jline\\nbreak in" in run.stdout


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["temp"], "value 1 has no '=': write FIELD=VALUE"),
        (["temp=1", KEY.replace("=", "")], "value 2 has no '='"),
        (["a.b=1"], "field name 'a.b' has '.'"),
        (["x=1"], "field name 'x' has 1 characters"),
        (["_ts=1"], "'_ts' is reserved"),
        (["temp=1", "temp=2"], "field 'temp' is given twice"),
        ([f"_key={KEY}"], "an API key is never given on the command line"),
        (["--key", KEY, "temp=1"], "an API key is never given on the command line"),
        ([f"--key={KEY}", "temp=1"], "an API key is never given on the command line"),
        ([f"--api-key={KEY}"], "put it into a file and give --key-file FILE"),
        ([f"--token={KEY}", "temp=1"], "unknown option '--token'"),
        (["--timestamp", "yesterday"], "'yesterday' is no time"),
        (["--timestamp", "2026-01-31T12:00:00"], "lacks its offset from UTC"),
        (["--timestamp", "1e9"], "'1e9' is no time"),
        (["--timeout", "soon"], "'soon' is no duration"),
        (["--namespace", "a"], "namespace name 'a' has 1 characters"),
        (["--device", "-x"], "argument --device"),
        (["--device=-x"], "device name '-x' starts with '-'"),
        *(
            (["--url", url], "argument --url: write https://host or http://host:8080")
            for url in (
                "ftp://host",
                "host",
                "https://",
                "https://h:x",
                "http://u:pw@h",
                "http://h?q",
            )
        ),
        (["--method", "put"], "invalid choice: 'put'"),
        (["--method", "GET", "note=" + "x" * 3000], "POST"),
        ([b"note=\xff"], "the value of 'note' is not UTF-8"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2(
    send: Send, server: SimulatedByteport, words: list[str], text: str
) -> None:
    failed(send(server.url, *words), 2, text)
    assert not server.requests


def test_what_is_missing_is_named(command: Command) -> None:
    failed(command("send", "temp=1"), 2, "required: --namespace, --device")


@pytest.mark.parametrize("content", ["", "two words"])
def test_a_wrong_key_file_is_exit_code_78(send: Send, key_file: Path, content: str) -> None:
    key_file.write_text(content)
    failed(send("http://127.0.0.1:9", "temp=1"), 78, str(key_file))
    key_file.unlink()
    failed(send("http://127.0.0.1:9", "temp=1"), 78, "cannot be read: No such file")


def test_X4_a_key_file_open_to_others_is_warned_of(
    send: Send, server: SimulatedByteport, key_file: Path
) -> None:
    key_file.chmod(0o644)
    run = send(server.url, "temp=1")
    assert run.returncode == 0
    assert run.stderr == (
        f"byteport-agent send: warning: key file '{key_file}' is open to every user of this "
        f"machine: chmod 600 '{key_file}'\n"
    )


def test_names_and_addresses_that_make_trouble_are_warned_of(
    command: Command, key_file: Path
) -> None:
    run = command(
        *("send", "--namespace", "short", "--device", "dev-", "--key-file", str(key_file)),
        *("--url", "http://host.invalid:9", "--timeout", "5s"),
    )
    assert run.returncode == 1
    warnings = run.stderr.splitlines()
    assert "namespace 'short' is short" in warnings[0]
    assert "'dev-' ends with '-'" in warnings[1]
    assert "the key travels unencrypted to host.invalid: use https://" in warnings[2]
    assert "not confirmed" in warnings[3]
    assert len(warnings) == 4


@pytest.mark.parametrize(
    ("status", "headers", "texts"),
    [
        (400, {}, ["not stored", "status 400", "Check the fields' names and values."]),
        (401, {}, ["not stored", "Check the key, and the namespace's Security tab"]),
        (403, {}, ["not stored", "Check the key, and the namespace's Security tab"]),
        (404, {}, ["not stored", "Check --namespace and --device, and register the device"]),
        (406, {}, ["not stored", "Check --device."]),
        (413, {}, ["not stored", "Send fewer or shorter fields"]),
        (429, {"Retry_After": "30"}, ["not stored", "Send less often. It asks to wait 30 s."]),
        (500, {}, ["not confirmed", "--timestamp 1410613385.5", "Send again"]),
        (502, {}, ["not confirmed", "--timestamp 1410613385.5", "send again later"]),
        (503, {"Retry_After": "9"}, ["not confirmed", "Send again later. It asks to wait 9 s."]),
        (504, {}, ["not confirmed", "status 504"]),
        (301, {"Location": "https://new.example/x"}, ["https://new.example", "as --url"]),
        (302, {}, ["not stored", "status 302"]),
        (204, {}, ["not confirmed", "status 204"]),
    ],
)
def test_each_answer_says_what_to_do(
    send: Send, scripted: Answering, status: int, headers: dict[str, Any], texts: list[str]
) -> None:
    scripted.answer(status, **headers)
    run = send(scripted.url, "temp=1", "--timestamp", "1410613385.5")
    failed(run, 1, f"status {status}", *texts)
    assert len(scripted.requests) == 1


def test_N14_a_sign_in_page_is_no_success(send: Send, scripted: Answering) -> None:
    scripted.answer(200, b"<html>Welcome to the hotel", Content_Type="text/html")
    failed(send(scripted.url, "temp=1"), 1, "not confirmed", "sign-in")


def test_nobody_answers(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        silent = send(f"http://127.0.0.1:{port}", "temp=1", "--timeout", "100ms")
    failed(silent, 1, "no complete answer within 0.1 s", "not confirmed")
    texts = ("Connection refused", "Is the URL right, the network up and the service running?")
    failed(send(f"http://127.0.0.1:{port}", "temp=1"), 1, *texts)
