"""Which way to the pins gpiozero would take, and the traps on it."""

from pathlib import Path

import pytest
from doctor_rig import PI_4, PI_5, Rig, only, pi, told

from byteport_agent.doctor.needs import Needs
from byteport_agent.doctor.pins import check_pins, chosen_factory

DOOR = Needs(True, {"gpio": {"": ["door"]}})
UNKNOWN = Needs()


def rig_of(root: Path, model: str, *modules: str, **environ: str) -> Rig:
    rig = Rig(root, pi("gpio"), environ=environ, directory="/home/pi")
    rig.modules = {"gpiozero", *modules}
    rig.versions = {"gpiozero": "2.0.1.post3"}
    rig.directory("/home/pi")
    rig.file("/proc/device-tree/model", model)
    return rig


@pytest.mark.parametrize(
    ("modules", "environ", "factory"),
    [
        (("lgpio", "RPi.GPIO"), {}, "lgpio"),
        (("RPi.GPIO", "pigpio"), {}, "rpigpio"),
        (("pigpio",), {}, "pigpio"),
        ((), {}, "native"),
        (("lgpio",), {"GPIOZERO_PIN_FACTORY": "Mock"}, "mock"),
    ],
)
def test_the_order_is_gpiozeros(
    tmp_path: Path, modules: tuple[str, ...], environ: dict[str, str], factory: str
) -> None:
    assert chosen_factory(rig_of(tmp_path, PI_4, *modules, **environ).machine) == factory


def test_that_order_is_in_gpiozero_itself() -> None:
    import inspect

    from gpiozero import Device

    source = inspect.getsource(Device._default_pin_factory)
    places = [source.index(f"'{name}':") for name in ("lgpio", "rpigpio", "pigpio", "native")]
    assert places == sorted(places)


@pytest.mark.parametrize("model", [PI_4, PI_5])
def test_lgpio_is_right_everywhere(tmp_path: Path, model: str) -> None:
    rig = rig_of(tmp_path, model, "lgpio", "RPi.GPIO", "RPi._GPIO")
    assert told(check_pins(rig.machine, DOOR)) == [("ok", "gpiozero uses lgpio")]


def test_a_pi_5_without_lgpio(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_5, "RPi.GPIO", "RPi._GPIO")
    for needs in (DOOR, UNKNOWN):
        finding = only(check_pins(rig.machine, needs))
        assert finding.mark == "problem"
        assert "RPi.GPIO, which cannot work on a Raspberry Pi 5" in finding.text
        assert finding.command == "/venv/bin/pip install 'byteport-agent[pi]'"
    rig.modules = {"gpiozero"}
    assert "gpiozero's own code, which cannot" in only(check_pins(rig.machine, DOOR)).text
    rig.modules = {"gpiozero", "pigpio"}
    assert "pigpio, which cannot work" in only(check_pins(rig.machine, DOOR)).text


def test_rpi_lgpio_has_the_name_of_rpi_gpio_and_works(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_5, "RPi.GPIO")
    assert only(check_pins(rig.machine, DOOR)).mark == "ok"


def test_rpi_gpio_works_on_older_ones(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_4, "RPi.GPIO", "RPi._GPIO")
    assert told(check_pins(rig.machine, DOOR)) == [("ok", "gpiozero uses rpigpio")]
    rig.modules = {"gpiozero"}
    finding = only(check_pins(rig.machine, DOOR))
    assert (finding.mark, finding.advice) == ("problem", "install lgpio")
    assert only(check_pins(rig.machine, UNKNOWN)).mark == "warning"


def test_an_lgpio_that_the_environment_does_not_see(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_5)
    rig.file("/usr/lib/python3/dist-packages/lgpio.py")
    command = "python3 -m venv --upgrade --system-site-packages /venv"
    assert only(check_pins(rig.machine, DOOR)).command == command
    outside = Rig(tmp_path / "other", pi("gpio"), is_venv=False)
    outside.modules = {"gpiozero"}
    outside.file("/proc/device-tree/model", PI_5)
    assert only(check_pins(outside.machine, DOOR)).command == "sudo apt install python3-lgpio"


@pytest.mark.parametrize(
    ("release", "has_chip_4", "text"),
    [
        ("2.0.1.post1", True, "gpiozero 2.0.1.post1 cannot use lgpio on a Raspberry Pi 5"),
        ("2.0.1.post2", False, "gpiozero 2.0.1.post2 cannot use lgpio on a Raspberry Pi 5"),
        ("2.0.1", False, "gpiozero 2.0.1 looks for /dev/gpiochip4, which is /dev/gpiochip0 here"),
        ("2.0", False, "gpiozero 2.0 looks for /dev/gpiochip4, which is /dev/gpiochip0 here"),
        ("2.0.1", True, ""),
        ("2.0.1.post3", False, ""),
        ("2.1", False, ""),
    ],
)
def test_releases_of_gpiozero_that_fail_on_a_pi_5(
    tmp_path: Path, release: str, has_chip_4: bool, text: str
) -> None:
    rig = rig_of(tmp_path, PI_5, "lgpio")
    rig.versions = {"gpiozero": release}
    if has_chip_4:
        rig.file("/dev/gpiochip4")
    finding = only(check_pins(rig.machine, DOOR))
    assert finding.text == (text or "gpiozero uses lgpio")
    assert finding.mark == ("problem" if text else "ok")
    rig.file("/proc/device-tree/model", PI_4)
    assert only(check_pins(rig.machine, DOOR)).mark == "ok"


def test_a_factory_that_is_asked_for_and_not_there(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_4, "lgpio", GPIOZERO_PIN_FACTORY="pigpio")
    finding = only(check_pins(rig.machine, DOOR))
    assert finding.text == "GPIOZERO_PIN_FACTORY asks for pigpio, which is not installed"
    assert finding.command == "unset GPIOZERO_PIN_FACTORY"
    mock = rig_of(tmp_path, PI_4, "lgpio", GPIOZERO_PIN_FACTORY="mock")
    assert "simulated pins" in only(check_pins(mock.machine, DOOR)).text


def test_lgpios_pipes_in_the_working_directory(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, PI_4, "lgpio")
    rig.directory("/home/pi", "root", 0o755, uid=0)
    _, finding = check_pins(rig.machine, DOOR)
    assert finding.mark == "warning"
    assert finding.text == "lgpio makes pipes, and it runs in /home/pi, where pi may not write"
    assert finding.command == "export LG_WD=/tmp"
    elsewhere = rig_of(tmp_path, PI_4, "lgpio", LG_WD="/run/pipes")
    _, finding = check_pins(elsewhere.machine, DOOR)
    assert "and LG_WD names /run/pipes, where pi may not write" in finding.text
    elsewhere.directory("/run/pipes")
    assert len(list(check_pins(elsewhere.machine, DOOR))) == 1


def test_without_gpiozero(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    finding = only(check_pins(rig.machine, DOOR))
    assert finding.text == "gpiozero is not installed, and a sensor has a pin"
    assert finding.command == "/venv/bin/pip install 'byteport-agent[pi]'"
    assert list(check_pins(rig.machine, UNKNOWN)) == []


def test_a_pc_is_not_told_of_pins(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    rig.modules = {"gpiozero"}
    assert list(check_pins(rig.machine, UNKNOWN)) == []
