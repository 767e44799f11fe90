"""D5: whatever bytes of the file are wrong, it opens, true rows are saved and none is changed.

More seeds: OUTBOX_SEEDS=1000.
"""

import json
import os
import random
import re
import shutil
import time
from pathlib import Path

import pytest
from outbox_rig import SetClock, reading, value_of

from byteport_agent.outbox import Entry, FileOps, Limits, Outbox
from byteport_agent.outbox.schema import PAGE_SIZE

SEEDS = int(os.environ.get("OUTBOX_SEEDS", "40"))
ROWS = 400
CELL_HEAD = 36  # bytes of a row before its fields, at most
FILES = ("outbox.db", "outbox.db-wal")
ACKS = "outbox.db.acks"


def open_outbox(folder: Path, told: list[str]) -> Outbox:
    return Outbox(str(folder / FILES[0]), ["one", "two"], SetClock(), told.append)


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a killed agent leaves: half of the rows in the file, half in its WAL only."""
    folder = tmp_path_factory.mktemp("killed")
    limits = Limits(max_wal_bytes=0)
    outbox = Outbox(str(folder / FILES[0]), ["one", "two"], SetClock(), print, limits)
    for number in range(ROWS):
        long = {"text": "x" * 900} if number % 50 == 7 else {}
        outbox.append([reading(number, number, **long)])
        if number == ROWS // 2:
            assert outbox.sync()
    outbox.acknowledge("one", 100)
    kept = tmp_path_factory.mktemp("kept")
    for name in (*FILES, ACKS):
        shutil.copy(folder / name, kept / name)
    outbox.close()
    return kept


def copy_of(killed: Path, folder: Path) -> tuple[bytearray, bytearray]:
    for name in (*FILES, ACKS):
        shutil.copy(killed / name, folder / name)
    return bytearray((folder / FILES[0]).read_bytes()), bytearray((folder / FILES[1]).read_bytes())


def write(folder: Path, contents: tuple[bytearray, bytearray]) -> None:
    for name, content in zip(FILES, contents, strict=True):
        (folder / name).write_bytes(content)


def numbers_of(entries: list[Entry]) -> list[int]:
    numbers = []
    for entry in entries:
        plain = entry._replace(fields=entry.fields[:2])
        assert all(value == "x" * 900 for _, value in entry.fields[2:])
        numbers.append(value_of(plain))
        assert entry.id == numbers[-1] + 1 or numbers[-1] == ROWS  # the reading made after it all
    return numbers


def check(folder: Path, damaged_rows: int = ROWS) -> tuple[set[int], list[str]]:
    """Open the damaged file: rows are in order, none is changed, the rest are those damaged.

    Return the rows, and what was told.
    """
    told: list[str] = []
    outbox = open_outbox(folder, told)
    assert outbox.trouble == ""
    numbers = numbers_of(outbox.batch("two", 10_000))
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= ROWS - damaged_rows, told
    outbox.append([reading(ROWS, ROWS)])
    before = outbox.batch("two", 10_000)
    assert before[-1].fields == reading(ROWS).fields
    outbox.close()
    outbox = open_outbox(folder, told)
    assert outbox.batch("two", 10_000) == before
    outbox.close()
    return set(numbers), told


def test_a_killed_agents_files_are_whole(killed: Path, tmp_path: Path) -> None:
    copy_of(killed, tmp_path)
    outbox = open_outbox(tmp_path, [])
    assert numbers_of(outbox.batch("two", 10_000)) == list(range(ROWS))
    assert numbers_of(outbox.batch("one", 10_000)) == list(range(100, ROWS))
    outbox.close()


def overwrite(chance: random.Random, content: bytearray) -> None:
    """Damage a file in one of the ways in which disks do."""
    size = chance.choice((1, 1, 4, 32, PAGE_SIZE, 4096))
    start = chance.randrange(max(len(content) - size, 1))
    if chance.random() < 0.1:
        start = chance.randrange(101)  # the headers are few bytes and matter most
    end, sector = start + size, start // PAGE_SIZE * PAGE_SIZE
    match chance.randrange(8):
        case 0:
            content[start] ^= 1 << chance.randrange(8)
        case 1:
            content[sector:end] = bytes(end - sector)
        case 2:
            content[sector:end] = b"\xff" * (end - sector)
        case 3:  # a sector that was written to another's place
            other = chance.randrange(len(content) // PAGE_SIZE) * PAGE_SIZE
            content[sector : sector + PAGE_SIZE] = content[other : other + PAGE_SIZE]
        case 4 if chance.random() < 0.3:
            del content[start:]
        case 5 if chance.random() < 0.3:
            content += chance.randbytes(size)
        case _:
            content[start:end] = chance.randbytes(size)


def places_of_rows(content: bytes) -> dict[int, list[slice]]:
    """Return where a file has the bytes of each row that lies on one page, old copies included."""
    places: dict[int, list[slice]] = {}
    for number in range(ROWS):
        fields = json.dumps(reading(number).fields, separators=(",", ":")).encode()
        for found in re.finditer(re.escape(fields), content):
            places.setdefault(number, []).append(slice(found.start() - CELL_HEAD, found.end()))
    return places


def rows_left(
    places: list[dict[int, list[slice]]], whole: list[bytes], contents: tuple[bytearray, ...]
) -> set[int]:
    """Return the rows of which some copy has the bytes that it had."""
    return {
        number
        for before, after, of_rows in zip(whole, contents, places, strict=True)
        for number, slices in of_rows.items()
        if any(before[place] == after[place] for place in slices)
    }


def test_the_rows_are_found_in_the_whole_files(killed: Path) -> None:
    contents = [(killed / name).read_bytes() for name in FILES]
    found = [places_of_rows(content) for content in contents]
    assert len(found[0]) == 197
    assert len(found[0] | found[1]) == ROWS - 8  # the long ones are on several pages


def test_D5_any_bytes_overwritten(killed: Path, tmp_path: Path) -> None:
    whole = [(killed / name).read_bytes() for name in FILES]
    places = [places_of_rows(content) for content in whole]
    intact_rows = saved_rows = 0
    slowest_s = 0.0
    for seed in range(SEEDS):
        chance, folder = random.Random(seed), tmp_path / str(seed)
        folder.mkdir()
        contents = copy_of(killed, folder)
        for _ in range(chance.choice((1, 1, 2, 5, 20))):
            overwrite(chance, chance.choices(contents, [len(content) for content in contents])[0])
        write(folder, contents)
        intact = rows_left(places, whole, contents)
        begun = time.process_time()
        numbers, told = check(folder)
        slowest_s = max(slowest_s, time.process_time() - begun)
        assert len(intact & numbers) >= 0.95 * len(intact), (seed, told, intact - numbers)
        intact_rows += len(intact)
        saved_rows += len(intact & numbers)
        shutil.rmtree(folder)
    print(f"{saved_rows} of {intact_rows} intact rows saved, in {slowest_s:.2f} s at most")


@pytest.mark.parametrize("index", [0, 1])
def test_D5_cut_off_anywhere(killed: Path, tmp_path: Path, index: int) -> None:
    whole = [(killed / name).read_bytes() for name in FILES]
    places = [places_of_rows(content) for content in whole]
    step = PAGE_SIZE if SEEDS >= 1000 else len(whole[index]) // (PAGE_SIZE * 12) * PAGE_SIZE
    for end in range(0, len(whole[index]), step):
        folder = tmp_path / str(end)
        folder.mkdir()
        contents = copy_of(killed, folder)
        del contents[index][end + end // step % 2 * 100 :]
        write(folder, contents)
        numbers, told = check(folder)
        assert rows_left(places, whole, contents) <= numbers, (end, told)


def test_D5_every_byte_of_the_file_header(killed: Path, tmp_path: Path) -> None:
    for position in range(0, 100, 4 if SEEDS < 1000 else 1):
        folder = tmp_path / str(position)
        folder.mkdir()
        contents = copy_of(killed, folder)
        contents[0][position] ^= 0xA5
        write(folder, contents)
        check(folder, 0)


def test_D5_the_old_file_is_kept_and_told_of(killed: Path, tmp_path: Path) -> None:
    contents = copy_of(killed, tmp_path)
    contents[0][:8] = b"no, none"
    contents[1].clear()
    write(tmp_path, contents)
    _, told = check(tmp_path, ROWS // 2)
    aside = tmp_path / "outbox.db.corrupt-1"
    assert aside.read_bytes()[:8] == b"no, none"
    assert len(told) == 1
    assert "201 readings saved" in told[0]
    assert str(aside) in told[0]
    again = bytearray((tmp_path / FILES[0]).read_bytes())
    again[:8] = b"no, none"
    (tmp_path / FILES[0]).write_bytes(again)
    check(tmp_path, ROWS)
    assert aside.read_bytes()[:8] == b"no, none"
    assert (tmp_path / "outbox.db.corrupt-2").exists()


def test_D5_a_wal_with_damage_in_its_middle_loses_one_row_only(
    killed: Path, tmp_path: Path
) -> None:
    contents = copy_of(killed, tmp_path)
    contents[1][32 + 30 * (24 + PAGE_SIZE) + 100] ^= 1
    write(tmp_path, contents)
    _, told = check(tmp_path, 4)
    assert any("readings saved from a damaged WAL" in line for line in told)


def test_D5_a_changed_reading_is_passed_over(killed: Path, tmp_path: Path) -> None:
    contents = copy_of(killed, tmp_path)
    position = contents[0].index(b'["temp","150"]')
    contents[0][position + 9] ^= 1  # a true digit, as far as SQLite can tell
    contents[1].clear()
    write(tmp_path, contents)
    outbox = open_outbox(tmp_path, [])
    assert numbers_of(outbox.batch("two", 10_000)) == [n for n in range(201) if n != 150]
    outbox.close()


@pytest.mark.parametrize("content", [b"", b"\0" * 4096, b"hello", os.urandom(5000)])
def test_D5_what_is_no_outbox(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILES[0]).write_bytes(content)
    told: list[str] = []
    outbox = open_outbox(tmp_path, told)
    outbox.append([reading(0)])
    assert numbers_of(outbox.batch("one")) == [0]
    outbox.close()
    if content:
        assert (tmp_path / "outbox.db.corrupt-1").read_bytes() == content


def test_D5_a_power_cut_while_it_is_set_aside(killed: Path, tmp_path: Path) -> None:
    for step in (1, 2, 3):
        folder = tmp_path / str(step)
        folder.mkdir()
        contents = copy_of(killed, folder)
        contents[0][PAGE_SIZE : 8 * PAGE_SIZE] = b"\xff" * (7 * PAGE_SIZE)
        contents[1].clear()
        contents[1].extend(b"no WAL")
        write(folder, contents)
        told: list[str] = []
        outbox = Outbox(
            str(folder / FILES[0]), ["one", "two"], SetClock(), told.append, ops=PowerOff(step)
        )
        assert "renaming" in outbox.trouble
        outbox.close()
        check(folder, ROWS // 2 + 40)


class PowerOff(FileOps):
    """Stops at the n-th rename."""

    def __init__(self, left: int) -> None:
        self.left = left

    def rename(self, old: str, new: str) -> None:
        self.left -= 1
        if self.left <= 0:
            raise OSError("no power while renaming")
        super().rename(old, new)
