"""`byteport-agent doctor`, as a real process, and the sensors that it asks when told to."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from agent_rig import Answering, command_env
from config_rig import DEVICE, KEYS, OUTPUT, parsed, sensor, write_keys

from byteport_agent.doctor import sensors as sensor_checks
from byteport_agent.doctor.finding import listed, ok, problem, warning
from byteport_agent.doctor.report import json_text, summary, text_lines
from byteport_agent.doctor.sensors import SensorChecks, check_sensor, once_command
from byteport_agent.doctor.tasks import Task, in_time
from byteport_agent.outbox.lock import OutboxLock
from waiting import Program

Command = Callable[..., "subprocess.CompletedProcess[str]"]
SYSTEM = sensor('driver = "system"')


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_keys(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(place: Path, url: str, text: str = SYSTEM, more: str = "") -> None:
    output = f'{OUTPUT}url = "{url}"\n{more}\n'
    (place / "agent.toml").write_text(text.replace(OUTPUT, output))


def test_the_machine_alone(command: Command, place: Path) -> None:
    run = command("doctor")
    assert run.stderr == ""
    lines = run.stdout.splitlines()
    assert lines[0].startswith("ok       machine    ")
    assert "so this is about the machine alone" in run.stdout
    for subject in ("i2c", "spi", "serial", "gpio", "clock", "disk"):
        assert any(line[9:].startswith(f"{subject} ") for line in lines)
    marks = {line.split()[0] for line in lines if line[:1].isalpha() and line[9:10].strip()}
    assert run.returncode == (1 if "problem" in marks else 0)


def test_all_is_told_with_an_answer(
    command_here: Command, place: Path, scripted: Answering
) -> None:
    scripted.answer(200)
    configure(place, scripted.url)
    before = sorted(os.listdir(place))
    run = command_here("doctor", "--json")
    report = json.loads(run.stdout)
    assert run.stderr == ""
    assert report["exit_code"] == run.returncode
    by_subject = {each["subject"]: each for each in report["findings"]}
    assert by_subject["byteport"]["mark"] == "ok"
    assert "takes readings of myownspace.greenhouse-1" in by_subject["byteport"]["text"]
    assert "byteport.key', mode 600" in by_subject["key"]["text"]
    assert len(scripted.requests) == 1
    assert sorted(os.listdir(place)) == before  # nothing is written, no lock is made


def test_offline_asks_nobody(command_here: Command, place: Path, scripted: Answering) -> None:
    configure(place, scripted.url)
    run = command_here("doctor", "--offline")
    assert scripted.requests == []
    assert "config     agent.toml: 1 sensor, 1 output" in run.stdout


def test_a_problem_is_exit_code_1_and_says_what_to_do(
    command_here: Command, place: Path, scripted: Answering
) -> None:
    scripted.answer(404)
    configure(place, scripted.url)
    run = command_here("doctor")
    assert run.returncode == 1
    lines = run.stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("problem  byteport "))
    assert "status 404: unknown namespace, or the device is not registered" in lines[at]
    assert lines[at + 1].startswith("         → is the namespace 'myownspace' right? Then register")
    assert "problem" in lines[-1]


def test_F1_a_configuration_that_cannot_be_run_is_exit_code_78(
    command_here: Command, place: Path
) -> None:
    configure(place, "https://api.example", SYSTEM.replace("system", "sistem"))
    run = command_here("doctor")
    assert (run.returncode, run.stderr) == (78, "")
    assert 'problem  config     agent.toml:3: sensor "porch": unknown driver' in run.stdout
    assert "         $ nano +3 agent.toml\n" in run.stdout
    assert "clock      " in run.stdout  # the machine is looked at all the same
    assert command_here("doctor", "-c", "missing.toml").returncode == 78


def test_a_user_that_is_not_there(command_here: Command, place: Path) -> None:
    run = command_here("doctor", "--user", "nobody-here")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "there is no user 'nobody-here'" in run.stderr
    assert ", as nobody\n" in command_here("doctor", "--user", "nobody").stdout


@pytest.mark.parametrize(("status", "words"), [(200, ()), (403, ()), (403, ("--json",))])
def test_X1_no_key_is_shown(
    command_here: Command,
    place: Path,
    scripted: Answering,
    status: int,
    words: tuple[str, ...],
) -> None:
    scripted.answer(status)
    configure(place, scripted.url, more='method = "GET"')
    run = command_here("doctor", *words, BYTEPORT_KEY="c4nary-environment")
    assert "c4nary" in scripted.requests[0].target  # it was used
    assert "c4nary" not in run.stdout + run.stderr
    assert not any(key in run.stdout + run.stderr for key in KEYS.values())


def test_X1_the_process_list_while_it_asks(place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        configure(place, f"http://127.0.0.1:{server.getsockname()[1]}", more='timeout = "10s"')
        with Program(
            [sys.executable, "-m", "byteport_agent", "doctor"],
            env=command_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            server.accept()[0].close()  # of the check that somebody listens
            connection, _ = server.accept()  # now it holds the key and waits for an answer
            with connection:
                line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                connection.recv(65536)
            out, _ = process.communicate(timeout=30)
    assert b"doctor" in line
    assert b"c4nary" not in line + out


def test_P4_an_agent_that_runs_keeps_its_outbox_and_its_sensors(
    command_here: Command, place: Path
) -> None:
    configure(place, "http://127.0.0.1:9")
    lock = OutboxLock(str(place / "outbox.db"))
    lock.take()
    try:
        run = command_here("doctor", "--offline", "--sensors")
    finally:
        lock.release()
    assert f"ok       outbox     an agent runs on {place}/outbox.db: process {os.getpid()}" in (
        run.stdout
    )
    assert f"warning  sensors    not asked: the agent, process {os.getpid()}, reads them" in (
        run.stdout
    )


def test_sensors_are_asked_when_told_to(command_here: Command, place: Path) -> None:
    text = '[[sensor]]\nname = "tank"\ndriver = "command"\ncommand = "/bin/echo 21.5"\n' + SYSTEM
    configure(place, "http://127.0.0.1:9", text)
    assert "21.5" not in command_here("doctor", "--offline").stdout
    run = command_here("doctor", "--offline", "--sensors")
    assert "ok       sensors    tank (command): tank 21.500\n" in run.stdout
    assert "ok       sensors    porch (system): load_1min " in run.stdout


def test_a_sensor_that_does_not_answer(place: Path) -> None:
    text = '[[sensor]]\nname = "porch"\ndriver = "bme280"\nbus = "i2c-99"\naddress = 0x77\n'
    (found,) = parsed(text + DEVICE + OUTPUT, place).sensors
    finding = check_sensor(found)
    assert finding.mark == "problem"
    assert finding.text.startswith("porch: i2c-99: /dev/i2c-99 is not there: switch I2C on")
    assert finding.command == "byteport-agent once bme280 --bus i2c-99 --address 0x77"


def test_the_command_for_one_reading(place: Path) -> None:
    text = '[[sensor]]\nname = "door"\ndriver = "button"\npin = 4\npull = "up"\n'
    text += '[[sensor]]\nname = "tank"\ndriver = "command"\ncommand = "curl secret"\n'
    door, tank = parsed(text + DEVICE + OUTPUT, place).sensors
    assert once_command(door) == (
        "byteport-agent once button --option pin=4 --option 'pull=\"up\"'"
    )
    assert once_command(tank) == ""


def test_S3_a_sensor_that_hangs_keeps_no_other_bus_waiting(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "hangs.py").write_text(
        "class Hangs:\n"
        "    BUS = 'kernel'\n"
        "    CHANNELS = (('value', '', 0),)\n"
        "    def start(self): return 0\n"
        "    def read(self):\n"
        "        import threading\n"
        "        threading.Event().wait()\n"
    )
    monkeypatch.setattr(sensor_checks, "_ALL_S", 0.5)
    text = '[[sensor]]\nname = "stuck"\ndriver = "./hangs.py:Hangs"\n' + SYSTEM
    sensors = parsed(text, place).sensors
    start_s = monotonic()
    stuck, porch = SensorChecks(sensors).findings()
    assert monotonic() - start_s < 20
    assert (stuck.mark, porch.mark) == ("problem", "ok")
    assert "stuck gave no reading in 0.5 s" in stuck.text


def test_a_third_partys_driver_that_raises_anything(place: Path) -> None:
    (place / "bad.py").write_text(
        "class Bad:\n"
        "    BUS = 'kernel'\n"
        "    CHANNELS = ()\n"
        "    def start(self): return 1 // 0\n"
        "    def read(self): return ()\n"
    )
    text = '[[sensor]]\nname = "bad"\ndriver = "./bad.py:Bad"\n' + DEVICE + OUTPUT
    finding = check_sensor(parsed(text, place).sensors[0])
    assert finding.text.startswith("bad: ZeroDivisionError: ")


def test_work_that_never_ends_is_left_behind() -> None:
    end = Event()
    with pytest.raises(TimeoutError):
        in_time(0.05, end.wait)
    end.set()
    assert in_time(20, lambda: 21) == 21
    with pytest.raises(ZeroDivisionError):
        in_time(20, lambda: 1 // 0)
    task = Task(lambda: "done")
    assert task.result(monotonic() + 20) == task.result(0) == "done"


def test_X11_findings_are_lines_and_cannot_move_the_cursor() -> None:
    findings = [ok("a", "well\x1b[2J", "type\nthis"), problem("b", "bad", "mend", "it")]
    assert list(text_lines(findings)) == [
        "ok       a          well\\x1b[2J",
        "         $ type\\nthis",
        "problem  b          bad",
        "         → mend",
        "         $ it",
    ]
    assert json.loads(json_text(findings, 1))["findings"][1] == {
        "mark": "problem",
        "subject": "b",
        "text": "bad",
        "advice": "mend",
        "command": "it",
    }


def test_the_summary_counts() -> None:
    well, bad, so_so = ok("a", "x"), problem("b", "x", "y"), warning("c", "x", "y")
    assert summary([well, well]) == "all is well: 2 checks"
    assert summary([well, bad, bad, so_so]) == "2 problems, 1 warning"
    assert summary([so_so]) == "1 warning"
    assert listed([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5 and 3 more"
