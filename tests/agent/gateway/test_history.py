"""The history through restarts, kills, late values, full and damaged disks, and its bounds."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from history_rig import DAY_MS, HOUR_MS, MINUTE_MS, HistoryRig
from outbox_rig import NOW_MS

from byteport_agent.gateway import history_feed
from byteport_agent.gateway.history_file import HistoryFile


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[HistoryRig]:
    rig = HistoryRig(tmp_path)
    yield rig
    rig.close()


def test_what_came_is_there_at_once_and_after_a_restart(rig: HistoryRig) -> None:
    for number in range(200):
        rig.put(NOW_MS + number * MINUTE_MS, temp=f"{number}.50", note=f"n{number}")
    rig.step()
    expected = {NOW_MS + number * MINUTE_MS: f"{number}.50" for number in range(200)}
    assert rig.values("temp") == expected
    rig.close()
    rig.open()
    assert rig.values("temp") == expected
    assert list(rig.values("note").values()) == [f"n{number}" for number in range(200)]
    series = rig.history.find("dev", "temp")
    assert series is not None
    assert (series.last_ms, series.last_text) == (NOW_MS + 199 * MINUTE_MS, "199.50")


def test_the_outbox_keeps_what_the_file_has_not(rig: HistoryRig) -> None:
    for number in range(100):
        rig.put(NOW_MS + number, temp=f"{number}")
    rig.step()
    rig.pass_ms(10_000)
    assert len(rig.outbox.entries()) == 100
    rig.pass_ms(history_feed._FLUSH_MS)
    rig.pass_ms(10_000)
    assert len(rig.outbox.entries()) < 64
    assert len(rig.values("temp")) == 100


@pytest.mark.parametrize("flushed", [False, True])
def test_P2_a_kill_loses_nothing_and_doubles_nothing(rig: HistoryRig, flushed: bool) -> None:
    for number in range(50):
        rig.put(NOW_MS + number * MINUTE_MS, temp=f"{number}", info=f"message {number}")
    rig.step()
    if flushed:
        rig.history.flush()  # and killed before the outbox hears of it
    rig.die()
    rig.open()
    assert list(rig.values("temp").values()) == [f"{number}" for number in range(50)]
    messages = rig.history.messages(1 << 50, None, ("info",), 1000)
    assert [each.text for each in messages] == [f"message {n}" for n in reversed(range(50))]
    assert rig.history.fresh_bytes == 0


def test_late_values_find_their_place(rig: HistoryRig) -> None:
    for number in (5, 3, 9):
        rig.put(NOW_MS + number * HOUR_MS, temp=f"{number}")
    rig.step()
    rig.feed._flush()
    for number in (4, 1, 7):
        rig.put(NOW_MS + number * HOUR_MS + 1, temp=f"{number}")
    rig.put(NOW_MS + 5 * HOUR_MS + 1, temp="beside 5")
    rig.step()
    for _ in range(2):
        assert list(rig.values("temp").values()) == ["1", "3", "4", "5", "beside 5", "7", "9"]
        rig.feed._flush()
    series = rig.history.find("dev", "temp")
    assert series is not None
    assert series.last_text == "9"


def test_a_reading_without_time_has_no_place_in_it(rig: HistoryRig) -> None:
    rig.clock.offset = -rig.clock.ticks
    rig.outbox.append([])
    rig.put(NOW_MS, temp="1")
    rig.step()
    assert list(rig.values("temp").values()) == ["1"]


@pytest.mark.parametrize("flushed", [False, True])
def test_what_is_kept_is_known_again(rig: HistoryRig, flushed: bool) -> None:
    rig.put(NOW_MS, temp="1.0", rh="2", info="up")
    rig.put(NOW_MS + 1, temp="3")
    rig.step()
    if flushed:
        rig.feed._flush()
    has = rig.history.has
    assert has("dev", NOW_MS, (("temp", "1.0"), ("rh", "2"), ("info", "up")))
    assert has("dev", NOW_MS, (("rh", "2"), ("temp", "1.0")))
    assert not has("dev", NOW_MS, (("temp", "1.00"),))
    assert not has("other", NOW_MS, (("temp", "1.0"),))
    assert not has("dev", NOW_MS + 2, (("temp", "1.0"),))
    assert not has("dev", NOW_MS, (("temp", "1.0"), ("new", "1")))
    assert not has("dev", NOW_MS, (("temp", "1.0"), ("info", "down")))


def test_C3_one_that_was_moved_on_by_a_millisecond_is_known_too(rig: HistoryRig) -> None:
    rig.put(NOW_MS, temp="1")
    rig.put(NOW_MS, temp="2")
    rig.put(NOW_MS, temp="3")
    rig.step()
    assert rig.values("temp") == {NOW_MS: "1", NOW_MS + 1: "2", NOW_MS + 2: "3"}
    for text, known in (("1", True), ("2", True), ("3", True), ("4", False)):
        assert rig.history.has("dev", NOW_MS, (("temp", text),)) is known


def test_what_is_too_old_goes(tmp_path: Path) -> None:
    rig = HistoryRig(tmp_path, max_age_ms=10 * DAY_MS)
    for day in range(30):
        rig.put(NOW_MS - day * DAY_MS, temp=f"{day}", info=f"{day}")
    rig.step()
    rig.feed._flush()
    rig.pass_ms(HOUR_MS)
    assert sorted(map(int, rig.values("temp").values())) == list(range(10))
    assert len(rig.history.messages(1 << 50, None, ("info",), 1000)) == 10
    assert rig.feed.first_ms == (NOW_MS - 9 * DAY_MS) // HOUR_MS * HOUR_MS
    rig.close()


def test_D2_of_too_much_the_oldest_goes(tmp_path: Path) -> None:
    rig = HistoryRig(tmp_path, max_bytes=200_000)
    chance = Random(1)
    for hour in range(300):
        text = f"{hour:03d} " + "".join(chance.choices("0123456789abcdef", k=2000))
        rig.put(NOW_MS - (300 - hour) * HOUR_MS, text=text)
        if hour % 20 == 0:
            rig.step()
            rig.feed._flush()
    rig.step()
    rig.feed._flush()
    rig.pass_ms(HOUR_MS)
    kept = [int(text[:3]) for text in rig.values("text").values()]
    assert kept == list(range(kept[0], 300))
    assert 50 < len(kept) < 200
    assert rig.history.file is not None
    assert rig.history.file.used_bytes() <= 200_000
    rig.close()


def test_D5_a_damaged_file_is_set_aside_and_a_new_one_begins(rig: HistoryRig) -> None:
    rig.put(NOW_MS, temp="1")
    rig.close()
    content = bytearray(rig.path.read_bytes())
    content[:] = b"\x55" * len(content)
    rig.path.write_bytes(bytes(content))
    rig.open()
    rig.put(NOW_MS + 1, temp="2")
    rig.pass_ms(history_feed._FLUSH_MS)
    assert list(rig.values("temp").values()) == ["2"]
    assert (rig.directory / "history.db.corrupt-1").read_bytes() == bytes(content)
    assert any("is damaged" in line and "corrupt-1" in line for line in rig.told)


def test_D5_damage_that_is_met_later_ends_the_same(rig: HistoryRig) -> None:
    for number in range(500):
        rig.put(NOW_MS + number * HOUR_MS, temp=f"{number}")
    rig.step()
    rig.feed._flush()
    assert rig.history.file is not None
    rig.history.file.checkpoint(0)
    content = bytearray(rig.path.read_bytes())
    middle = len(content) // 2048 * 1024
    content[middle : middle + 4096] = b"\x55" * 4096
    rig.path.write_bytes(bytes(content))
    with pytest.raises(sqlite3.DatabaseError):
        rig.values("temp")
    rig.put(NOW_MS + 500 * HOUR_MS, temp="more")
    rig.step()
    for _ in range(2):
        values = list(rig.values("temp").values())
        assert values[-1] == "more"
        assert values[:-1] == [f"{number}" for number in range(500) if f"{number}" in values]
        assert len(values) > 100
        rig.feed._flush()
    assert rig.feed.trouble == ""
    assert (rig.directory / "history.db.corrupt-1").exists()
    assert rig.told[-1].split(": ")[1].split()[0] == f"{len(values) - 1}"


def test_D1_a_disk_that_takes_nothing_costs_no_value(
    rig: HistoryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_feed, "_MOST_BYTES", 2000)

    def full(*_: object) -> None:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorname = "SQLITE_FULL"
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(HistoryFile, "put", full)
        for number in range(100):
            rig.put(NOW_MS + number * MINUTE_MS, temp=f"{number}")
            rig.pass_ms(MINUTE_MS)
        assert rig.feed.trouble
        assert rig.history.fresh_bytes < 2500
        assert len(rig.heard) == 100  # dashboards see it all the same
    rig.pass_ms(history_feed._RETRY_MS)
    rig.pass_ms(history_feed._RETRY_MS)
    assert rig.feed.trouble == ""
    assert list(rig.values("temp").values()) == [f"{number}" for number in range(100)]
    assert rig.told[-1].endswith("the history is kept again")
    assert len([line for line in rig.told if "waits in the outbox" in line]) == 1


def test_P6_a_newer_file_is_left_as_it_is(rig: HistoryRig) -> None:
    rig.close()
    with sqlite3.connect(rig.path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    before = rig.path.read_bytes()
    rig.open()
    assert "install the newer" in rig.feed.trouble
    rig.put(NOW_MS, temp="1")
    rig.step()
    assert list(rig.values("temp").values()) == ["1"]
    rig.close()
    assert rig.path.read_bytes() == before
    with sqlite3.connect(rig.path) as connection:
        connection.execute("PRAGMA user_version = 1")
    connection.close()
    rig.open()


def test_X8_more_fields_than_can_be_kept_are_counted(
    rig: HistoryRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.gateway.history.MOST_SERIES", 10)
    for number in range(15):
        rig.put(NOW_MS, **{f"field-{number}": "1"})
    rig.step()
    assert len(rig.history.all_series()) == 10
    assert rig.history.refused_series == 5


def test_a_long_text_is_kept_whole(rig: HistoryRig) -> None:
    text = "å" * 30_000
    rig.put(NOW_MS, blob=text)
    rig.close()
    rig.open()
    series = rig.history.find("dev", "blob")
    assert series is not None
    assert series.last_text is None
    assert rig.history.last_text(series) == text


def test_X4_the_file_is_its_users_alone(rig: HistoryRig) -> None:
    assert rig.path.stat().st_mode & 0o777 == 0o600
