"""`byteport-agent once` on simulated chips and files, as a real process."""

import os
import tty
from pathlib import Path
from threading import Event, Thread

import pytest
from sensor_rig import run_on_chips

from byteport_mocks.linux_tree import W1Tree

EXAMPLE = Path(__file__).parents[3] / "examples/third-party-driver"


def test_one_reading_with_units() -> None:
    run = run_on_chips(
        [("MCP9808", 0x19)],
        *("once", "mcp9808", "--bus", "i2c-1", "--address", "0x19"),
        setup="mcp9808.set(temperature=-10.25); bus.clock.sleep_ms(300)",
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("temperature  -10.25")
    assert run.stdout.endswith(" Cel\n")


def test_a_missing_chip_is_one_line() -> None:
    run = run_on_chips([], "once", "bme280", "--bus", "i2c-1", "--address", "0x76")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        "byteport-agent once: bme280 at 0x76 on i2c-1 does not answer (errno 121): "
        "wiring, power or address?; 'byteport-agent scan i2c-1' shows what answers\n"
    )


def test_another_chip_is_named() -> None:
    run = run_on_chips([("BMP280", 0x76)], "once", "bme280")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "BMP280" in run.stderr


def test_a_chip_that_falls_silent_is_one_line() -> None:
    run = run_on_chips(
        [("MCP9808", 0x18)],
        *("once", "mcp9808"),
        setup=(
            "from byteport_mocks.faults import NackAddress\n"
            "from byteport_drivers.mcp9808 import MCP9808\n"
            "start = MCP9808.start\n"
            "MCP9808.start = lambda self: (bus.inject(NackAddress()), start(self))[1]"
        ),
    )
    assert (run.returncode, run.stdout) == (1, "")
    assert "mcp9808 at 0x18 on i2c-1 does not answer (errno 121)" in run.stderr


def test_a_bus_that_is_not_there(command) -> None:
    run = command("once", "bme280", "--bus", "i2c-99")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (78, "", 1)
    assert "i2c-99: /dev/i2c-99 is not there: switch I2C on" in run.stderr


def test_the_machine_itself(command) -> None:
    run = command("once", "system")
    assert (run.returncode, run.stderr) == (0, "")
    lines = dict(line.split(None, 1) for line in run.stdout.splitlines())
    assert lines["uptime"].endswith(" s")
    assert lines["disk_free"].endswith(" GB")


def test_a_drivers_options(command, tmp_path: Path) -> None:
    (tmp_path / "tank").write_text("1234.5")
    run = command(
        *("once", "file", "--option", f"path={tmp_path}/tank"),
        *("--option", "name=level", "--option", 'unit="mm"', "--option", "decimals=1"),
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "level  1234.5 mm\n", "")
    run = command("once", "command", "--option", 'command=["echo", "up"]')
    assert (run.returncode, run.stdout) == (0, "value  up\n")


def test_a_1_wire_probe(command, tmp_path: Path) -> None:
    probe = W1Tree(tmp_path).add(-10.125)
    words = ("once", "ds18b20", "--address", probe.address, "--option", f"root={tmp_path}")
    assert command(*words).stdout == "temperature  -10.125 Cel\n"
    probe.fail_reading("crc")
    run = command(*words)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "wrong checksum" in run.stderr


def test_a_driver_in_a_file(command) -> None:
    run = command("once", f"{EXAMPLE}/my_sensor.py:MySensor")
    assert (run.returncode, run.stderr) == (0, "")
    name, count, unit = run.stdout.split()
    assert (name, unit) == ("processes", "count")
    assert int(count) >= 2


@pytest.mark.parametrize("where", ["__init__", "start", "read"])
def test_a_defect_of_a_third_partys_driver_is_one_line(command, tmp_path, where: str) -> None:
    (tmp_path / "mine.py").write_text(
        "class Mine:\n CHANNELS = ()\n def start(self): return 0\n def read(self): return ()\n"
        f" def {where}(self): return 1 / 0\n"
    )
    run = command("once", f"{tmp_path}/mine.py:Mine")
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "mine.py:Mine failed: ZeroDivisionError: division by zero" in run.stderr
    assert f"({tmp_path}/mine.py, line 5)" in run.stderr


def test_a_sensor_on_a_serial_port(command) -> None:
    pytest.importorskip("serial")
    frame = bytes.fromhex("424d001c0005000800090005000800090384012c003c000a000200009700026a")
    far, near = os.openpty()
    tty.setraw(near)
    ended = Event()

    def send() -> None:
        while not ended.wait(0.05):
            os.write(far, frame)

    sender = Thread(target=send)
    sender.start()
    try:
        run = command("once", "pms5003", "--bus", os.ttyname(near))
    finally:
        ended.set()
        sender.join()
        os.close(far)
        os.close(near)
    assert (run.returncode, run.stderr) == (0, "")
    assert [line.split()[1] for line in run.stdout.splitlines()[:3]] == ["5", "8", "9"]


def test_a_machine_without_pins_is_one_line(command) -> None:
    pytest.importorskip("gpiozero")
    run = command("once", "gpio", "--option", "pin=4", PYTHONWARNINGS="default")
    if run.returncode:  # it is not a Raspberry Pi
        assert run.stderr.count("\n") == 1
        assert "no way to this machine's pins" in run.stderr


