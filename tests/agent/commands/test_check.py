"""`byteport-agent check`, as a real process."""

# ruff: noqa: E501 (messages as they are told)

import os
from pathlib import Path

import pytest
from config_rig import DESIGN, DEVICE, KEYS, OUTPUT, write_keys


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_keys(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_would_run(command, place: Path) -> None:
    (place / "agent.toml").write_text(DESIGN)
    run = command("check")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.replace(f"{place}/", "") == (
        "device   myownspace.greenhouse-1, key file 'byteport.key'\n"
        "outbox   outbox.db, up to 64MB and 365d\n"
        "gateway  127.0.0.1:8080, key file 'gateway.key'\n"
        "history  history.db, up to 256MB and 400d\n"
        "\n"
        "SENSOR  DRIVER   WHERE          EVERY  FIELDS\n"
        "porch   bme280   0x76 on i2c-1  30s    porch_temp, porch_rh\n"
        "tank    command  program        5s     as they come\n"
        "\n"
        "OUTPUT    TYPE      URL                      AS\n"
        "byteport  byteport  https://api.byteport.se  POST\n"
        "\n"
        "agent.toml: no mistakes\n"
    )


def test_what_is_switched_and_what_is_shown(command, place: Path) -> None:
    mqtt = '[[output]]\ntype = "mqtt"\nurl = "mqtt://127.0.0.1"\nmessages = true\n'
    pump = '[[actuator]]\nname = "pump"\nkind = "relay"\npin = 17\nsafe = 1\n'
    (place / "agent.toml").write_text(f"{DESIGN}{mqtt}{pump}[prometheus]\n")
    run = command("check")
    assert (run.returncode, run.stderr) == (0, "")
    assert "metrics  /metrics at the gateway\n" in run.stdout
    assert "mqtt      mqtt      mqtt://127.0.0.1         byteport\n" in run.stdout
    assert run.stdout.endswith(
        "\nACTUATOR  KIND   PIN  SAFE\npump      relay  17   on\n\nagent.toml: no mistakes\n"
    )


def test_a_dashboard_for_others_that_has_no_password(command, place: Path) -> None:
    text = DESIGN.replace("127.0.0.1:8080", "0.0.0.0:8080")
    (place / "agent.toml").write_text(text)
    told = ", no dashboard without a password: 'byteport-agent set-password' sets it\n"
    assert told in command("check").stdout
    (place / "gateway.password").touch()
    assert told not in command("check").stdout


def test_F1_all_mistakes_and_exit_code_78(command, place: Path) -> None:
    text = f'{DEVICE}{OUTPUT}[[sensor]]\nname = "porch-"\ndriver = "bme208"\ninterval = 3\n'
    (place / "my.toml").write_text(text)
    run = command("check", "-c", "my.toml")
    assert (run.returncode, run.stdout) == (78, "")
    assert run.stderr.splitlines() == [
        (
            "my.toml:8: warning: sensor \"porch-\": sensor name 'porch-' ends with '-': "
            "the reference client refuses it"
        ),
        'my.toml:9: sensor "porch-": unknown driver "bme208" (did you mean "bme280"?)',
        (
            'my.toml:10: sensor "porch-": interval: must be a duration such as "30s", '
            "not a whole number"
        ),
        "byteport-agent check: 2 mistakes, 1 warning",
    ]


def test_a_warning_is_no_failure(command, place: Path) -> None:
    (place / "agent.toml").write_text(DESIGN.replace("myownspace", "mine"))
    run = command("check")
    assert run.returncode == 0
    assert run.stderr.startswith("agent.toml:3: warning: device: namespace 'mine' is short")
    assert run.stdout.endswith("agent.toml: no mistakes, 1 warning\n")


def test_without_a_file(command, place: Path) -> None:
    run = command("check")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (78, "", 1)
    assert "neither ./agent.toml nor /etc/byteport-agent/agent.toml is there" in run.stderr
    shown = " ".join(command("check", "--help").stdout.split())
    assert "default ./agent.toml, ./station.toml or /etc/byteport-agent/agent.toml" in shown


def test_a_board_s_file_is_found_too(command, place: Path) -> None:
    (place / "station.toml").write_text("[board]")
    assert "station.toml:1: board: lacks type" in command("check").stderr
    (place / "agent.toml").write_text(DESIGN)
    assert command("check").stdout.endswith("agent.toml: no mistakes\n")


def test_X11_a_file_cannot_move_the_cursor(command, place: Path) -> None:
    (place / "agent.toml").write_text('"a\\u001b[2J\\n" = 1\n' + DESIGN)
    run = command("check")
    assert run.returncode == 78
    assert run.stderr.startswith('agent.toml:1: unknown key "a\\x1b[2J\\n"\n')


def test_X1_no_key_is_shown(command, place: Path) -> None:
    for text in (DESIGN, DESIGN.replace("bme280", "bme208"), DESIGN + "key = 1\n"):
        (place / "agent.toml").write_text(text)
        run = command("check", BYTEPORT_KEY="c4nary-environment")
        assert "c4nary" not in run.stdout + run.stderr
        assert not any(key in run.stdout + run.stderr for key in KEYS.values())


def test_no_hardware_is_touched(command, place: Path) -> None:
    (place / "agent.toml").write_text(DESIGN)
    code = (
        "import sys\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == 'open' "
        "else None)\n"
        "from byteport_agent.cli import main\n"
        "code = main(['check'])\n"
        "dev = [path for path in opened if path.startswith(('/dev/', '/sys/'))]\n"
        "heavy = {'smbus2', 'gpiozero', 'spidev', 'serial', 'sqlite3', 'bottle'} & set(sys.modules)\n"
        "sys.exit(repr((dev, heavy)) if code or dev or heavy else 0)\n"
    )
    import subprocess
    import sys

    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ
    )
    assert run.returncode == 0, run.stderr


def test_a_board_s_file_is_shown_with_its_wiring(command, tmp_path: Path) -> None:
    from board_rig import SECRETS, write_secrets

    from byteport_agent.config.board.reference import BOARD_EXAMPLE

    write_secrets(tmp_path)
    (tmp_path / "station.toml").write_text(BOARD_EXAMPLE)
    (tmp_path / "station.toml").chmod(0o600)
    run = command("check", "-c", str(tmp_path / "station.toml"))
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines()[1:] == [
        "board    ESP32, asleep between readings, sends once in 10 wakes",
        "wiring   i2c-0 (sda 21, scl 22); battery pin 35",
        "Wi-Fi    home",
        "outbox   up to 400kB, in flash after 10 readings or 1m",
        "output   https://api.byteport.se, POST",
        "",
        "SENSOR  DRIVER  WHERE          EVERY  FIELDS",
        "porch   bme280  0x76 on i2c-0  5m     porch_temp, porch_rh",
        "door    gpio    pin 27         5m     state",
        "",
        f"{tmp_path}/station.toml: no mistakes",
        f"next: 'byteport-agent flash -c {tmp_path}/station.toml' puts it onto the board",
    ]
    assert not any(secret in run.stdout for secret in SECRETS)
    run = command("run", "-c", str(tmp_path / "station.toml"))
    assert run.returncode == 78
    assert "this file is a board's, not an agent's" in run.stderr
