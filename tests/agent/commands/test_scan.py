"""`byteport-agent scan` on simulated buses and trees of files, as a real process."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from sensor_rig import run_on_chips

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.finder import find_driver
from byteport_agent.scanning import i2c as scan_i2c
from byteport_agent.scanning import kernel as scan_kernel
from byteport_agent.scanning.chip_ids import IDS, proved_driver
from byteport_agent.scanning.finds import Find, Section, toml_lines
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.chips.tca9548a import SimulatedTCA9548A
from byteport_mocks.faults import NackAddress, WrongId, nth
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.linux_tree import HwmonTree, IIOTree, W1Tree

CHIPS = [("BME280", 0x76), ("MCP9808", 0x18), ("SHT3X", 0x44), ("BH1750", 0x23), ("SGP30", 0x58)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/i2c-1").touch()
    name = tmp_path / "sys/class/i2c-dev/i2c-1/name"
    name.parent.mkdir(parents=True)
    name.write_text("bcm2835 (i2c@7e804000)\n")
    return tmp_path


def sensors(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(text).get("sensor", [])
    return found


def test_what_is_proved_is_configured_and_what_is_not_is_a_comment(root: Path) -> None:
    run = run_on_chips(CHIPS, "scan", "--root", str(root))
    assert run.returncode == 0
    assert sensors(run.stdout) == [
        {
            "name": "mcp9808",
            "driver": "mcp9808",
            "bus": "i2c-1",
            "address": 0x18,
            "interval": "30s",
        },
        {"name": "bme280", "driver": "bme280", "bus": "i2c-1", "address": 0x76, "interval": "30s"},
    ]
    assert "# i2c-1 (bcm2835 (i2c@7e804000)): 5 answer" in run.stdout
    assert "0x23: one of bh1750, pcf8574: no id to prove it" in run.stdout
    assert "0x58: perhaps sgp30: no id to prove it" in run.stdout
    assert "0x44: one of sht3x, sht4x, ina219: no id to prove it" in run.stdout
    assert '# driver = "sht3x"  # or sht4x, ina219' in run.stdout
    uncommented = run.stdout.replace("\n# ", "\n").partition('[[sensor]]\nname = "sht3x"')[2]
    assert uncommented.startswith(
        '\ndriver = "sht3x"  # or sht4x, ina219\nbus = "i2c-1"\naddress = 0x44'
    )


def test_where_there_is_no_configuration_a_whole_one_is_begun(root: Path, tmp_path: Path) -> None:
    place = tmp_path / "agent.toml"
    place.touch()  # as a shell does for `> agent.toml`
    words = ("scan", "--root", str(root))
    run = run_on_chips([("BME280", 0x76)], *words, cwd=str(tmp_path))
    assert run.stderr.splitlines()[1:] == [
        "  0x76: bme280 by its id",
        "next: fill in namespace, uid and key file; 'byteport-agent check' says what is left",
    ]
    place.write_text(run.stdout)
    check = run_on_chips([], "check", cwd=str(tmp_path))
    told = [line.partition(": ")[2] for line in check.stderr.splitlines()]
    assert told[:2] == [
        "device: namespace: is empty: must be a name",
        "device: uid: is empty: must be a name",
    ]
    assert told[2].startswith("device: key_file: there is no such file")
    assert told[3:] == ["3 mistakes"]
    key = tmp_path / "byteport.key"
    key.write_text("s3cretk3y")
    key.chmod(0o600)
    filled = run.stdout.replace('namespace = ""', 'namespace = "myownspace"')
    place.write_text(filled.replace('uid = ""', 'uid = "porch"'))
    check = run_on_chips([], "check", cwd=str(tmp_path))
    assert (check.returncode, check.stderr) == (0, "")
    assert "agent.toml: no mistakes" in check.stdout


@pytest.mark.parametrize("display", [False, True])
def test_i2c_that_is_off_is_told_even_where_other_sensors_are(
    command, tmp_path: Path, display: bool
) -> None:
    HwmonTree(tmp_path).add("cpu_thermal", temp1_input=48000)
    if display:
        (tmp_path / "dev").mkdir()
        (tmp_path / "dev/i2c-20").touch()
        name = tmp_path / "sys/class/i2c-dev/i2c-20/name"
        name.parent.mkdir(parents=True)
        name.write_text("fef04500.i2c HDMI\n")
    run = command("scan", "--root", str(tmp_path))
    assert run.returncode == 0
    assert run.stderr.startswith(
        "I2C: no bus for sensors; on a Pi 'sudo raspi-config nonint do_i2c"
    )


def test_where_there_is_a_configuration_only_sensors_are_printed(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "agent.toml").write_text("# begun\n")
    run = run_on_chips([("BME280", 0x76)], "scan", "--root", str(root), cwd=str(tmp_path))
    assert list(tomllib.loads(run.stdout)) == ["sensor"]
    assert "next: paste what you want into agent.toml;" in run.stderr


def test_a_scan_writes_nothing_but_numbers_of_registers(root: Path) -> None:
    run = run_on_chips(
        CHIPS,
        "scan",
        "--root",
        str(root),
        after="print(max(e.written for e in bus.log), [e.address for e in bus.log if e.written "
        "and e.address not in (0x76, 0x18)], file=sys.stderr)",
    )
    assert run.stderr.endswith("\n1 []\n")


def test_one_bus_alone(root: Path) -> None:
    W1Tree(root).add(21.5)
    run = run_on_chips([("BME280", 0x77)], "scan", "i2c-1", "--root", str(root))
    assert [sensor["address"] for sensor in sensors(run.stdout)] == [0x77]
    run = run_on_chips([], "scan", "/dev/i2c-1", "--root", str(root))
    assert run.returncode == 1
    assert "nothing answers: wiring, power or pull-up resistors?" in run.stderr
    assert run.stderr.endswith("next: 'byteport-agent doctor' says what to do\n")
    assert run.stdout == ""  # a file that it goes into stays empty
    run = run_on_chips([], "scan", "i2c-7", "--root", str(root))
    assert run.returncode == 1
    assert "i2c-7: /dev/i2c-7 is not there: switch I2C on" in run.stderr


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["spi-0.0"], "only I2C can be scanned"),
        (["one"], "'one' is no bus: write such as i2c-1"),
        (["i2c-1", "i2c-2"], "1 argument(s) too many"),
        (["--root", "./nothing"], "'./nothing' is no directory"),
    ],
)
def test_a_mistake_is_one_line(command, words: list[str], text: str) -> None:
    run = command("scan", *words)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert text in run.stderr


def test_a_machine_without_sensors(command, tmp_path: Path) -> None:
    run = command("scan", "--root", str(tmp_path))
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "switch a bus on with 'sudo raspi-config'" in run.stderr


def test_what_the_kernel_shows(command, tmp_path: Path) -> None:
    w1 = W1Tree(tmp_path)
    w1.add(21.5)
    w1.add(22.5)
    (w1.devices / "3a-000000000007").mkdir()
    iio = IIOTree(tmp_path)
    iio.add("bme280", in_temp_input=21000, in_pressure_input=100)
    iio.add("ads1015", in_voltage0_raw=1)
    iio.add("ads1015", in_voltage0_raw=1)
    iio.add("trigger0")
    HwmonTree(tmp_path).add("coretemp", temp1_input=48000, temp1_label="Core 0")
    (tmp_path / "dev").mkdir()
    for name in ("gpiochip0", "gpiochip10"):
        (tmp_path / "dev" / name).touch()
    run = command("scan", "--root", str(tmp_path))
    assert run.returncode == 0
    found = {sensor["name"]: sensor for sensor in sensors(run.stdout)}
    assert [sensor.get("address") or sensor.get("device") for sensor in found.values()] == [
        "28-000000000001",
        "28-000000000002",
        "bme280",
        "iio:device1",
        "iio:device2",
    ]
    assert list(found) == ["ds18b20", "ds18b20-2", "iio", "iio-2", "iio-3"]
    for text in (
        "3a-000000000007: no driver here for family 3a",
        "iio:device0: bme280: pressure, temperature",
        "iio:device3: trigger0: no value that can be read",
        "hwmon0: coretemp: core_0",
        '# device = "coretemp"',
        "#   gpiochip0\n#   gpiochip10\n",
    ):
        assert text in run.stdout
    for sensor in found.values():  # what is printed can be read
        options = {key: sensor[key] for key in ("address", "device") if key in sensor}
        driver = find_driver(sensor["driver"]).kind(**options, root=str(tmp_path))
        driver.start()
        assert driver.read()


def test_pins_of_this_machine(monkeypatch, tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/gpiochip0").touch()
    info = b"gpiochip0".ljust(32, b"\0") + b"pinctrl-rp1".ljust(32, b"\0") + b"\x36\0\0\0"
    monkeypatch.setattr(scan_kernel.fcntl, "ioctl", lambda *_: info)
    (section,) = scan_kernel.kernel_sections(str(tmp_path))
    assert section.finds[0].text == "gpiochip0: 54 lines (pinctrl-rp1)"

    def refuse(*_: object) -> None:
        raise PermissionError(13, os.strerror(13))

    monkeypatch.setattr(scan_kernel.fcntl, "ioctl", refuse)
    (section,) = scan_kernel.kernel_sections(str(tmp_path))
    assert "usermod -aG gpio" in section.finds[0].text


# Proof by id


@pytest.mark.parametrize("chip", sorted({chip.driver for chip in IDS} | {"tca9548a"}))
def test_every_id_is_that_of_the_simulated_chip(chip: str) -> None:
    module = pytest.importorskip(f"byteport_mocks.chips.{chip}")
    kind = getattr(module, f"Simulated{chip.upper()}")
    address = kind.ADDRESSES[-1]
    bus = SimulatedI2C()
    bus.attach(kind(address))
    bus.clock.sleep_ms(1000)
    assert proved_driver(bus, address)[0] == chip


def test_a_multiplexer_is_as_it_was() -> None:
    bus = SimulatedI2C()
    bus.attach(SimulatedTCA9548A(0x76))
    bus.writeto(0x76, b"\x05")
    assert proved_driver(bus, 0x76) == ("tca9548a", set())
    assert bus.readfrom(0x76, 1) == b"\x05"


def test_the_channels_of_a_multiplexer_can_be_scanned(root: Path) -> None:
    setup = (
        "from byteport_mocks.chips.mcp9808 import SimulatedMCP9808\n"
        "tca9548a.attach(2, SimulatedMCP9808(0x18)); bus.clock.sleep_ms(300)"
    )
    words = ("scan", "i2c-1/0x71/2", "--root", str(root))
    run = run_on_chips([("TCA9548A", 0x71)], *words, setup=setup)
    (sensor,) = sensors(run.stdout)
    assert (sensor["driver"], sensor["bus"]) == ("mcp9808", "i2c-1/0x71/2")
    words = ("once", "mcp9808", "--bus", sensor["bus"])
    run = run_on_chips([("TCA9548A", 0x71)], *words, setup=setup)
    assert run.returncode == 0
    assert run.stdout.startswith("temperature  21.5")


def test_a_multiplexer_that_is_not_there_is_one_line(root: Path) -> None:
    run = run_on_chips([], "scan", "i2c-1/0x70/0", "--root", str(root))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith("i2c-1/0x70/0: tca9548a at 0x70 on i2c-1 does not answer")


def test_another_id_disproves() -> None:
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808(0x18))
    bus.inject(WrongId(0x1234))
    assert proved_driver(bus, 0x18) == ("", {"mcp9808"})
    assert proved_driver(bus, 0x23) == ("", set())


def test_a_chip_that_falls_silent_proves_nothing() -> None:
    bus = SimulatedI2C()
    bus.attach(SimulatedBME280(0x76))
    bus.inject(NackAddress(when=nth(2)))
    assert proved_driver(bus, 0x76) == ("", set())


# The I2C part by itself


class Bus:
    """A bus that answers as it is told."""

    def __init__(self, answers: dict[int, bool]) -> None:
        self._answers = answers

    def responding(self) -> dict[int, bool]:
        return self._answers

    def readfrom(self, address: int, size: int) -> bytes:
        return bytes(size)

    def readfrom_mem(self, address: int, register: int, size: int) -> bytes:
        return bytes(size)

    def close(self) -> None:
        pass


def texts(answers: dict[int, bool]) -> list[str]:
    (section,) = scan_i2c.i2c_sections("", "i2c-1", lambda name: Bus(answers))
    return [find.text for find in section.finds]


def test_what_is_told_of_an_address() -> None:
    assert texts({0x50: True}) == ["0x50: no driver here for such a chip"]
    assert texts({0x71: True}) == [
        "0x71: no driver here for such a chip, or a tca9548a: scan i2c-1/0x71/0 to 7"
    ]
    assert texts({0x76: False}) == ["0x76: a kernel driver has it, see IIO and hwmon below"]
    assert texts({0x18: True}) == ["0x18: no driver here for such a chip"]


def test_a_displays_bus_is_left_alone(root: Path) -> None:
    opened = []

    def open_i2c(name: str) -> Bus:
        opened.append(name)
        if name == "i2c-3":
            raise ConfigurationError("i2c-3: no permission for /dev/i2c-3")
        return Bus({})

    for number, name in ((20, "fef04500.hdmi"), (3, "i2c-gpio")):
        (root / f"dev/i2c-{number}").touch()
        path = root / f"sys/class/i2c-dev/i2c-{number}/name"
        path.parent.mkdir()
        path.write_text(name)
    titles = [section.title for section in scan_i2c.i2c_sections(str(root), None, open_i2c)]
    assert opened == ["i2c-1", "i2c-3"]
    assert titles[1] == "i2c-3: no permission for /dev/i2c-3"
    assert titles[2].startswith("i2c-20 (fef04500.hdmi): a display's, not scanned")


def test_text_from_the_kernel_cannot_break_the_configuration() -> None:
    evil = 'x"\n[[sensor]]\nname = "y\x1b[2J\x7f'
    section = Section(evil, [Find(evil, {"driver": "iio", "device": evil}, sure=True)])
    text = "\n".join(toml_lines([section]))
    (sensor,) = sensors(text)
    assert sensor["name"] == "iio"
    assert "\x1b" not in text
