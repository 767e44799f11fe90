"""What a failed file operation means: a file that lies, or a disk that takes nothing just now."""

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


class Failure(NamedTuple):
    """``damaged``: the content is wrong; ``suspect``: it may never reach the disk."""

    text: str
    damaged: bool
    suspect: bool


def failure_of(error: Exception) -> Failure:
    """Return what an error of SQLite or of the system means for the file."""
    if not isinstance(error, sqlite3.Error):
        return Failure(f"{type(error).__name__}: {error}", False, False)
    name = str(getattr(error, "sqlite_errorname", None) or "SQLITE_ERROR")
    damaged = name.startswith(_DAMAGED)
    text = next((text for start, text in _ADVICE.items() if name.startswith(start)), "")
    shown = f"{text} ({name})" if text else f"{error} ({name})"
    return Failure(shown, damaged, name.endswith("FSYNC"))
