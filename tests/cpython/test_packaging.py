"""Everything in the tree is in the package, and nothing heavy is asked of who installs it."""

import configparser
import subprocess
import sys

from micropythons import PROJECT

ROOMS = {
    "byteport": "micropython",
    "byteport_agent": "agent",
    "byteport_drivers": "drivers",
    "byteport_mocks": "hw_mocks",
}


def settings() -> configparser.ConfigParser:
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg")
    return config


def test_every_package_is_listed() -> None:
    listed = settings()["options"]["packages"].split()
    there = [
        ".".join(path.parent.relative_to(PROJECT / room).parts)
        for name, room in ROOMS.items()
        for path in (PROJECT / room / name).rglob("__init__.py")
    ]
    assert sorted(listed) == sorted(there)


def test_what_an_installation_needs_is_small() -> None:
    needed = settings()["options"]["install_requires"].split()
    assert [name.split(">")[0] for name in needed] == ["smbus2", "bottle", "waitress"]


def test_the_extras_are_those_that_the_readme_may_name() -> None:
    extras = set(settings()["options.extras_require"])
    assert {"pi", "dht", "mqtt", "dashboard", "mocks", "test", "proxy"} <= extras


def test_importing_the_core_imports_nothing_heavy() -> None:
    script = (
        "import sys, byteport\n"
        "heavy = {'ssl', 'asyncio', 'urllib.request', 'http.client', 'email', 'logging', 'json',\n"
        "         'bottle', 'waitress', 'smbus2', 'gpiozero', 'requests', 'datetime', 'sqlite3'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run(
        [
            sys.executable,
            "-I",
            "-c",
            f"import sys; sys.path[:0] = [{str(PROJECT / 'micropython')!r}]\n" + script,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stdout == "[]\n"
