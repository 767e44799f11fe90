"""What a boot leaves for the next: counts and errors, in a file that may be anything."""

import os

from byteport.boot_log import BootLog
from outbox_folder import new_folder

SECRETS = ["f00b4r", "", "s3cret"]


def new_path():
    folder = new_folder()
    os.mkdir(folder)
    return folder + "/boots.txt"


def boot(path, configuration=7):
    return BootLog(path, configuration, SECRETS)


def test_ten_bad_boots_are_enough():
    path = new_path()
    assert [boot(path).begin() for _ in range(12)] == [False] * 10 + [True] * 2
    boot(path).good()
    assert not boot(path).begin()


def test_another_configuration_begins_anew():
    path = new_path()
    for _ in range(12):
        boot(path).begin()
    log = boot(path, 8)
    assert not log.begin()
    assert log.bad == 1


def test_a_good_boot_is_written_once():
    path = new_path()
    log = boot(path)
    log.begin()
    log.good()
    os.remove(path)
    log.good()
    assert "boots.txt" not in os.listdir(path[:-10])


def test_the_last_five_errors_are_kept_short_and_in_one_line():
    path = new_path()
    for number in range(8):
        log = boot(path)
        log.add(f"error {number}\n" + "x" * 500)
    errors = boot(path).errors
    assert [error[:9] for error in errors] == [f"error {n} x" for n in range(3, 8)]
    assert max([len(error) for error in errors]) == 200
    boot(path).told()
    assert boot(path).errors == []


def test_no_secret_gets_into_it():
    path = new_path()
    boot(path).add("KeyError('f00b4r', 's3cret')")
    assert boot(path).errors == ["KeyError('***', '***')"]


def test_whatever_is_in_the_file():
    path = new_path()
    for content in (b"", b"\n", b"x", b"3", b"3 7 1", b"\xff\xfe", b"a 7", bytes(300)):
        with open(path, "wb") as file:
            file.write(content)
        log = boot(path)
        assert log.bad == 0
        assert not log.begin()
        assert boot(path).bad == 1


def test_a_file_system_that_takes_nothing():
    log = boot("/no/such/folder/boots.txt")
    assert not log.begin()
    log.add("error")
    log.good()
