"""Source package and wheel, built from what is committed, and put into clean environments."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from email import message_from_string
from pathlib import Path
from typing import Any

import pytest

from byteport import __version__
from micropythons import PROJECT

ROOMS = {
    "byteport": "micropython",
    "byteport_agent": "agent",
    "byteport_drivers": "drivers",
    "byteport_mocks": "hw_mocks",
}
DATA = (
    "share/man/man1/byteport-agent.1",
    "share/bash-completion/completions/byteport-agent.bash",
    "share/zsh/site-functions/_byteport-agent",
    "share/fish/vendor_completions.d/byteport-agent.fish",
)


def ran(*command: object, cwd: Path | None = None) -> str:
    """Return what a command prints; it must not fail."""
    run = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def pythons() -> list[str]:
    """Return the interpreters that are here, of those that are supported."""
    names = ("python3.11", "python3.12", "python3.13")
    return [path for name in names if (path := interpreter(name))] or [sys.executable]


def interpreter(name: str) -> str:
    """Return where an interpreter is, pyenv's included, whose own names may run nothing."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    found = [shutil.which(name), *sorted(map(str, pyenv.glob(f"*/bin/{name}")))]
    return next((path for path in found if path and runs(path)), "")


def runs(path: str) -> bool:
    run = subprocess.run([path, "-c", "import venv"], capture_output=True, check=False)
    return run.returncode == 0


def committed() -> list[str]:
    """Return the names of the files that git knows and that are there."""
    listed = ran("git", "ls-files", "-z", cwd=PROJECT).split("\0")
    return [name for name in listed if name and (PROJECT / name).is_file()]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The committed files, without what a working tree has besides."""
    folder = tmp_path_factory.mktemp("source")
    for name in committed():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("sdist")
    code = "import sys, setuptools.build_meta as build; build.build_sdist(sys.argv[1])"
    ran(sys.executable, "-W", "ignore", "-c", code, target, cwd=source)
    (path,) = target.iterdir()
    return path


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel that the source package makes, so that it lacks nothing."""
    target = tmp_path_factory.mktemp("wheel")
    ran(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", target, sdist)
    (path,) = target.iterdir()
    return path


def test_the_source_package_has_what_it_takes_to_test_it(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers()}
    apart = (".ci/", ".gitignore")
    missing = [name for name in committed() if name not in names and not name.startswith(apart)]
    assert missing == []


def test_a_wheel_has_every_file(source: Path, wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert wheel.name == f"byteport_agent-{__version__}-py3-none-any.whl"
    for package, room in ROOMS.items():
        for path in (source / room / package).rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                assert str(path.relative_to(source / room)) in names
        assert f"{package}/py.typed" in names
    for name in DATA:
        assert f"byteport_agent-{__version__}.data/data/{name}" in names
    assert "urequests.py" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/"))]


def test_the_wheel_of_a_clone_is_the_same(source: Path, wheel: Path, tmp_path: Path) -> None:
    clone = shutil.copytree(source, tmp_path / "clone")
    ran(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path, clone)
    contents = [
        {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}
        for archive in (zipfile.ZipFile(wheel), zipfile.ZipFile(tmp_path / wheel.name))
    ]
    assert contents[0] == contents[1]


def test_a_wheel_has_no_tests_and_nothing_twice(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert sorted(names) == sorted(set(names))
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        *ROOMS,
        "urequests.py",
        "byteport_agent",
    }
    assert [name for name in names if Path(name).name.startswith(("test_", "conftest"))] == []


def test_what_a_wheel_says_of_itself(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (place,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    about = message_from_string(archive.read(place).decode())
    assert about["Version"] == __version__
    assert about["Requires-Python"] == ">=3.11"
    assert about["Description-Content-Type"] == "text/markdown"
    assert about.get_payload().strip() == (PROJECT / "README.md").read_text().strip()
    assert all(" https://" in url for url in about.get_all("Project-URL"))


@pytest.fixture(scope="module", params=pythons())
def installed(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Mapping[str, Any]]]:
    """A clean environment with the wheel alone, and what pip says it put there."""
    folder = tmp_path_factory.mktemp("installed")
    ran(request.param, "-m", "venv", "--without-pip", folder)
    report = folder / "report.json"
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin/python")
    ran(*pip, "install", "-q", "--no-compile", "--report", report, wheel)
    return folder, json.loads(report.read_text())["install"]


def test_without_extras_nothing_is_compiled(
    installed: tuple[Path, list[Mapping[str, Any]]],
) -> None:
    _, packages = installed
    assert {each["metadata"]["name"].lower() for each in packages} == {
        "byteport-agent",
        "bottle",
        "smbus2",
        "waitress",
    }
    for each in packages:
        assert each["download_info"]["url"].endswith("-none-any.whl")


def test_the_installed_command_works(installed: tuple[Path, list[Mapping[str, Any]]]) -> None:
    folder, _ = installed
    command = folder / "bin/byteport-agent"
    assert ran(command, "--version") == f"byteport-agent {__version__}\n"
    assert "bme280" in ran(command, "sensors")
    assert "complete" in ran(command, "completion", "bash")
    told = ran(command, "demo", "--listen", "127.0.0.1:0", "--count", "2")
    assert "Dashboard: http" in told
    package = ran(command, "new-driver", "hdc1080", "--directory", folder)
    assert "byteport-hdc1080/setup.cfg" in package
    for name in DATA:
        assert (folder / name).is_file()


def test_the_mocks_run_where_they_are_installed(
    installed: tuple[Path, list[Mapping[str, Any]]],
) -> None:
    folder, _ = installed
    code = (
        "from byteport_mocks import SimulatedI2C\n"
        "from byteport_mocks.chips.bme280 import SimulatedBME280\n"
        "from byteport_drivers.bme280 import BME280\n"
        "bus = SimulatedI2C(); bus.attach(SimulatedBME280()); driver = BME280(bus)\n"
        "bus.clock.sleep_ms(driver.start()); print(*driver.CHANNELS[0]); print(driver.read())\n"
    )
    assert ran(folder / "bin/python", "-I", "-c", code).startswith("temperature Cel 2\n(")


def test_make_installs_the_command_and_leaves_the_clone_as_it_was(
    source: Path, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(source, clone)
    stale = clone / "build/lib/byteport_agent/stale.py"
    stale.parent.mkdir(parents=True)
    stale.touch()
    before = sorted(clone.rglob("*"))
    places = (f"PROGRAM={tmp_path}/program", f"COMMAND={tmp_path}/byteport-agent", "SUDO=")
    ran("make", "install", f"PYTHON={sys.executable}", "EXTRAS=mqtt", *places, cwd=clone)
    assert sorted(clone.rglob("*")) == before
    assert ran(tmp_path / "byteport-agent", "--version") == f"byteport-agent {__version__}\n"
    assert "paho-mqtt" in ran(tmp_path / "program/bin/pip", "list")
    assert not list(tmp_path.glob("program/lib/*/site-packages/byteport_agent/stale.py"))
