"""The machine as the checks see it, in one object, so that a test can build any."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from glob import glob
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from byteport_agent.clock import unix_ms
from byteport_agent.command_line.own_pip import pip
from byteport_agent.doctor.person import Person, group_name
from byteport_agent.service.kernel_clock import clock_error_us

_MOST_CHARS = 1_000_000


def has_module(name: str) -> bool:
    """Tell whether a module is there, without running it."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def version_of(package: str) -> str:
    """Return an installed package's version, empty where it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@dataclass(frozen=True)
class Machine:
    """Files below ``root``, and what else a check asks for; ``person`` is whose rights count."""

    person: Person
    root: str = ""
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    directory: str = field(default_factory=os.getcwd)
    unix_ms: Callable[[], int] = unix_ms
    clock_error_us: Callable[[], int | None] = clock_error_us
    has_module: Callable[[str], bool] = has_module
    version_of: Callable[[str], str] = version_of
    group_name: Callable[[int], str] = group_name
    statvfs: Callable[[str], os.statvfs_result] = os.statvfs
    prefix: str = sys.prefix
    is_venv: bool = sys.prefix != sys.base_prefix

    @property
    def model(self) -> str:
        """What it calls itself, such as "Raspberry Pi 5 Model B Rev 1.0"; empty for a PC."""
        return self.text("/proc/device-tree/model").strip()

    @property
    def is_pi(self) -> bool:
        return "Raspberry Pi" in self.model

    @property
    def is_pi_5(self) -> bool:
        """Pins are another chip's there (RP1), which older libraries do not know."""
        words = ("Pi 5", "Module 5")
        return self.is_pi and any(word in self.model for word in words)

    def text(self, path: str) -> str:
        """Return a file's text, empty where there is none."""
        try:
            with open(self.root + path, encoding="utf-8", errors="replace") as file:
                return file.read(_MOST_CHARS).strip("\0 ")
        except OSError:
            return ""

    def exists(self, path: str) -> bool:
        return os.path.exists(self.root + path)

    def found(self, pattern: str) -> list[str]:
        """Return the paths of a pattern in the order of their numbers."""
        paths = [path[len(self.root) :] for path in glob(self.root + pattern)]
        return sorted(paths, key=lambda path: (len(path), path))

    def status(self, path: str) -> os.stat_result | None:
        try:
            return os.stat(self.root + path)
        except OSError:
            return None

    def may(self, path: str, bits: int) -> bool:
        """Tell whether the person may: 4 reads, 2 writes, 1 enters; False for what is not there."""
        if self.person.here and not self.root:
            return os.access(path, bits)  # knows of access lists too, which a session may have
        status = self.status(path)
        return status is not None and self.person.may(status, bits)

    def pip(self, what: str) -> str:
        """Return the command that installs into this environment."""
        return f"{pip(self.prefix, self.is_venv)} install '{what}'"

    def sudo(self, path: str) -> str:
        """Return what has to stand before a command that writes there."""
        return "sudo " if os.path.exists(path) and not os.access(path, os.W_OK) else ""
