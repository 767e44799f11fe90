"""A folder as strace saw it change, and what a power cut at any moment would leave of it.

What was synced is on the disk. Of every later 512-byte sector either the old or the new content is,
in any order. Names change in order, as journals of file systems have it, but any number of the
changes since the folder was synced may be missing.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CALLS = "openat,rename,unlink,ftruncate,truncate,pwrite64,write,fdatasync,fsync"
SECTOR = 512
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (\d+)")
_FD = re.compile(r"^(\d+)<([^>]*)>(.*)", re.S)
_TEXT = re.compile(r'"([^"]*)"')
_UNINTERESTING = ("-shm", ".lock")  # made anew at each start


class Call(NamedTuple):
    """One call on the folder; ``what`` is "told" for a line of the program's output."""

    what: str
    name: str = ""
    position: int = 0
    data: bytes = b""


def calls_of(trace: str, folder: Path) -> Iterator[Call]:
    """Return what a trace by `strace -f -y -xx` shows of a folder."""
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        call = _call(*found.groups()[:2], str(folder))
        if call is not None and not call.name.endswith(_UNINTERESTING):
            yield call


def _call(what: str, arguments: str, folder: str) -> Call | None:
    with_fd = _FD.match(arguments)
    texts = [_bytes(text) for text in _TEXT.findall(arguments)]
    if what in ("rename", "unlink", "openat", "truncate"):
        path, *more = [text.decode() for text in texts]
        if not path.startswith(folder + "/") or (what == "openat" and "O_CREAT" not in arguments):
            return None
        size = int(arguments.rsplit(", ", 1)[1]) if what == "truncate" else 0
        return Call(what, _name(path), size, "".join(map(_name, more)).encode())
    if with_fd is None:
        return None
    fd, path, rest = int(with_fd[1]), _bytes(with_fd[2]).decode(), with_fd[3]
    if what == "write" and fd == 1:
        return Call("told", data=texts[0])
    if path != folder and not path.startswith(folder + "/"):
        return None
    number = int(rest.rsplit(", ", 1)[1]) if what in ("pwrite64", "ftruncate") else 0
    kind = "sync" if "sync" in what else what.removeprefix("f")
    return Call(kind, _name(path) if path != folder else "", number, texts[0] if texts else b"")


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", "")) if "\\x" in text else text.encode()


def _name(path: str) -> str:
    return path.rsplit("/", 1)[1]


class File:
    """Content as synced, and the writes since."""

    def __init__(self) -> None:
        self.synced = b""
        self.size = 0
        self.later: list[Call] = []

    def take(self, call: Call) -> None:
        if call.what == "write":  # to the end: the file is opened so
            call = call._replace(what="pwrite64", position=self.size)
        if call.what == "truncate":
            self.size = call.position
        else:
            self.size = max(self.size, call.position + len(call.data))
        self.later.append(call)

    def sync(self) -> None:
        self.synced, self.later = self.after(random.Random(), 1), []

    def after(self, chance: random.Random, share: float) -> bytes:
        """Return what is on the disk when about this share of the sectors written since is."""
        kept = bytearray(self.synced)
        for call in self.later:
            if call.what == "truncate":
                if chance.random() < share:
                    _apply(kept, call)
                continue
            for start in range(0, len(call.data), SECTOR):
                if chance.random() < share:
                    part = call.data[start : start + SECTOR]
                    _apply(kept, call._replace(position=call.position + start, data=part))
        return bytes(kept)


class TracedDisk:
    """The folder while the calls are made."""

    def __init__(self) -> None:
        self._now: dict[str, File] = {}
        self._names: list[dict[str, File]] = [{}]  # as synced, and after each change since

    def take(self, call: Call) -> None:
        if call.what == "sync" and not call.name:
            self._names = self._names[-1:]
        elif call.what == "sync" and call.name in self._now:
            self._now[call.name].sync()
        elif call.what in ("openat", "rename", "unlink"):
            self._rename(call)
        elif call.name in self._now:
            self._now[call.name].take(call)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files after a power cut at this moment."""
        share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        names = chance.choice(self._names)
        return {name: file.after(chance, share) for name, file in names.items()}

    def _rename(self, call: Call) -> None:
        if call.what == "openat":
            if call.name in self._now:
                return
            self._now[call.name] = File()
        else:
            file = self._now.pop(call.name, None)
            if file is not None and call.what == "rename":
                self._now[call.data.decode()] = file
        self._names.append(dict(self._now))


def _apply(content: bytearray, call: Call) -> None:
    if call.what == "truncate":
        del content[call.position :]
        return
    content.extend(bytes(max(0, call.position - len(content))))
    content[call.position : call.position + len(call.data)] = call.data
