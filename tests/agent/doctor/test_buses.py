"""Buses and pins of machines that were built for it: there or not, allowed or not, switched on."""

from pathlib import Path

import pytest
from doctor_rig import PI_4, PI_5, Rig, only, pi, told

from byteport_agent.doctor.bus_kinds import I2C, PINS, SERIAL, SPI
from byteport_agent.doctor.buses import check_bus
from byteport_agent.doctor.needs import Needs, device_file, needs_of
from byteport_agent.doctor.one_wire import check_one_wire
from byteport_agent.doctor.serial_console import check_console

UNKNOWN = Needs()
PORCH = Needs(True, {"i2c": {"/dev/i2c-1": ["porch"]}})
DOOR = Needs(True, {"gpio": {"": ["door", "rain"]}})
CO2 = Needs(True, {"uart": {"/dev/serial0": ["co2"]}})
TANK = Needs(True, {"w1": {"": ["tank"]}})
NOTHING = Needs(True)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


def test_a_bus_that_may_be_used(tmp_path: Path) -> None:
    rig = Rig(tmp_path, pi("i2c"))
    rig.device("/dev/i2c-1", "i2c")
    rig.device("/dev/i2c-10", "i2c")
    for needs in (UNKNOWN, PORCH):
        finding = only(check_bus(rig.machine, needs, I2C))
        assert (finding.mark, finding.text) == (
            "ok",
            "/dev/i2c-1, /dev/i2c-10 can be used by pi",
        )


def test_a_user_who_is_not_in_the_group(rig: Rig) -> None:
    rig.device("/dev/i2c-1", "i2c")
    finding = only(check_bus(rig.machine, PORCH, I2C))
    assert finding.mark == "problem"
    assert finding.text == "/dev/i2c-1 may not be used by pi, porch needs it"
    assert finding.advice == "put pi into the group i2c"
    assert finding.command == "sudo usermod -aG i2c pi; exec su -l pi"
    assert only(check_bus(rig.machine, UNKNOWN, I2C)).mark == "warning"
    assert list(check_bus(rig.machine, NOTHING, I2C)) == []


def test_the_services_user_is_restarted_not_logged_in(tmp_path: Path) -> None:
    rig = Rig(tmp_path, pi(name="byteport-agent"))
    rig.device("/dev/gpiochip0", "gpio")
    finding = only(check_bus(rig.machine, DOOR, PINS))
    assert finding.text == "/dev/gpiochip0 may not be used by byteport-agent, door, rain needs it"
    assert finding.command == (
        "sudo usermod -aG gpio byteport-agent; sudo systemctl restart byteport-agent"
    )


def test_a_group_that_counts_from_the_next_login(tmp_path: Path) -> None:
    rig = Rig(tmp_path, pi("i2c", now=()))
    rig.device("/dev/i2c-1", "i2c")
    finding = only(check_bus(rig.machine, PORCH, I2C))
    assert finding.advice == "pi is in the group i2c since this login: log out and in again"
    assert finding.command == "exec su -l pi"


@pytest.mark.parametrize(("group", "mode"), [("root", 0o600), ("root", 0o660), ("i2c", 0o600)])
def test_a_device_that_no_group_has(rig: Rig, group: str, mode: int) -> None:
    rig.device("/dev/i2c-1", group, mode)
    finding = only(check_bus(rig.machine, PORCH, I2C))
    assert finding.advice == "give it to the group i2c, and put pi into that"
    assert 'SUBSYSTEM=="i2c-dev", GROUP="i2c", MODE="0660"' in finding.command


def test_root_may_all(tmp_path: Path) -> None:
    from byteport_agent.doctor.person import Person

    rig = Rig(tmp_path, Person("root", 0, frozenset({0}), frozenset({"root"}), here=True))
    rig.device("/dev/i2c-1", "root", 0o600)
    assert only(check_bus(rig.machine, PORCH, I2C)).mark == "ok"


