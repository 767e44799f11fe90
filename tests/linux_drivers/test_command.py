"""The command driver with real programs."""

import os
import time
from pathlib import Path

import pytest

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.linux.command import Command


def take(command: "str | list[str]", **options: object) -> dict[str, object]:
    driver = Command(command, **options)
    assert driver.start() == 0
    names = [channel[0] for channel in driver.CHANNELS]
    return dict(zip(names, driver.read(), strict=True))


@pytest.mark.parametrize(
    ("printed", "fields"),
    [
        ("21.5", {"value": 21.5}),
        ("  -3\n", {"value": -3.0}),
        ("door open", {"value": "door open"}),
        ('{"t": 21.5, "n": 3, "on": true, "off": false}', {"t": 21.5, "n": 3, "on": 1, "off": 0}),
        ('{"a": {"b": 1, "c": {"d": 2}}, "s": "x"}', {"a_b": 1.0, "a_c_d": 2.0, "s": "x"}),
        ('{"a": 1, "b": null, "c": [1]}', {"a": 1.0}),
    ],
)
def test_what_a_program_prints(printed: str, fields: dict[str, object]) -> None:
    assert take(["printf", "%s", printed]) == fields


def test_a_channel_has_the_name_and_unit_it_is_given() -> None:
    driver = Command("echo 5", name="level", unit="mm", decimals=0)
    assert driver.CHANNELS == (("level", "mm", 0),)
    driver.start()
    assert (driver.CHANNELS, driver.read()) == ((("level", "mm", 0),), (5.0,))
    driver = Command(["echo", '{"level": 5, "x": 1}'], name="level", unit="mm", decimals=0)
    driver.start()
    assert driver.CHANNELS == (("level", "mm", 0), ("x", "", 0))


def test_a_value_is_given_once() -> None:
    driver = Command("echo 5")
    with pytest.raises(NotReady, match="has not run since"):
        driver.read()
    driver.start()
    assert driver.read() == (5.0,)
    with pytest.raises(NotReady):
        driver.read()


@pytest.mark.parametrize(
    ("command", "kind", "words"),
    [
        ("sh -c 'exit 3'", BadReading, "command 'sh' ended with exit code 3$"),
        ("sh -c 'echo 1; echo no sensor >&2; exit 1'", BadReading, "code 1: no sensor"),
        ("sh -c 'kill -9 $$'", BadReading, "was killed by signal 9"),
        ("true", BadReading, "printed nothing"),
        (r"printf '\377'", BadReading, "no UTF-8"),
        ("echo '{\"a\": '", BadReading, "wrong JSON"),
        ("echo '{\"a\": NaN}'", BadReading, "wrong JSON"),
        ("echo '{\"a\": null}'", BadReading, "without a value"),
        ("sh -c 'yes | head -c 100000'", BadReading, "printed more than 65536"),
        ("yes", BadReading, "printed more than 65536"),
    ],
)
def test_what_must_not_be_used(command: str, kind: type[Exception], words: str) -> None:
    driver = Command(command)
    with pytest.raises(kind, match=words):
        driver.start()
    with pytest.raises(NotReady):
        driver.read()


@pytest.mark.parametrize("command", ["/nowhere/tank-level", "no-such-program-here", "/etc/passwd"])
def test_a_missing_program_is_told_at_once(command: str) -> None:
    with pytest.raises(ChipNotFound, match="is not there or may not be executed"):
        Command(command)


@pytest.mark.parametrize("command", ["", "   ", "echo 'x", []])
def test_no_program(command) -> None:
    with pytest.raises(ChipNotFound, match="write a program and its arguments"):
        Command(command)


def test_a_program_that_cannot_be_run(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("#!/nowhere/sh\n")
    path.chmod(0o755)
    with pytest.raises(ChipNotFound, match="cannot be run: No such file"):
        Command(str(path)).start()


def test_no_shell_unless_asked_for() -> None:
    assert take(["echo", "$HOME; echo 2"]) == {"value": "$HOME; echo 2"}
    assert take("echo $((1 + 1)) | cat", shell=True) == {"value": 2.0}
    assert take(["echo", "a b"], shell=True) == {"value": "a b"}


def test_no_secret_and_no_input_is_handed_on(monkeypatch) -> None:
    monkeypatch.setenv("BYTEPORT_KEY", "canary")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/canary")
    monkeypatch.setenv("LC_ALL", "C")
    shown = str(take("env", env={"MINE": "1"}, name="env")["env"])
    assert "canary" not in shown
    assert "MINE=1" in shown
    assert "LC_ALL=C" in shown
    assert "PATH=" in shown
    assert take("wc -c") == {"value": 0.0}


def test_at_the_deadline_a_program_and_its_children_are_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = f"sh -c 'sleep 60 & echo $! $$ > {pids}; sleep 60'"
    began_s = time.monotonic()
    with pytest.raises(NotReady, match=r"took longer than 0\.5 s: killed"):
        Command(command, timeout_s=0.5).start()
    assert time.monotonic() - began_s < 5
    wait_until_gone(pids)


def test_what_a_program_leaves_running_delays_nobody_and_is_killed(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    began_s = time.monotonic()
    assert take(f"sh -c 'sleep 60 & echo $! > {pids}; echo 7'") == {"value": 7.0}
    assert time.monotonic() - began_s < 5
    wait_until_gone(pids)


def wait_until_gone(pids: Path) -> None:
    """A killed child of a dead parent is waited for by init, which may take a moment."""
    for pid in pids.read_text().split():
        stat = Path(f"/proc/{pid}/stat")
        for _ in range(100):
            if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
                break
            time.sleep(0.02)
        else:
            raise AssertionError(f"{pid} still runs")


def test_no_file_is_left_open() -> None:
    driver = Command("echo 1")
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        driver.start()
    assert len(os.listdir("/proc/self/fd")) == before
