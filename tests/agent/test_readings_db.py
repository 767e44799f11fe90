"""The receiver's rows: what is committed, read back, bounded and kept in a file."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from byteport_agent.readings_db import LastValue, ReadingsDb


def test_last_value_is_the_one_with_the_latest_time(db: ReadingsDb) -> None:
    db.store("dev", 2000, 1, [("temp", "new"), ("zz", "1")])
    db.store("dev", 1000, 2, [("temp", "late arrival"), ("aa", "2")])
    db.store("abc", 5, 3, [("temp", "other device")])
    assert db.last_values() == [
        LastValue("abc", "temp", "other device", 5),
        LastValue("dev", "temp", "new", 2000),
        LastValue("dev", "zz", "1", 2000),
        LastValue("dev", "aa", "2", 1000),
    ]
    db.store("dev", 2000, 4, [("temp", "same time")])
    assert db.last_values()[1].value == "same time"


def test_rows_are_read_back_from_where_one_was(db: ReadingsDb) -> None:
    for number in range(5):
        assert db.store("dev", number, number, [("nn", str(number))]) == number + 1
    assert [reading.id for reading in db.readings_after(2)] == [3, 4, 5]
    assert [reading.id for reading in db.readings_after(0, limit=2)] == [1, 2]
    assert db.readings_after(5) == []


def test_the_oldest_are_deleted_and_still_counted() -> None:
    with closing(ReadingsDb(max_readings=3)) as db:
        for number in range(1, 11):
            db.store("dev", number, number, [(f"f{number % 5}", "x")], [("info", str(number))])
        assert db.count() == 10
        assert [reading.id for reading in db.readings_after()] == [8, 9, 10]
        assert [text for _, _, text, _ in db.last_messages(9)] == ["8", "9", "10"]
        assert len(db.last_values()) == 3
        rows = db._connection.execute("SELECT count(*) FROM fields").fetchone()
        assert rows == (3,)


def test_rate_is_that_of_the_last_arrivals(db: ReadingsDb) -> None:
    assert db.per_second() == 0
    db.store("dev", 0, 1000)
    assert db.per_second() == 0
    db.store("dev", 0, 1000)
    assert db.per_second() == 0
    for arrived_ms in range(2000, 32000, 500):
        db.store("dev", 0, arrived_ms)
    assert db.per_second() == 2.0


def test_a_failed_call_leaves_nothing(db: ReadingsDb) -> None:
    with pytest.raises(sqlite3.Error):
        db.store("dev", 1, 1, [("temp", "1"), ("bad", None)])  # type: ignore[list-item]
    assert db.count() == 0
    assert db.readings_after() == []
    assert db.store("dev", 1, 1, [("temp", "1")]) == 1


def test_a_file_keeps_what_was_stored(tmp_path: Path) -> None:
    path = str(tmp_path / "readings.db")
    with closing(ReadingsDb(path)) as db:
        db.store("dev", 1, 1, [("note", "å\0b")], [("warn", "w")])
        with closing(sqlite3.connect(path)) as other:  # committed before store returned
            assert other.execute("SELECT value FROM fields").fetchall() == [("å\0b",)]
    with closing(ReadingsDb(path)) as db:
        assert db.readings_after()[0].fields == (("note", "å\0b"),)
        assert db.store("dev", 2, 2) == 2


def test_a_file_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "readings.db"
    path.write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(sqlite3.DatabaseError):
        ReadingsDb(str(path))
