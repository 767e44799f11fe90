"""Finding and making drivers: ours, an installed package's, a file's, CircuitPython's."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from byteport.errors import ChipNotFound
from byteport_agent.buses.shared import Buses, root_of
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup import maker as driver_maker
from byteport_agent.driver_lookup.finder import all_drivers, find_driver, module_names
from byteport_agent.driver_lookup.listing import driver_list
from byteport_agent.driver_lookup.maker import make_driver
from byteport_drivers.bme280 import BME280
from byteport_drivers.linux.circuitpython import CircuitPython
from byteport_drivers.linux.gpio import GPIO
from byteport_drivers.linux.system import System
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.chips.tca9548a import SimulatedTCA9548A
from byteport_mocks.faults import NackAddress
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.registers import RegisterChip

EXAMPLE = Path(__file__).parents[3] / "examples/third-party-driver"


def test_linux_goes_before_portable() -> None:
    assert find_driver("system").kind is System
    assert find_driver("bme280").kind is BME280
    assert find_driver("gpio").kind is GPIO


def test_every_driver_is_found_and_shaped_as_it_must_be() -> None:
    found = {driver.name: driver for driver in all_drivers()}
    for driver in found.values():
        assert driver.bus, driver.name
        if driver.name != "tca9548a":
            assert callable(driver.kind.start), driver.name
            assert callable(driver.kind.read), driver.name
        for name, unit, decimals in getattr(driver.kind, "CHANNELS", ()):
            assert isinstance(name, str)
            assert isinstance(unit, str)
            assert 0 <= decimals <= 12
    assert {"bme280", "ds18b20", "dht22", "iio", "command", "system"} <= set(found)


def test_helpers_are_no_drivers() -> None:
    names = {driver.name for driver in all_drivers()}
    assert "kernel_files" in module_names("byteport_drivers.linux")
    assert not names & {"kernel_files", "w1_bulk", "program", "edge_input", "dht_sensor"}
    assert not names & {"linux", "board", "sensirion"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("bme28", "unknown driver 'bme28': did you mean bme280?"),
        ("BME280", "did you mean bme280?"),
        ("dht2", "did you mean dht22?"),
        ("esp32", "driver 'esp32' is for boards: it runs on MicroPython only"),
        ("kernel_files", "unknown driver 'kernel_files'"),
        ("qqqqqq", "'byteport-agent sensors' lists all"),
        ("", "unknown driver ''"),
        ("os.path", "unknown driver 'os.path'"),
        ("./none.py:X", "there is no file "),
        ("./none.py", "write file and class, ./my_sensor.py:MySensor"),
    ],
)
def test_an_unknown_name(name: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_driver(name)
    assert words in str(caught.value)


def test_circuitpythons_form() -> None:
    found = find_driver("circuitpython:adafruit_sgp30.Adafruit_SGP30")
    assert found.kind is CircuitPython
    assert found.options == {"target": "adafruit_sgp30.Adafruit_SGP30"}


# A file of the user's


def test_the_sample_file() -> None:
    made = make_driver(find_driver("./my_sensor.py:MySensor", EXAMPLE))
    assert made.driver.start() == 0
    assert made.driver.read()[0] >= 2
    made.close()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("class X: pass", "has no class Mine"),
        ("Mine = 3", "lacks CHANNELS, start, read"),
        ("class Mine:\n CHANNELS = ()\n def start(self): pass", "lacks read"),
        ("import no_such_thing", "cannot be loaded: ModuleNotFoundError: No module named"),
        ("def", "cannot be loaded: SyntaxError"),
        ("raise SystemExit(3)", "cannot be loaded: SystemExit: 3"),
    ],
)
def test_a_file_that_is_no_driver(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        find_driver("./mine.py:Mine", tmp_path)
    assert words in str(caught.value)


def test_a_file_is_loaded_once_and_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("class Mine:\n    CHANNELS = ()\n    start = read = None\n    number = 1\n")
    first = find_driver("./mine.py:Mine", tmp_path)
    assert find_driver("./mine.py:Mine", tmp_path).kind is first.kind
    path.write_text(path.read_text().replace("number = 1", "number = 22"))
    assert find_driver("./mine.py:Mine", tmp_path).kind.number == 22


def test_a_file_may_have_modules_beside_it(tmp_path: Path) -> None:
    (tmp_path / "beside_it.py").write_text("UNIT = 'Cel'")
    (tmp_path / "mine.py").write_text(
        "from beside_it import UNIT\nclass Mine:\n CHANNELS = (('t', UNIT, 1),)\n"
        " def start(self): return 0\n def read(self): return (1,)\n"
    )
    assert find_driver("./mine.py:Mine", tmp_path).kind.CHANNELS == (("t", "Cel", 1),)
    assert str(tmp_path) not in sys.path


# An installed package


class SimulatedPCT2075(RegisterChip):
    ADDRESSES = (0x37,)
    QUANTITIES = (("temperature", -55.0, 125.0, 0.125, 25.0),)
    WIDTH = 2

    def reset(self) -> None:
        self.begin(100000, repeat=True)

    def measured(self) -> None:
        self.put(0, round(self.value_of("temperature") * 8) << 5)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch) -> Path:
    """The example's package with its metadata, as an installation has it."""
    package = tmp_path / "package"
    shutil.copytree(EXAMPLE / "package", package)
    command = [sys.executable, "-W", "ignore", "-c", "import setuptools; setuptools.setup()"]
    subprocess.run([*command, "-q", "egg_info"], cwd=package, check=True, capture_output=True)
    monkeypatch.syspath_prepend(str(package))
    yield package
    sys.modules.pop("pct2075_driver", None)


