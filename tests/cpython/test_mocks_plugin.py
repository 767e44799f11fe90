"""The fixtures that users get, and the examples of docs/testing-with-simulated-hardware.md."""

import os
import subprocess
import sys
import time
from importlib.metadata import entry_points
from inspect import getsource
from pathlib import Path
from re import MULTILINE, findall, sub
from types import ModuleType

import pytest
import smbus2

import byteport_agent.pytest_plugin
import byteport_mocks.pytest_plugin
from byteport import Client
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.spi import SPIChip
from byteport_mocks.uart import UARTDevice

PROJECT = Path(__file__).parents[2]
ROOMS = [PROJECT / room for room in ("micropython", "drivers", "agent", "hw_mocks")]
IMPORTS = (
    "from byteport_mocks.chips.bme280 import SimulatedBME280",
    "from byteport_mocks.faults import NackAddress, nth",
    "from byteport_mocks.scripted_server import Reply",
    "from byteport_mocks.spi import SPIChip",
    "from byteport_mocks.uart import UARTDevice",
)
USES = (
    "chip: SimulatedBME280 = simulated_pi.attach(SimulatedBME280(0x76))",
    "chip.set(temperature=21.5)",
    "i2c_bus.inject(NackAddress(when=nth(2)))",
    "hits: int = chaos_server.inject(Reply(503)).hits",
    "texts: list[str] = chaos_server.values('temp')",
    "stored: list[tuple[int, str]] = byteport_server.values('test', '6000', 'temp')",
    "endings: list[str] = simulated_board('esp32').run(lambda: None)",
)
PAGES = ("testing-with-simulated-hardware", "simulated-byteport")


def examples(page: str, language: str = "python") -> "list[str]":
    parts = (PROJECT / "docs" / f"{page}.md").read_text().split(f"```{language}\n")[1:]
    return [part.split("```")[0] for part in parts]


@pytest.mark.parametrize(
    ("page", "number"), [*((PAGES[0], number) for number in range(8)), (PAGES[1], 0)]
)
def test_the_examples_of_the_pages(page, number, tmp_path):
    if not entry_points(group="pytest11", name="byteport_mocks"):
        pytest.skip("the pytest plugin is not installed: run pip install -e .")
    (tmp_path / "test_example.py").write_text(examples(page)[number])
    for text in examples(page, "toml"):
        (tmp_path / "agent.toml").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_example.py"]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    run = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_pages_have_no_other_examples():
    assert [len(examples(page)) for page in PAGES] == [8, 1]


LEFT_OPEN = """
import socket

import gpiozero
import pytest
from smbus2 import SMBus

from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import StuckBus

left = []


@pytest.mark.parametrize("time", [1, 2, 3])
def test_it(simulated_pi, chaos_server, byteport_server, chaos_proxy, virtual_time, time):
    simulated_pi.attach(SimulatedMCP9808(0x18))
    bus = SMBus(1)
    assert bus.read_word_data(0x18, 0x06) == 0x5400
    simulated_pi.i2c[1].inject(StuckBus())
    assert not simulated_pi.pin(17).state
    relay = gpiozero.OutputDevice(17)
    relay.on()
    ports = (chaos_server.port, byteport_server.port, chaos_proxy(chaos_server.port).port)
    left.extend([bus, relay, *(socket.create_connection(("127.0.0.1", port)) for port in ports)])
"""


def test_what_a_test_leaves_open_disturbs_no_other(tmp_path):
    (tmp_path / "test_left.py").write_text(LEFT_OPEN)
    command = [sys.executable, "-m", "pytest", "-q", "test_left.py"]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    run = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert "3 passed" in run.stdout, run.stdout + run.stderr


def test_buses_share_a_clock(i2c_bus, spi_bus, uart, simulated_board, virtual_clock):
    assert i2c_bus.clock is virtual_clock
    assert spi_bus(SPIChip()).clock is virtual_clock
    assert uart(UARTDevice()).clock is virtual_clock
    assert simulated_board("rp2").clock is virtual_clock


