"""The tables of an outbox, and how a connection to one is set up.

Small pages: a commit appends each page that it changed to the WAL; a reading changes one or two.
`synchronous = NORMAL` never corrupts the file, but syncs the WAL at checkpoints only; `syncing`
syncs it in between, and decides on checkpoints, so that none comes amid a commit.
"""

import sqlite3
from contextlib import closing

SCHEMA = 1
PAGE_SIZE = 512
NEWEST_PLAUSIBLE = SCHEMA + 15  # a greater version is a damaged header, not a newer release

TABLES = {
    "log": """CREATE TABLE log (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, ts_ms INTEGER,
boot TEXT, ticks_ms INTEGER, device TEXT NOT NULL, sensor TEXT NOT NULL, fields TEXT NOT NULL)""",
    "outputs": """CREATE TABLE outputs (name TEXT NOT NULL, crc INTEGER NOT NULL,
cursor INTEGER NOT NULL, lost INTEGER NOT NULL)""",
    "dead": """CREATE TABLE dead (number INTEGER PRIMARY KEY, output TEXT NOT NULL,
reason TEXT NOT NULL, id INTEGER NOT NULL, crc INTEGER NOT NULL, ts_ms INTEGER, boot TEXT,
ticks_ms INTEGER, device TEXT NOT NULL, sensor TEXT NOT NULL, fields TEXT NOT NULL)""",
}
_SETTINGS = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA secure_delete = OFF",  # ON (Debian's default) writes zeros over all that was sent
    "PRAGMA cache_size = -1024",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA page_size = {PAGE_SIZE}",
)


def connect(path: str, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """Return a connection to a file that is there, with everything set."""
    connection = sqlite3.connect(
        f"file:{quoted(path)}?mode=rw",
        uri=True,
        timeout=1,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = _text
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_autocheckpoint = 0")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_look(path: str) -> sqlite3.Connection:
    """Return a connection that changes nothing, also not when it is closed: no checkpoint."""
    address = f"file:{quoted(path)}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=1, isolation_level=None)
    connection.text_factory = _text
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def _text(data: bytes) -> str:
    """Return any text: that of a damaged row is told by its checksum, and is no error."""
    return data.decode(errors="replace")


def quoted(path: str) -> str:
    """Return a path as it stands in a file: address."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def make_file(path: str) -> None:
    """Make the tables in an empty file, and sync nothing."""
    with closing(connect(path, "OFF")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for table in TABLES.values():
            connection.execute(table)
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.execute("COMMIT")


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def fault_of(connection: sqlite3.Connection) -> str:
    """Return what is wrong with the file, "" where nothing is."""
    tables = dict(connection.execute("SELECT name, sql FROM sqlite_master").fetchall())
    if tables != TABLES:
        return "its tables are not an outbox's"
    for pragma, expected in (("page_size", PAGE_SIZE), ("encoding", "UTF-8")):
        value = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if value != expected:
            return f"its {pragma} is {value}"
    told = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    return "" if told == "ok" else told.replace("\n", " ")
