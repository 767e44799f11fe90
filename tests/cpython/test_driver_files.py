"""What every driver file must be: small on a board, proved by a witness, with chip and tests."""

import ast
import importlib
from pathlib import Path

import pytest

from micropythons import PROJECT, TESTS, compiled

DRIVERS = PROJECT / "drivers/byteport_drivers"
CHIPS = PROJECT / "hw_mocks/byteport_mocks/chips"
MOST_BYTES = 1536
NO_DRIVER = {"__init__", "bosch", "dht_frame", "sensirion"}  # what several drivers share
FAMILIES = {"mcp3004": "mcp3008", "mcp3204": "mcp3008", "mcp3208": "mcp3008"}

PORTABLE = [path for path in sorted(DRIVERS.glob("*.py")) if path.stem not in NO_DRIVER]
BOARD = [path for path in sorted((DRIVERS / "board").glob("*.py")) if path.stem != "__init__"]


def name_of(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", PORTABLE + BOARD, ids=name_of)
def test_size_on_a_board(path: Path, tmp_path: Path) -> None:
    if compiled(path, tmp_path).stat().st_size > MOST_BYTES:
        assert "KB" in (ast.get_docstring(ast.parse(path.read_text())) or ""), "and says why"


@pytest.mark.parametrize("path", PORTABLE, ids=name_of)
def test_a_witness_is_named(path: Path) -> None:
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    if path.stem in FAMILIES or path.stem == "aht10":
        text += path.read_text()
    assert "itness" in text or FAMILIES.get(path.stem, "-") in text


@pytest.mark.parametrize("path", PORTABLE, ids=name_of)
def test_chip_and_tests_stand_beside(path: Path) -> None:
    name = FAMILIES.get(path.stem, path.stem)
    assert (CHIPS / f"{name}.py").exists()
    assert (TESTS / "drivers" / f"test_{name}.py").exists()


@pytest.mark.parametrize("path", PORTABLE, ids=name_of)
def test_a_chip_shares_no_arithmetic_with_its_driver(path: Path) -> None:
    chip = (CHIPS / f"{FAMILIES.get(path.stem, path.stem)}.py").read_text()
    assert "byteport_drivers" not in chip


@pytest.mark.parametrize("path", PORTABLE, ids=name_of)
def test_the_contract(path: Path) -> None:
    module = importlib.import_module(f"byteport_drivers.{path.stem}")
    driver = next(
        found for name, found in vars(module).items() if name.upper() == path.stem.upper()
    )
    if path.stem == "tca9548a":
        return  # a multiplexer has buses, not channels
    assert driver.BUS in ("i2c", "spi", "uart")
    assert callable(driver.start)
    assert callable(driver.read)
    for name, unit, decimals in driver.CHANNELS:
        assert 2 <= len(name) <= 32
        assert isinstance(unit, str)
        assert 0 <= decimals <= 6
    if driver.BUS == "i2c":
        assert all(0x08 <= address <= 0x77 for address in driver.ADDRESSES)


@pytest.mark.parametrize("path", PORTABLE + BOARD, ids=name_of)
def test_no_driver_sleeps_or_opens_a_bus(path: Path) -> None:
    tree = ast.parse(path.read_text())
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not called & {"sleep", "sleep_ms", "sleep_us", "SMBus", "I2C", "SPI", "print"}
