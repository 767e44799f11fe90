"""What a failed file operation means: a file that lies, or a disk that takes nothing just now."""

import errno
import sqlite3
from typing import NamedTuple

_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_FORMAT", "SQLITE_MISMATCH")
_ADVICE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "the file or its disk is read-only",
    "SQLITE_CANTOPEN": "the file cannot be opened",
    "SQLITE_IOERR": "the disk reports an error",
    "SQLITE_BUSY": "another program locks the file",
}
_SYSTEM = {
    errno.ENOSPC: _ADVICE["SQLITE_FULL"],
    errno.EDQUOT: "this user's share of the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "this user may not write there: see who owns the file and its folder",
    errno.EPERM: "this user may not write there: see who owns the file and its folder",
    errno.EIO: _ADVICE["SQLITE_IOERR"],
    errno.EMFILE: "this process has too many files open",
    errno.ENFILE: "this machine has too many files open",
}


class Failure(NamedTuple):
    """``damaged``: the content is wrong; ``suspect``: it may never reach the disk.

    ``full``: the disk is, and there is nothing wrong with the file.
    """

    text: str
    damaged: bool = False
    suspect: bool = False
    full: bool = False


def failure_of(error: Exception) -> Failure:
    """Return what an error of SQLite or of the system means for the file."""
    if isinstance(error, OSError):
        return Failure(_system_text(error), full=error.errno in (errno.ENOSPC, errno.EDQUOT))
    if not isinstance(error, sqlite3.Error):
        return Failure(f"{type(error).__name__}: {error}")
    name = str(getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR")
    if name == "SQLITE_FULL":
        return Failure(_ADVICE[name], full=True)
    text = next((text for start, text in _ADVICE.items() if name.startswith(start)), str(error))
    return Failure(f"{text} ({name})", name.startswith(_DAMAGED), name.endswith("FSYNC"))


def _system_text(error: OSError) -> str:
    text = _SYSTEM.get(error.errno or 0)
    if text is None:
        return f"{type(error).__name__}: {error}"
    return f"{text} ({error.filename})" if error.filename else text