def test_the_sample_package(installed: Path) -> None:
    found = find_driver("pct2075")
    assert (found.origin, found.bus) == ("byteport-pct2075", "i2c")
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedPCT2075())
    bus.close = lambda: None
    made = make_driver(found, "i2c-1", buses=Buses(lambda name: bus))
    for degrees in (-55.0, -0.125, 0.0, 25.375, 125.0):
        chip.set(temperature=degrees)
        bus.clock.sleep_ms(made.driver.start())
        assert made.driver.read() == (degrees,)
    assert "pct2075" in {driver.name for driver in driver_list()}


def test_a_package_that_cannot_be_loaded(installed: Path) -> None:
    (installed / "pct2075_driver.py").write_text("raise RuntimeError('no')")
    with pytest.raises(
        ConfigurationError,
        match="'pct2075' of byteport-pct2075 cannot be loaded: RuntimeError: no",
    ):
        find_driver("pct2075")
    assert "pct2075" not in {driver.name for driver in driver_list()}


# Making


@pytest.fixture
def i2c() -> SimulatedI2C:
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808(0x19))
    bus.closed = 0

    def close() -> None:
        bus.closed += 1

    bus.close = close
    return bus


def test_a_driver_is_made_on_its_bus(i2c) -> None:
    opened = []
    buses = Buses(lambda name: (opened.append(name), i2c)[1])
    made = make_driver(find_driver("mcp9808"), address=0x19, buses=buses)
    make_driver(find_driver("mcp9808"), "i2c-1", 0x19, buses=buses)
    assert opened == ["i2c-1"]
    assert made.place == "0x19 on i2c-1"
    made.close()
    assert i2c.closed == 0  # it is others' too
    buses.close()
    assert i2c.closed == 1


def test_a_chip_that_does_not_answer_is_one_line_and_its_bus_closed(i2c, monkeypatch) -> None:
    i2c.inject(NackAddress())
    monkeypatch.setattr(driver_maker, "Buses", lambda: Buses(lambda name: i2c))
    with pytest.raises(ChipNotFound) as caught:
        make_driver(find_driver("mcp9808"), "i2c-3")
    assert str(caught.value) == (
        "mcp9808 at 0x18 on i2c-3 does not answer (errno 121): wiring, power or address?"
    )
    assert i2c.closed == 1


@pytest.mark.parametrize(
    ("driver", "arguments", "words"),
    [
        ("dht22", {}, "dht22 needs pin: --option pin=…"),
        ("gpio", {"options": {"pni": 4}}, "gpio has no option 'pni': did you mean pin?"),
        ("mcp9808", {"options": {"x": 4}}, "mcp9808 has no option 'x': it has address"),
        ("max31855", {"address": 5}, "max31855 has no option 'address': it has none"),
        ("system", {"bus": "i2c-1"}, "system is read from kernel: no bus"),
        ("mcp9808", {"bus": "spi-0.0"}, "mcp9808 needs a bus such as i2c-1, spi-0.0 is none"),
        ("mcp9808", {"bus": "one"}, "'one' is no bus: write such as i2c-1"),
        ("tca9548a", {}, "tca9548a is no sensor"),
        ("file", {"options": {"path": 3}}, "file does not take this: "),
    ],
)
def test_a_mistake_is_one_line(driver: str, arguments, words: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_driver(find_driver(driver), buses=Buses(lambda name: None), **arguments)
    assert words in str(caught.value)


# Behind a multiplexer


def test_a_channel_of_a_multiplexer_is_a_bus() -> None:
    bus = SimulatedI2C()
    mux = bus.attach(SimulatedTCA9548A(0x70))
    warm, cold = SimulatedMCP9808(0x18), SimulatedMCP9808(0x18)
    mux.attach(3, warm)
    mux.attach(4, cold)
    warm.set(temperature=30.0)
    cold.set(temperature=-5.0)
    buses = Buses(lambda name: bus)
    bus.clock.sleep_ms(300)
    made = [
        make_driver(find_driver("mcp9808"), f"i2c-1/0x70/{channel}", buses=buses)
        for channel in (3, 4)
    ]
    for each in made:
        bus.clock.sleep_ms(each.driver.start())
    assert [each.driver.read() for each in made] == [(30.0,), (-5.0,)]
    assert made[0].place == "0x18 on i2c-1/0x70/3"
    assert root_of("i2c-1/0x70/3") == root_of("i2c-1") == "i2c-1"
    assert root_of("/dev/ttyAMA0") == "/dev/ttyAMA0"


def test_no_multiplexer_there(i2c) -> None:
    with pytest.raises(ChipNotFound, match="tca9548a at 0x70 on i2c-1 does not answer"):
        make_driver(find_driver("mcp9808"), "i2c-1/0x70/0", buses=Buses(lambda name: i2c))
    bus = SimulatedI2C()
    bus.attach(SimulatedBME280(0x77))
    with pytest.raises(ChipNotFound, match="where a TCA9548A was expected"):
        make_driver(find_driver("mcp9808"), "i2c-1/0x77/0", buses=Buses(lambda name: bus))