@pytest.mark.parametrize("place", ["/boot/firmware/config.txt", "/boot/config.txt"])
def test_i2c_that_is_switched_off(rig: Rig, place: str) -> None:
    rig.file("/proc/device-tree/model", PI_4)
    rig.file(place, "#dtparam=i2c_arm=on\n")
    finding = only(check_bus(rig.machine, PORCH, I2C))
    assert (finding.mark, finding.text) == (
        "problem",
        "/dev/i2c-1 is not there, porch needs it",
    )
    assert finding.advice == "switch it on and restart the machine"
    assert finding.command == f"echo dtparam=i2c_arm=on | sudo tee -a {place}; sudo reboot"
    rig.file("/usr/bin/raspi-config")
    finding = only(check_bus(rig.machine, UNKNOWN, I2C))
    assert (finding.mark, finding.text) == ("warning", "is off")
    assert finding.command == "sudo raspi-config nonint do_i2c 0; sudo reboot"


@pytest.mark.parametrize(
    ("lines", "is_on"),
    [
        ("dtparam=i2c_arm=on", True),
        ("dtparam=i2c=on,spi=on", True),
        ("dtparam=spi=on,i2c1", True),
        ("device_tree_param=i2c_arm=1", True),
        ("dtparam=i2c_arm=on\ndtparam=i2c_arm=off", False),
        ("dtparam=i2c_arm=off", False),
        ("dtparam=i2c_baudrate=400000", False),
        ("[pi5]\ndtparam=i2c_arm=on", False),
        ("[pi4]\ndtparam=i2c_arm=on", True),
        ("[pi5]\n[all]\ndtparam=i2c_arm=on", True),
        ("[none]\ndtparam=i2c_arm=on", False),
        ("[cm4]\ndtparam=i2c_arm=on", False),
        ("[pi02]\ndtparam=i2c_arm=on", False),
        ("[gpio4=1]\ndtparam=i2c_arm=on", True),
        ("# dtparam=i2c_arm=on", False),
        ("", False),
    ],
)
def test_what_is_switched_on_waits_for_a_restart(rig: Rig, lines: str, is_on: bool) -> None:
    rig.file("/proc/device-tree/model", PI_4)
    rig.file("/boot/firmware/config.txt", lines + "\n")
    finding = only(check_bus(rig.machine, PORCH, I2C))
    waits = "restart the machine, so that what /boot/firmware/config.txt switches on is there"
    assert (finding.advice == waits) is is_on
    assert (finding.command == "sudo reboot") is is_on


def test_a_module_that_is_not_loaded(rig: Rig) -> None:
    rig.file("/sys/bus/i2c/devices/i2c-1/name")
    finding = only(check_bus(rig.machine, PORCH, I2C))
    assert finding.advice == "load the module i2c-dev, now and at each start"
    assert finding.command == (
        "sudo modprobe i2c-dev; echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf"
    )


def test_a_machine_without(rig: Rig) -> None:
    for kind in (I2C, SPI, SERIAL, PINS):
        assert told(check_bus(rig.machine, UNKNOWN, kind)) == [("ok", "is not there")]
    text = "is not there, and no sensor here needs it"
    assert told(check_bus(rig.machine, NOTHING, SPI)) == [("ok", text)]
    finding = only(check_bus(rig.machine, DOOR, PINS))
    assert (finding.mark, finding.text) == (
        "problem",
        "/dev/gpiochipN is not there, door, rain needs it",
    )


def test_one_bus_of_two_is_missing(tmp_path: Path) -> None:
    rig = Rig(tmp_path, pi("i2c"))
    rig.device("/dev/i2c-0", "i2c")
    marks = [mark for mark, _ in told(check_bus(rig.machine, PORCH, I2C))]
    assert marks == ["problem", "ok"]


@pytest.mark.parametrize(
    ("model", "setting"), [(PI_4, "enable_uart=1"), (PI_5, "dtparam=uart0=on")]
)
def test_a_serial_port(rig: Rig, model: str, setting: str) -> None:
    rig.file("/proc/device-tree/model", model)
    assert setting in only(check_bus(rig.machine, CO2, SERIAL)).command
    rig.file("/boot/firmware/config.txt", setting)
    assert only(check_bus(rig.machine, CO2, SERIAL)).command == "sudo reboot"
    adapter = Needs(True, {"uart": {"/dev/ttyUSB0": ["co2"]}})
    finding = only(check_bus(rig.machine, adapter, SERIAL))
    assert finding.command == "ls -l /dev/serial/by-id"