def test_the_bus_is_a_device_file(i2c_bus, i2c_dev):
    i2c_bus.attach(SimulatedMCP9808())
    with smbus2.SMBus(1) as smbus:
        assert smbus.read_word_data(0x18, 0x06) == 0x5400


def test_trees_are_below_one_root(w1_tree, iio_tree, hwmon_tree, tmp_path):
    assert w1_tree.root == iio_tree.root == hwmon_tree.root == tmp_path


def test_a_network_between_a_client_and_byteport(chaos_server, chaos_proxy):
    proxies = [chaos_proxy(chaos_server.port), chaos_proxy(("127.0.0.1", chaos_server.port))]
    for proxy in proxies:
        client = Client("myownspace", "key", "barDev1", url=proxy.url)
        client.store({"temp": 21.5})
        client.close()
    assert len(chaos_server.stored) == 2
    assert [proxy.connections for proxy in proxies] == [1, 1]


def test_gpio_is_gpiozeros_own(gpio):
    from gpiozero import Button

    with Button(4) as button:
        gpio.pin(4).drive_low()
        assert button.is_pressed


@pytest.fixture
def module():
    module = ModuleType("program")
    module.time, module.sleep = time, time.sleep
    yield module
    assert (module.time, module.sleep) == (time, time.sleep)  # virtual_time is over by now


def test_a_module_sleeps_on_the_clock_until_the_test_ends(module, virtual_clock, virtual_time):
    stand_in = virtual_time(module)
    module.time.sleep(60)
    module.sleep(60)
    assert virtual_clock.ticks_ms() == 120000
    assert stand_in.time() >= 1767225600 + 120


def types_on_the_page() -> "dict[str, str]":
    page = (PROJECT / "docs" / f"{PAGES[0]}.md").read_text()
    return dict(findall(r"^\| `(\w+)` \| `([^`]+)` \|", page, MULTILINE))


def test_the_page_has_every_fixture_with_its_type():
    expected = {}
    for plugin in (byteport_mocks.pytest_plugin, byteport_agent.pytest_plugin):
        # what is annotated as "Iterator[X]" gives an X
        for name, body in findall(
            r"^def (\w+)\([^)]*\) -> \"(.*)\":", getsource(plugin), MULTILINE
        ):
            expected[name] = sub(r"^Iterator\[(.*)\]$", r"\1", body)
    on_page = {name: sub(r"[\w.]+\.", "", text) for name, text in types_on_the_page().items()}
    expected["gpio"] = "MockFactory"  # gpiozero has no types: Any
    assert {name: sub(r"\.\.\.", "", text) for name, text in expected.items()} == {
        name: sub(r"\.\.\.", "", text) for name, text in on_page.items()
    }


def test_tests_with_these_types_pass_mypy_strict(tmp_path):
    pytest.importorskip("mypy", reason="mypy is not installed: pip install -e .[test]")
    types = types_on_the_page()
    del types["run_agent"]  # all of the agent, which takes mypy long
    places = {place for text in types.values() for place in findall(r"[\w.]+\.[A-Z]\w+", text)}
    lines = ["from collections.abc import Callable", *IMPORTS]
    lines += [f"from {module} import {name}" for module, _, name in map(parted, sorted(places))]
    lines = [f"{line}  # type: ignore" if "gpiozero" in line else line for line in lines]
    arguments = [
        f"{name}: {sub(r'[a-z][a-z0-9_.]*[.](?=[A-Z])', '', at)}" for name, at in types.items()
    ]
    lines += [f"def test({', '.join(arguments)}) -> None:", *(f"    {line}" for line in USES)]
    (tmp_path / "test_typed.py").write_text("\n".join(lines) + "\n")
    run = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--config-file=",
            "--follow-imports=silent",
            "test_typed.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, ROOMS))},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def parted(place: str) -> "tuple[str, str, str]":
    return place.rpartition(".")


def test_the_plugin_imports_no_library_that_a_test_may_not_need():
    names = (
        *("gpiozero", "smbus2", "ssl", "byteport", "byteport_mocks.board"),
        *("byteport_mocks.linux_tree", "byteport_mocks.chaos_proxy"),
    )
    code = (
        f"import sys, byteport_mocks.pytest_plugin; print([n for n in {names} if n in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"
