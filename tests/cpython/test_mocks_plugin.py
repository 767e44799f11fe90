"""The fixtures that users get, and the examples of docs/testing-with-simulated-hardware.md."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import smbus2

from byteport import Client
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.spi import SPIChip
from byteport_mocks.uart import UARTDevice

PROJECT = Path(__file__).parents[2]
PAGES = ("testing-with-simulated-hardware", "simulated-byteport")


def examples(page: str, language: str = "python") -> "list[str]":
    parts = (PROJECT / "docs" / f"{page}.md").read_text().split(f"```{language}\n")[1:]
    return [part.split("```")[0] for part in parts]


@pytest.mark.parametrize(
    ("page", "number"), [*((PAGES[0], number) for number in range(4)), (PAGES[1], 0)]
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
    assert [len(examples(page)) for page in PAGES] == [4, 1]


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
