"""Runs the plain tests of core and drivers on real MicroPythons too, each file on each of them.

A test file under one of PORTABLE holds functions without arguments that use assert and
`portable.raises`; pytest runs them on CPython, and MicroPython runs the same file. The files in
ON_BOARDS need a board's file systems, which CPython has not, and run on MicroPython alone. What a
machine lacks is skipped by name, and where CI is set a skip fails.
"""

import os
import shutil
import signal
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.scripted_server import ScriptedServer, by_path
from micropythons import INTERPRETERS, TESTS, run_micropython

PORTABLE = (TESTS / "core", TESTS / "drivers", TESTS / "mocks")
ON_BOARDS = TESTS / "on_boards"
SERVER: "pytest.StashKey[ScriptedServer]" = pytest.StashKey()
BYTEPORT: "pytest.StashKey[ByteportServer]" = pytest.StashKey()


# By hand, each run tries other examples, and finds more with time; a submission is judged by the
# same ones as the one before.
# Neither judges how fast this machine is.
settings.register_profile("by hand", suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("by hand"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "by hand")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Serve on loopback for plain tests; they find addresses and folder in the environment."""
    # in the background, as by nohup, both are ignored, and in all programs that tests start
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    server = session.config.stash[SERVER] = ScriptedServer(by_path).__enter__()
    os.environ["BYTEPORT_TEST_SERVER"] = server.url
    service = session.config.stash[BYTEPORT] = ByteportServer().__enter__()
    os.environ["BYTEPORT_TEST_SERVICE"] = service.url
    # in memory where there is such a folder: an outbox is booted thousands of times
    memory = Path("/dev/shm")
    os.environ["BYTEPORT_TEST_FOLDER"] = tempfile.mkdtemp(
        prefix="byteport-test-", dir=memory if os.access(memory, os.W_OK) else None
    )


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[BYTEPORT].__exit__()
    session.config.stash[SERVER].__exit__()
    shutil.rmtree(os.environ["BYTEPORT_TEST_FOLDER"])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "OnMicroPython | None":
    if (file_path.parent in PORTABLE and file_path.match("test_*.py")) or (
        file_path.parent == ON_BOARDS and file_path.suffix == ".py"
    ):
        return OnMicroPython.from_parent(parent, path=file_path)
    return None


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> "pytest.Module | None":
    """Leave files of ON_BOARDS that are named on the command line to MicroPython."""
    return (
        NoModule.from_parent(parent, path=module_path) if module_path.parent == ON_BOARDS else None
    )


class NoModule(pytest.Module):
    def collect(self) -> "list[pytest.Item]":
        return []


class OnMicroPython(pytest.File):
    def collect(self) -> "list[pytest.Item]":
        return [MicroPythonRun.from_parent(self, name=name) for name in INTERPRETERS]


class MicroPythonRun(pytest.Item):
    def runtest(self) -> None:
        # for copies of whole disks, and what stations store in hours
        run = run_micropython(self.name, TESTS / "run_on_micropython.py", self.path, heap="4m")
        if run.returncode:
            raise AssertionError(f"{self.path.name} on {self.name}:\n{run.stdout}{run.stderr}")

    def reportinfo(self) -> "tuple[Path, int, str]":
        return self.path, 0, f"{self.path.stem} on {self.name}"

    def repr_failure(self, excinfo: "pytest.ExceptionInfo[BaseException]") -> str:
        if excinfo.errisinstance(AssertionError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: "pytest.CallInfo[None]") -> "object":
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where CI is set: {call.excinfo and call.excinfo.value}"
