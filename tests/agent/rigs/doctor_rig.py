"""Machines for the doctor's tests: files below a directory, with owners that a test gives them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from byteport_agent.doctor.finding import Finding
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.person import Person

GIDS = {"root": 0, "dialout": 20, "i2c": 994, "gpio": 993, "spi": 992, "pi": 1000}
NOW_MS = 1_790_000_000_000
PI_4 = "Raspberry Pi 4 Model B Rev 1.4\0"
PI_5 = "Raspberry Pi 5 Model B Rev 1.0\0"


def pi(*groups: str, now: Iterable[str] | None = None, name: str = "pi") -> Person:
    """Return a user in these groups; ``now`` are those that count since the login."""
    counting = groups if now is None else tuple(now)
    gids = frozenset(GIDS[group] for group in (*counting, "pi"))
    return Person(name, 1000, gids, frozenset((*groups, "pi")), here=True)


@dataclass(frozen=True)
class BuiltMachine(Machine):
    owners: dict[str, tuple[int, int, int]] = field(default_factory=dict)  # mode, uid, gid

    def status(self, path: str) -> os.stat_result | None:
        """Return a file's status with the owner that the test gave it."""
        status = super().status(path)
        if status is None or path not in self.owners:
            return status
        mode, uid, gid = self.owners[path]
        values = list(status)
        values[0], values[4], values[5] = status.st_mode & ~0o7777 | mode, uid, gid
        return os.stat_result(values)


class Rig:
    """Builds a machine below a directory."""

    def __init__(self, root: Path, person: Person | None = None, **options: object) -> None:
        self.root = root
        self.modules: set[str] = set()
        self.versions: dict[str, str] = {}
        self.now_ms = NOW_MS
        self.error_us: int | None = 1000
        given = {"environ": {}, "directory": "/home/pi", "prefix": "/venv", "is_venv": True}
        self.machine = BuiltMachine(
            person or pi(),
            str(root),
            **{**given, **options},  # type: ignore[arg-type]
            unix_ms=lambda: self.now_ms,
            clock_error_us=lambda: self.error_us,
            has_module=lambda name: name in self.modules,
            version_of=lambda name: self.versions.get(name, ""),
            group_name={gid: name for name, gid in GIDS.items()}.__getitem__,
        )

    def file(self, path: str, text: str = "") -> None:
        place = self.root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def directory(self, path: str, group: str = "pi", mode: int = 0o700, uid: int = 1000) -> None:
        (self.root / path.lstrip("/")).mkdir(parents=True, exist_ok=True)
        self.machine.owners[path] = (mode, uid, GIDS[group])

    def device(self, path: str, group: str, mode: int = 0o660) -> None:
        self.file(path)
        self.machine.owners[path] = (mode, 0, GIDS[group])


def told(findings: Iterable[Finding]) -> list[tuple[str, str]]:
    """Return mark and text of each."""
    return [(each.mark, each.text) for each in findings]


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding
