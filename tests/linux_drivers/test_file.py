"""The file and directory drivers on real files, half-written ones included."""

import os
import time
from pathlib import Path

import pytest

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport.files import read_directory
from byteport_drivers.linux import file
from byteport_drivers.linux.directory import Directory
from byteport_drivers.linux.file import File, value_of


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("21.5\n", 21.5),
        ("-3", -3.0),
        (" 1e3 ", 1000.0),
        ("0", 0.0),
        ("door open\n", "door open"),
        ("å 21 °C", "å 21 °C"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("1_000", "1_000"),
        ("1,5", "1,5"),
        ("0x10", "0x10"),
        ("a\nb\n", "a\nb"),
    ],
)
def test_a_number_is_a_number_and_all_else_text(tmp_path: Path, content: str, value) -> None:
    path = tmp_path / "tank"
    path.write_text(content)
    driver = File(str(path))
    assert driver.start() == 0
    assert driver.read() == (value,)
    assert type(driver.read()[0]) is type(value)


def test_a_channel_has_the_name_and_unit_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("1")
    driver = File("/x", name="level", unit="mm", decimals=0, root=str(tmp_path))
    assert driver.CHANNELS == (("level", "mm", 0),)
    assert File.CHANNELS == (("value", "", 3),)


def test_a_new_value_is_read_each_time(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("1")
    driver = File(str(path))
    for value in (1, 2, 3):
        path.write_text(str(value))
        assert driver.read() == (value,)


def test_a_missing_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ChipNotFound, match="is not there: which program writes it"):
        File(str(tmp_path / "x"))
    with pytest.raises(ChipNotFound):
        File(str(tmp_path))


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        (b"", NotReady, "is empty: is it being written"),
        (b" \n", NotReady, "is empty"),
        (b"\xff\xfe", BadReading, "is no UTF-8 text"),
        (b"1" * 65537, BadReading, "longer than 65536"),
    ],
)
def test_S8_what_must_not_be_used(tmp_path: Path, content: bytes, kind, words: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"7")
    driver = File(str(path))
    path.write_bytes(content)
    with pytest.raises(kind, match=words):
        driver.read()
    path.write_bytes(b"8")
    assert driver.read() == (8.0,)


def test_S8_a_file_that_is_gone_or_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("1")
    driver = File(str(path))
    path.unlink()
    with pytest.raises(NotReady, match="is gone"):
        driver.read()
    path.symlink_to("/proc/self/mem")
    with pytest.raises(BadReading, match="Input/output error"):
        driver.read()


def test_S8_a_file_that_changes_while_it_is_read(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "x"
    path.write_text("12")
    driver = File(str(path))
    fstat, calls = os.fstat, []

    def writing(fd: int) -> os.stat_result:
        calls.append(fd)
        if len(calls) == 2:
            path.write_text("12345")
        return fstat(fd)

    monkeypatch.setattr(file.os, "fstat", writing)
    with pytest.raises(NotReady, match="is being written"):
        driver.read()
    assert driver.read() == (12345.0,)


def test_an_old_file_is_refused_where_an_age_is_given(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("1")
    driver = File(str(path), max_age_s=60)
    assert driver.read() == (1.0,)
    os.utime(path, (0, time.time() - 100))
    with pytest.raises(NotReady, match=r"is 1\d\d s old: has its program stopped"):
        driver.read()
    assert File(str(path)).read() == (1.0,)


def test_value_of_a_long_number() -> None:
    assert value_of("9" * 400) == "9" * 400  # too large for a float


# A directory


def fields(driver: Directory) -> dict[str, object]:
    driver.start()
    names = [channel[0] for channel in driver.CHANNELS]
    return dict(zip(names, driver.read(), strict=True))


def test_each_file_is_a_field(tmp_path: Path) -> None:
    (tmp_path / "temp").write_text("21.5\n")
    (tmp_path / "info").write_text("up")
    (tmp_path / ".temp.new").write_text("2")
    (tmp_path / "not a field").write_text("3")
    (tmp_path / "below").mkdir()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    driver = Directory(str(tmp_path))
    assert fields(driver) == {"info": "up", "temp": 21.5}
    (tmp_path / "temp").unlink()
    (tmp_path / "more").write_text("4")
    assert fields(driver) == {"info": "up", "more": 4.0}


def test_the_core_reads_the_same_files(tmp_path: Path) -> None:
    for name, text in {"aa": "text", "b_2": "9", "c-d": "x y"}.items():
        (tmp_path / name).write_text(text)
    core = read_directory(str(tmp_path))
    assert {name: value_of(text) for name, text in core.items()} == fields(Directory(str(tmp_path)))


def test_a_directory_that_is_not_there_or_empty(tmp_path: Path) -> None:
    with pytest.raises(ChipNotFound, match="is not there: create it"):
        Directory(str(tmp_path / "x"))
    driver = Directory(str(tmp_path))
    driver.start()
    with pytest.raises(NotReady, match="holds no file"):
        driver.read()
    tmp_path.rmdir()
    with pytest.raises(BadReading, match="No such file"):
        driver.start()
    tmp_path.mkdir()


def test_S8_a_file_that_vanishes_or_is_half_written(tmp_path: Path) -> None:
    (tmp_path / "aa").write_text("1")
    (tmp_path / "bb").write_text("2")
    driver = Directory(str(tmp_path))
    driver.start()
    (tmp_path / "bb").unlink()
    with pytest.raises(NotReady, match="bb is gone"):
        driver.read()
    (tmp_path / "cc").write_text("")
    driver.start()
    with pytest.raises(NotReady, match="cc is empty"):
        driver.read()
    (tmp_path / "cc").write_text("3")
    assert fields(driver) == {"aa": 1.0, "cc": 3.0}


def test_S8_a_directory_of_too_many_files(tmp_path: Path) -> None:
    for number in range(1001):
        (tmp_path / f"f{number}").touch()
    with pytest.raises(BadReading, match="more than 1000 files"):
        Directory(str(tmp_path)).start()


def test_the_wrong_kind_of_thing_is_named(tmp_path: Path) -> None:
    (tmp_path / "level").write_text("5")
    with pytest.raises(ChipNotFound, match="is no file: name the file itself"):
        File(str(tmp_path))
    with pytest.raises(ChipNotFound, match="is no directory"):
        Directory(str(tmp_path / "level"))
