"""What the outbox's tests are made of: a clock to set, file operations that fail, and an outbox."""

import errno
import os
from pathlib import Path
from typing import Any

from byteport_agent.outbox import Entry, FileOps, Outbox, Reading

NOW_MS = 1_800_000_000_000
BOOT = "11111111-2222-3333-4444-555555555555"


class SetClock:
    """Ticks and the time of day, which a test sets apart from each other."""

    def __init__(self, unix_ms: int = NOW_MS, ticks_ms: int = 10_000) -> None:
        self.ticks = ticks_ms
        self.offset = unix_ms - ticks_ms

    def ticks_ms(self) -> int:
        return self.ticks

    def unix_ms(self) -> int:
        return self.ticks + self.offset

    def wait_ms(self, ms: int) -> bool:
        self.ticks += ms
        return False


class FailingOps(FileOps):
    """File operations that fail when asked to, and count the syncs."""

    def __init__(self) -> None:
        self.error: OSError | None = None
        self.syncs = 0
        self.synced: list[tuple[int, int]] = []  # which file each sync was of

    def fdatasync(self, fd: int) -> None:
        self.syncs += 1
        status = os.fstat(fd)
        self.synced.append((status.st_dev, status.st_ino))
        if self.error is not None:
            raise self.error
        super().fdatasync(fd)


class Rig:
    """An outbox for two outputs on a clock that stands still, and all it told."""

    def __init__(self, path: Path, *outputs: str, **options: Any) -> None:
        self.path = path
        self.clock = options.pop("clock", None) or SetClock()
        self.ops = FailingOps()
        self.told: list[str] = []
        self.options = {"ops": self.ops, "boot": BOOT, **options}
        self.outputs = outputs or ("one", "two")
        self.made = 0
        self.outbox = self.open()

    def open(self) -> Outbox:
        return Outbox(str(self.path), self.outputs, self.clock, self.told.append, **self.options)

    def reopen(self) -> None:
        self.outbox.close()
        self.outbox = self.open()

    def put(self, count: int = 1) -> None:
        """Append readings with consecutive numbers as values, a millisecond apart."""
        for _ in range(count):
            self.outbox.append([reading(self.made, self.clock.ticks)])
            self.made += 1
            self.clock.ticks += 1

    def values(self, output: str = "one", limit: int = 100_000) -> list[int]:
        return [value_of(entry) for entry in self.outbox.batch(output, limit)]

    def deliver(self, output: str, limit: int = 100_000) -> list[int]:
        """Take a batch, acknowledge it and return its values."""
        entries = self.outbox.batch(output, limit)
        if entries:
            self.outbox.acknowledge(output, entries[-1].id)
        return [value_of(entry) for entry in entries]

    def heal(self) -> None:
        """Let the time pass after which the outbox tries again."""
        self.clock.ticks += 60_000
        self.outbox.upkeep()


def reading(number: int, ticks_ms: int = 0, device: str = "dev", **fields: str) -> Reading:
    texts = (("temp", f"{number}"), ("note", f"å&=;% {number * 7919 % 1000}"), *fields.items())
    return Reading(device, "porch", texts, ticks_ms)


def value_of(entry: Entry) -> int:
    number = int(entry.fields[0][1])
    assert entry.fields == reading(number).fields
    return number


def eio() -> OSError:
    return OSError(errno.EIO, "Input/output error")
