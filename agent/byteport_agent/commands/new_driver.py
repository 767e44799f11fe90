"""`byteport-agent new-driver`: writes a driver, its simulated chip and tests that pass.

In a clone of this project they become part of it; elsewhere they become a package of their own,
which brings the driver by its entry point.
"""

import argparse
from importlib.util import find_spec
from pathlib import Path
from re import fullmatch

from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked
from byteport_agent.driver_lookup.finder import BOARD_PACKAGE, PACKAGES
from byteport_agent.driver_skeletons import BUSES, skeleton

EXAMPLE = "byteport-agent new-driver hdc1080 --bus i2c"
_DRIVERS, _CHIPS, _TESTS = "drivers/byteport_drivers", "hw_mocks/byteport_mocks/chips", "tests"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    name = "the chip's name: file, class and driver are called so"
    add("name", type=checked(_name), metavar="NAME", help=name)
    add("--bus", choices=BUSES, default="i2c", help="how it is wired; default %(default)s")
    where = "a clone of byteport-agent, or where the package's folder is made; default here"
    add("--directory", default=".", metavar="DIR", help=where)


def run(arguments: argparse.Namespace) -> int:
    directory, name, bus = Path(arguments.directory), arguments.name, arguments.bus
    is_clone = (directory / _DRIVERS).is_dir() and (directory / _CHIPS).is_dir()
    _refuse_taken(name)
    files = _in_clone(name, bus) if is_clone else _as_package(name, bus)
    _write(directory, {path: skeleton(file, name) for path, file in files.items()})
    for path in files:
        print(directory / path)
    print(f"\n{_next_in_clone(name) if is_clone else _next_in_package(name, directory)}")
    return 0


def _in_clone(name: str, bus: str) -> dict[str, str]:
    """Return which text each file is, by its path."""
    return {
        f"{_DRIVERS}/{name}.py": f"{bus}_driver.py",
        f"{_CHIPS}/{name}.py": f"{bus}_chip.py",
        f"{_TESTS}/drivers/test_{name}.py": f"{bus}_test.py",
    }


def _as_package(name: str, bus: str) -> dict[str, str]:
    folder = f"byteport-{name}"
    return {
        f"{folder}/setup.cfg": "package_setup.cfg",
        f"{folder}/pyproject.toml": "package_pyproject.toml",
        f"{folder}/{name}_driver.py": f"{bus}_driver.py",
        f"{folder}/{name}_simulation.py": f"{bus}_chip.py",
        f"{folder}/test_{name}.py": f"{bus}_package_test.py",
    }


def _next_in_clone(name: str) -> str:
    return (
        f"next: pytest tests/drivers/test_{name}.py tests/drivers/test_every_driver.py\n"
        "next: docs/adding-a-chip.md tells how the sketch becomes your chip, and where to list it"
    )


def _next_in_package(name: str, directory: Path) -> str:
    folder = directory / f"byteport-{name}"
    return (
        f"next: pip install -e '{folder}[test]' && pytest {folder}\n"
        f"next: 'byteport-agent once {name}' reads a real one\n"
        "next: 'Adding a chip' in byteport-agent's docs tells how the sketch becomes your chip"
    )


def _name(text: str) -> str:
    if not fullmatch("[a-z][a-z0-9]{1,15}", text):
        raise ValueError(f"{text!r} is no name: 2 to 16 of a-z and 0-9, such as hdc1080")
    return text


def _refuse_taken(name: str) -> None:
    for package in (*PACKAGES, BOARD_PACKAGE):
        if find_spec(f"{package}.{name}") is not None:
            raise UsageError(
                f"there is a driver {name!r} already: 'byteport-agent sensors {name}' shows it"
            )


def _write(directory: Path, texts: dict[str, str]) -> None:
    """Write all files; where one of them is there already, none."""
    for path in texts:
        if (directory / path).exists():
            raise UsageError(f"{directory / path} is there already: move it, or choose a name")
    try:
        for path, text in texts.items():
            (directory / path).parent.mkdir(parents=True, exist_ok=True)
            (directory / path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{error.filename}: {error.strerror}") from None
