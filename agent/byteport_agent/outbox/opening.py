"""Opens the file whatever it went through: checked, healed or set aside, never deleted.

A damaged file is not repaired in place. All its true rows go into a new file beside it; when that
is on the disk the old one is renamed to `.corrupt-N` and the new one takes its name. A power cut in
between leaves either the old file or both, and the next start goes on from there.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress

from byteport_agent.outbox import schema
from byteport_agent.outbox.entry import Row
from byteport_agent.outbox.errors import NewerSchema
from byteport_agent.outbox.failures import failure_of
from byteport_agent.outbox.file_ops import FileOps, private_file, remove
from byteport_agent.outbox.log_file import Cursor, Letter, LogFile, cursors_of, dead_of
from byteport_agent.outbox.salvage import rows_of_file, rows_sqlite_will_not_see

Tell = Callable[[str], None]


def open_log(path: str, ops: FileOps, tell: Tell, suspect: str = "") -> LogFile:
    """Return the open log; ``suspect`` says why its file must not be gone on with.

    Raises NewerSchema, and OSError or sqlite3.Error where the disk takes nothing now.
    """
    _finish_set_aside(path, ops)
    private_file(path)
    behind_damage = rows_sqlite_will_not_see(path)
    fault = suspect or _emptied(path) or _fault(path, ops)
    if not fault:
        try:
            return _with_rows(LogFile(path, ops), behind_damage, tell)
        except sqlite3.Error as error:
            failure = failure_of(error)
            if not failure.damaged and not _marked_read_only(path, error):
                raise
            fault = failure.text
    set_aside(path, ops, tell, fault)
    return LogFile(path, ops)


def set_aside(path: str, ops: FileOps, tell: Tell, fault: str) -> None:
    """Put a new file with all true rows in place of a damaged one, which keeps its content."""
    new = _new_file(path)
    saved = _salvage(path, new, ops)
    ops.sync_file(new)
    aside = next(name for n in range(1, 1 << 30) if not _exists(name := f"{path}.corrupt-{n}"))
    ops.rename(path, aside)
    _finish_set_aside(path, ops, aside)
    tell(f"{path} is damaged ({fault}): {saved} readings saved, the old file is {aside}")


def _new_file(path: str) -> str:
    """Make an empty outbox beside a file and return its path; it is synced as a whole, later."""
    new = path + ".new"
    for end in ("", "-journal", "-wal", "-shm"):
        remove(new + end)
    private_file(new)
    schema.make_file(new)
    return new


def _salvage(path: str, new: str, ops: FileOps) -> int:
    cursors, dead = _small_tables(path)
    log = LogFile(new, ops, "OFF")
    try:
        log.save(cursors, dead)
        delivered = min((cursor.last for cursor in cursors.values()), default=0)
        log.merge(rows_of_file(path))
        log.checkpoint()
        return log.count(delivered, log.first_last()[1])
    finally:
        log.close()


def _small_tables(path: str) -> tuple[dict[str, Cursor], list[Letter]]:
    """Return cursors and dead letters as far as SQLite can still read them."""
    cursors: dict[str, Cursor] = {}
    dead: list[Letter] = []
    if _emptied(path):
        return cursors, dead
    with suppress(sqlite3.Error, UnicodeError), closing(schema.connect_to_look(path)) as connection:
        with suppress(sqlite3.Error, UnicodeError):
            cursors = cursors_of(connection)
        dead = dead_of(connection)
    return cursors, dead


def _finish_set_aside(path: str, ops: FileOps, aside: str = "") -> None:
    if not _exists(path + ".new") or _exists(path):
        return
    aside = aside or f"{path}.corrupt-{max(_numbers(path), default=1)}"
    if _exists(path + "-wal"):
        ops.rename(path + "-wal", aside + "-wal")
    remove(path + "-shm")
    ops.rename(path + ".new", path)
    ops.sync_folder(path)


def _numbers(path: str) -> Iterable[int]:
    start = os.path.basename(path) + ".corrupt-"
    names = os.listdir(os.path.dirname(path) or ".")
    return [int(n) for name in names if (n := name.removeprefix(start)).isdigit()]


def _exists(path: str) -> bool:
    return os.path.lexists(path)


def _emptied(path: str) -> str:
    """Tell of a file that lost all its content: SQLite would delete the WAL, which has its own."""
    wal = path + "-wal"
    lost = not os.path.getsize(path) and os.path.exists(wal) and os.path.getsize(wal)
    return "it is empty, but its WAL is not" if lost else ""


def _fault(path: str, ops: FileOps) -> str:
    """Return what is wrong with the content, "" where nothing is; put tables into an empty file."""
    try:
        with closing(schema.connect_to_look(path)) as connection:
            empty = not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            version = schema.version_of(connection)
            if schema.SCHEMA < version <= schema.NEWEST_PLAUSIBLE:
                raise NewerSchema(path, version, schema.SCHEMA)
            fault = "" if empty else schema.fault_of(connection)
    except UnicodeError as error:
        return f"text that is none: {error}"
    except sqlite3.Error as error:
        failure = failure_of(error)
        if failure.damaged or _marked_read_only(path, error):
            return failure.text
        raise
    if empty:
        new = _new_file(path)
        ops.sync_file(new)
        ops.rename(new, path)
        ops.sync_folder(path)
    return fault


def _marked_read_only(path: str, error: sqlite3.Error) -> bool:
    """Tell a damaged header, which calls the file read-only, from a disk that is."""
    name = str(getattr(error, "sqlite_errorname", ""))
    folder = os.path.dirname(path) or "."
    return name.startswith("SQLITE_READONLY") and all(os.access(p, os.W_OK) for p in (path, folder))


def _with_rows(log: LogFile, rows: list[Row], tell: Tell) -> LogFile:
    """Add the rows that are newer than all the log knows."""
    try:
        cursors = log.cursors().values()
        newest = max((log.first_last()[1], *(cursor.last for cursor in cursors)))
        newer = [row for row in rows if row[0] > newest]
        if newer:
            log.merge(newer)
            tell(f"{len({row[0] for row in newer})} readings saved from a damaged WAL")
        return log
    except BaseException:
        log.close(synced=False)
        raise