def test_a_login_console_on_a_sensors_port(rig: Rig) -> None:
    rig.file("/proc/device-tree/model", PI_4)
    rig.file("/usr/bin/raspi-config")
    rig.device("/dev/ttyS0", "dialout")
    (rig.root / "dev/serial0").symlink_to("ttyS0")
    rig.file("/proc/cmdline", "console=tty1 console=ttyS0,115200 root=/dev/mmcblk0p2")
    finding = only(check_console(rig.machine, CO2))
    assert finding.mark == "problem"
    assert finding.text == "/dev/serial0, which co2 needs, has a login console on it"
    assert finding.command == "sudo raspi-config nonint do_serial_cons 1; sudo reboot"
    assert list(check_console(rig.machine, UNKNOWN)) == []
    rig.file("/proc/cmdline", "console=tty1")
    assert list(check_console(rig.machine, CO2)) == []


def test_one_wire(rig: Rig) -> None:
    assert list(check_one_wire(rig.machine, UNKNOWN)) == []
    rig.file("/proc/device-tree/model", PI_4)
    assert told(check_one_wire(rig.machine, UNKNOWN))[0][0] == "ok"
    finding = only(check_one_wire(rig.machine, TANK))
    assert finding.text == "there is no bus, tank needs one"
    assert finding.command == (
        "echo dtoverlay=w1-gpio | sudo tee -a /boot/firmware/config.txt; sudo reboot"
    )
    rig.file("/boot/firmware/config.txt", "dtoverlay=w1-gpio,gpiopin=17\n")
    assert only(check_one_wire(rig.machine, TANK)).command == "sudo reboot"
    rig.file("/sys/bus/w1/devices/w1_bus_master1/w1_master_slaves")
    finding = only(check_one_wire(rig.machine, TANK))
    assert finding.mark == "problem"
    assert "pull-up of 4.7 kΩ" in finding.advice
    assert told(check_one_wire(rig.machine, UNKNOWN)) == [("ok", "1 bus, 0 probes")]
    rig.file("/sys/bus/w1/devices/28-00000a1b2c3d/w1_slave")
    assert told(check_one_wire(rig.machine, TANK)) == [("ok", "1 bus, 1 probes")]


@pytest.mark.parametrize(
    ("bus", "path"),
    [
        ("i2c-1", "/dev/i2c-1"),
        ("i2c-1/0x70/3", "/dev/i2c-1"),
        ("spi-0.1", "/dev/spidev0.1"),
        ("spidev0.1", "/dev/spidev0.1"),
        ("/dev/ttyAMA0", "/dev/ttyAMA0"),
        ("ttyUSB0", "/dev/ttyUSB0"),
        ("", ""),
    ],
)
def test_the_device_file_of_a_bus(bus: str, path: str) -> None:
    assert device_file(bus) == path


def test_what_a_configuration_needs(tmp_path: Path) -> None:
    from config_rig import DEVICE, OUTPUT, parsed, write_keys

    write_keys(tmp_path)
    sensors = (
        ("porch", 'driver = "bme280"\nbus = "i2c-1/0x70/3"'),
        ("soil", 'driver = "ads1115"\nbus = "i2c-1"'),
        ("door", 'driver = "button"\npin = 4'),
        ("hall", 'driver = "dht22"\npin = 5\nfields = { temperature = "a1", humidity = "a2" }'),
        (
            "attic",
            'driver = "dht22"\npin = 6\nbackend = "iio"\nfields = { temperature = "b1" }',
        ),
    )
    text = "".join(f'[[sensor]]\nname = "{name}"\n{lines}\n' for name, lines in sensors)
    needs = needs_of(parsed(text + DEVICE + OUTPUT, tmp_path))
    assert needs.of("i2c") == {"/dev/i2c-1": ["porch", "soil"]}
    assert needs.of("gpio") == {"": ["door", "hall"]}
    assert needs.of("spi") == {}
    assert needs.known
    assert not needs_of(None).known