def test_a_configuration_without_sensors_says_so(command, tmp_path: Path) -> None:
    for name in ("byteport.key", "gateway.key"):
        (tmp_path / name).write_text("s3cretk3y")
        (tmp_path / name).chmod(0o600)
    text = '[device]\nnamespace = "myownspace"\nuid = "farm"\nkey_file = "byteport.key"\n'
    text += '[[output]]\ntype = "byteport"\n[gateway]\nkey_file = "gateway.key"\n'
    (tmp_path / "agent.toml").write_text(text)
    run = command("once", "-c", str(tmp_path / "agent.toml"))
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.endswith("agent.toml has no [[sensor]] to be read\n")


def test_X11_what_a_program_prints_cannot_move_the_cursor(command) -> None:
    run = command("once", "command", "--option", r"command=printf 'a\033[2Jb'")
    assert run.stdout == "value  a\\x1b[2Jb\n"


def test_a_sensor_that_is_not_ready_is_asked_again_for_a_while(command, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    words = ("once", "file", "--option", f"path={tmp_path}/x", "--timeout", "300ms")
    run = command(*words)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert "is empty: is it being written? (asked for 0.3 s)" in run.stderr


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ([], 2, "which driver? One, or -c FILE"),
        (["bme28"], 78, "unknown driver 'bme28': did you mean bme280?"),
        (["bme280", "--address", "x"], 2, "'x' is no address: write such as 0x76"),
        (["gpio"], 78, "gpio needs pin: --option pin=…"),
        (["hcsr04"], 78, "needs trigger and echo: --option trigger=… --option echo=…"),
        (["bme280", "--address", "76"], 2, "0x4c, only at 0x76,0x77 (did you mean 0x76?)"),
        (["gpio", "--option", "pin"], 2, "'pin' is no option: write NAME=VALUE"),
        (["gpio", "--option", "pin=4", "--option", "pin=5"], 2, "an option is given twice"),
        (["gpio", "--option", "pni=4"], 78, "gpio has no option 'pni': did you mean pin?"),
        (["system", "--bus", "i2c-1"], 78, "system is read from kernel: no bus"),
        (["system", "--timeout", "1"], 2, "'1' is no duration"),
        (["./nothing.py:X"], 78, "there is no file "),
    ],
)
def test_a_mistake_is_one_line(command, words: list[str], code: int, text: str) -> None:
    run = command("once", *words)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (code, "", 1)
    assert text in run.stderr
    assert run.stderr.startswith("byteport-agent once: ")


@pytest.mark.parametrize(
    ("chip", "address", "driver", "first"),
    [
        ("BMP180", 0x77, "bmp180", "temperature"),  # it measures in two steps
        ("ADS1115", 0x48, "ads1115", "ch0"),
        ("BME280", 0x76, "bme280", "temperature"),
        ("SHT3X", 0x44, "sht3x", "temperature"),
        ("VEML7700", 0x10, "veml7700", "illuminance"),
    ],
)
def test_one_reading_of_chips_that_measure_in_different_ways(
    chip: str, address: int, driver: str, first: str
) -> None:
    run = run_on_chips(
        [(chip, address)],
        *("once", driver, "--address", hex(address)),
        setup=(
            "from byteport_agent.sampling import one_reading\n"
            "one_reading.sleep = lambda s: bus.clock.sleep_ms(round(s * 1000))"
        ),
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith(first)


def test_the_sensors_of_a_configuration_as_they_would_be_stored(
    command, tmp_path: Path, monkeypatch
) -> None:
    (tmp_path / "level").write_text("12.5\n")
    (tmp_path / "byteport.key").write_text("k3y")
    (tmp_path / "byteport.key").chmod(0o600)
    (tmp_path / "agent.toml").write_text(
        '[device]\nnamespace = "myownspace"\nuid = "greenhouse-1"\nkey_file = "byteport.key"\n'
        '[[output]]\ntype = "byteport"\n'
        '[[sensor]]\nname = "tank"\ndriver = "file"\npath = "level"\nunit = "cm"\n'
        'fields = { tank = { name = "tank_mm", scale = 10, decimals = 0 } }\n'
        '[[sensor]]\nname = "gone"\ndriver = "file"\npath = "nowhere"\n'
    )
    words = ("once", "-c", str(tmp_path / "agent.toml"))
    run = command(*words)
    assert run.returncode == 1
    assert run.stdout.splitlines() == [
        "SENSOR  FIELD    VALUE",
        "tank    tank_mm  125 cm",
    ]
    assert run.stderr.startswith("byteport-agent once: gone: ")
    assert run.stderr.count("\n") == 1
    assert command(*words, "tank").returncode == 0
    run = command(*words, "tnk")
    assert run.returncode == 1
    assert "no sensor 'tnk' is configured: there is tank, gone" in run.stderr
    assert command(*words, "tank", "--bus", "i2c-1").returncode == 2
    run = command("once")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "which driver? One, or -c FILE" in run.stderr
