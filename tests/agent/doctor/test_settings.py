"""The configuration, its key, the service that runs it, and packages, as the doctor finds them."""

from pathlib import Path

import pytest
from config_rig import DEVICE, OUTPUT, parsed, sensor, write_keys
from doctor_rig import Rig, only, pi, told

from byteport_agent.doctor.extras import EXTRAS, check_extras, extra_of
from byteport_agent.doctor.service import check_service
from byteport_agent.doctor.settings import check_key, read_settings
from byteport_agent.systemd.places import system_places
from byteport_agent.systemd.unit import template, unit_text

UNIT = "/etc/systemd/system/byteport-agent.service"
CONFIG = "/etc/byteport-agent/agent.toml"
SYSTEM = sensor('driver = "system"')


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_keys(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_good_one(place: Path) -> None:
    (place / "agent.toml").write_text(SYSTEM)
    settings = read_settings(Rig(place / "root").machine, None)
    assert settings.runnable
    assert settings.configuration is not None
    assert told(settings.findings) == [("ok", "agent.toml: 1 sensor, 1 output")]


def test_without_one_it_is_about_the_machine(place: Path) -> None:
    settings = read_settings(Rig(place / "root").machine, None)
    assert (settings.configuration, settings.runnable) == (None, True)
    assert told(settings.findings) == [
        ("ok", "there is none yet, so this is about the machine alone")
    ]


def test_F1_all_mistakes_and_warnings_with_their_lines(place: Path) -> None:
    text = SYSTEM.replace("system", "sistem").replace("myownspace", "mine") + "[outbux]\n"
    (place / "agent.toml").write_text(text)
    settings = read_settings(Rig(place / "root").machine, "agent.toml")
    assert not settings.runnable
    marks = [each.mark for each in settings.findings]
    assert marks == ["problem", "warning", "problem"]
    assert 'unknown driver "sistem" (did you mean "system"?)' in settings.findings[0].text
    assert settings.findings[0].command == "nano +3 agent.toml"


def test_a_file_that_cannot_be_read(place: Path) -> None:
    settings = read_settings(Rig(place / "root").machine, "missing.toml")
    assert not settings.runnable
    finding = only(settings.findings)
    assert finding.mark == "problem"
    assert "missing.toml cannot be read: No such file" in finding.text


@pytest.mark.parametrize("content", ["", "two words"])
def test_a_key_that_is_none(place: Path, content: str) -> None:
    (place / "byteport.key").write_text(content)
    (place / "agent.toml").write_text(SYSTEM)
    settings = read_settings(Rig(place / "root").machine, None)
    assert not settings.runnable
    assert any(
        "is empty" in each.text or "more than one word" in each.text for each in settings.findings
    )


def test_what_this_user_may_not_read_or_write(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from byteport_agent.config import Problem
    from byteport_agent.doctor.settings import _finding

    machine = Rig(place / "root").machine
    file = str(place / "agent.toml")
    Path(file).touch()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    finding = _finding(machine, Problem(file, 9, "key file 'x' cannot be read: Permission denied"))
    assert finding.command == f"sudo byteport-agent doctor -c {file}"
    assert _finding(machine, Problem(file, 9, "is wrong")).command == f"sudo nano +9 {file}"
    theirs = Rig(place / "root", prefix=str(place)).machine
    assert theirs.pip("x") == f"sudo {place}/bin/pip install 'x'"


def test_where_a_key_is(place: Path) -> None:
    configuration = parsed(SYSTEM, place)
    rig, path = Rig(place / "root"), f"{place}/byteport.key"
    rig.file(path)
    rig.machine.owners[path] = (0o600, 1000, 1000)
    assert told(check_key(rig.machine, configuration)) == [
        ("ok", f"[device] key file '{path}', mode 600")
    ]


def test_X4_a_key_that_the_service_cannot_read(place: Path) -> None:
    from dataclasses import replace

    configuration = parsed(SYSTEM, place)
    rig = Rig(place / "root", replace(pi(name="byteport-agent"), here=False, uid=990))
    path = f"{place}/byteport.key"
    rig.file(path)
    rig.machine.owners[path] = (0o600, 0, 0)
    finding = only(check_key(rig.machine, configuration))
    assert finding.mark == "problem"
    assert finding.text == f"[device] {path} may not be read by byteport-agent"
    assert finding.command == f"sudo chgrp byteport-agent {path}; sudo chmod 640 {path}"
    rig.file(UNIT, f"LoadCredential=byteport.key:{path}\n")
    assert only(check_key(rig.machine, configuration)).mark == "ok"


def test_X4_a_key_that_others_can_read(place: Path) -> None:
    (place / "byteport.key").chmod(0o644)
    (place / "agent.toml").write_text(SYSTEM)
    settings = read_settings(Rig(place / "root").machine, None)
    assert settings.runnable
    marks = [(each.mark, "is open to every user" in each.text) for each in settings.findings]
    assert marks == [("ok", False), ("warning", True)]
    assert settings.findings[1].text.startswith("agent.toml:")
    assert "warning" not in settings.findings[1].text
    assert settings.findings[1].command == f"chmod 600 '{place}/byteport.key'"


def test_no_service(tmp_path: Path) -> None:
    assert list(check_service(Rig(tmp_path).machine, None)) == []


def test_a_service_as_this_release_installs_it(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.file(UNIT, unit_text(system_places(), ["/opt/bin/byteport-agent"]))
    finding = only(check_service(rig.machine, None))
    assert finding.text == "the program that it starts, /opt/bin/byteport-agent, is not there"
    assert finding.command == "sudo byteport-agent install-service"
    rig.file("/opt/bin/byteport-agent")
    assert told(check_service(rig.machine, None)) == [
        ("ok", f"{UNIT} starts /opt/bin/byteport-agent")
    ]


def test_a_service_of_another_release(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    text = template("byteport-agent.service")
    rig.file(UNIT, text.replace("WatchdogSec=60", "WatchdogSec=10"))
    rig.file("/usr/bin/byteport-agent")
    first, second = check_service(rig.machine, None)
    assert (first.mark, first.text) == ("warning", f"{UNIT} is not this release's")
    assert second.mark == "ok"


def test_what_the_sandbox_hides_from_the_service(place: Path) -> None:
    rig = Rig(place / "root")
    rig.file(UNIT, template("byteport-agent.service"))
    rig.file("/usr/bin/byteport-agent")
    text = '[[sensor]]\nname = "tank"\ndriver = "command"\ncommand = ["/home/pi/tank", "-1"]\n'
    text += '[[sensor]]\nname = "level"\ndriver = "file"\npath = "/run/level"\n'
    configuration = parsed(text + DEVICE + OUTPUT, place)
    object.__setattr__(configuration, "path", CONFIG)
    first, second = list(check_service(rig.machine, configuration))[1:]
    assert (first.mark, second.mark) == ("problem", "problem")
    assert f"the outbox is in {place}" in first.text
    assert f"add '{place}' as ReadWritePaths= in [Service]" in first.advice
    assert second.text == "it does not see /home/pi/tank, which tank needs"
    rig.file(f"{UNIT}.d/override.conf", "ReadWritePaths=/x\nProtectHome=read-only\n")
    assert len(list(check_service(rig.machine, configuration))) == 1


def test_packages_that_sensors_lack(place: Path) -> None:
    sensors = {
        "level": 'driver = "mcp3008"',
        "co2": 'driver = "mhz19"\nfields = { co2 = "co2" }',
        "hall": 'driver = "dht22"\npin = 5\nfields = { temperature = "hall" }',
        "cellar": 'driver = "dht22"\npin = 6\nbackend = "iio"\nfields = { temperature = "c1" }',
        "light": 'driver = "circuitpython:adafruit_tsl2561.TSL2561"\nchannels = ["lux"]\n'
        'fields = { lux = "lux" }',
    }
    text = "".join(f'[[sensor]]\nname = "{name}"\n{lines}\n' for name, lines in sensors.items())
    configuration = parsed(text + DEVICE + OUTPUT, place)
    rig = Rig(place)
    rig.modules = set()
    problems = [each for each in check_extras(rig.machine, configuration) if each.mark != "ok"]
    assert [each.text for each in problems] == [
        "light needs adafruit_tsl2561, which is not installed",
        "level needs spidev, which is not installed",
        "co2 needs serial, which is not installed",
        "hall needs adafruit_dht, which is not installed",
    ]
    assert [each.command for each in problems] == [
        "/venv/bin/pip install 'adafruit-circuitpython-tsl2561'",
        "/venv/bin/pip install 'byteport-agent[spi]'",
        "/venv/bin/pip install 'byteport-agent[serial]'",
        "/venv/bin/pip install 'byteport-agent[dht]'",
    ]
    assert [extra_of(each) for each in configuration.sensors] == ["spi", "serial", "dht", "", ""]


def test_what_an_extra_would_add(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    findings = list(check_extras(rig.machine, None))
    assert {each.mark for each in findings} == {"ok"}
    assert len(findings) == len(EXTRAS)
    assert findings[0].text.startswith("pi is not installed; it would add pins: gpio, button")
    assert [each.command for each in findings if each.command] == [
        "/venv/bin/pip install 'byteport-agent[NAME]'"
    ]
    rig.modules = {module for extra in EXTRAS.values() for module in extra.modules}
    assert list(check_extras(rig.machine, None)) == []


def test_the_extras_are_those_of_the_package() -> None:
    import configparser

    from micropythons import PROJECT

    settings = configparser.ConfigParser()
    settings.read(PROJECT / "setup.cfg")
    extras = set(settings["options.extras_require"]) - {"test", "oracles"}
    assert extras == set(EXTRAS)
