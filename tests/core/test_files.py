"""Files, directories and objects as fields."""

import binascii
import os

from byteport import files
from byteport.compat_compression import stored
from byteport.errors import InvalidName, InvalidValue, RateLimited, Rejected, Unreachable
from byteport.files import DirectoryWatch, encode_object, read_directory, read_text, watch_directory
from portable import raises

FOLDER = os.getenv("BYTEPORT_TEST_FOLDER")


def folder(**files):
    """Return a new directory that holds these files, their names' _DOT_ read as a dot."""
    number = 0
    path = ""
    while not path:
        number += 1
        try:
            os.mkdir(f"{FOLDER}/{number}")
            path = f"{FOLDER}/{number}"
        except OSError:
            pass  # of another run
    for name in files:
        write(path, name.replace("_DOT_", "."), files[name])
    return path


def write(path, name, content):
    with open(path + "/" + name, "wb") as file:
        file.write(content)


def remove(path):
    for name in os.listdir(path):
        os.remove(path + "/" + name)
    os.rmdir(path)


class Store:
    """A client that notes what it is given, or fails as told."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = []

    def store(self, fields, timestamp, device):
        self.calls.append(fields)
        if self.failures:
            failure = self.failures.pop(0)
            if failure is not None:
                raise failure


def test_text_is_read_whole():
    path = folder(note="row 1\nrow åäö\n".encode())
    assert read_text(path + "/note") == "row 1\nrow åäö\n"
    remove(path)


def test_S8_what_is_no_text():
    path = folder(note=b"\xff\xfe\x00")
    assert "is not UTF-8 text" in str(raises(InvalidValue, read_text, path + "/note"))
    remove(path)
    raises(OSError, read_text, path + "/note")


def test_a_directory_is_a_set_of_fields():
    path = folder(temperature=b"21.5", humidity=b"50", _DOT_hidden=b"half writ")
    os.mkdir(path + "/sub")
    assert read_directory(path) == {"temperature": "21.5", "humidity": "50"}
    assert read_directory(path + "/") == {"temperature": "21.5", "humidity": "50"}
    os.rmdir(path + "/sub")
    remove(path)
    raises(OSError, read_directory, path)


class Listing:
    """os, whose listings still have a file that is gone."""

    stat = os.stat

    def listdir(self, path):
        return os.listdir(path) + ["pressure"]  # noqa: RUF005 (MicroPython)


def test_who_wants_to_hear_of_files_left_out_gets_the_others():
    path = folder(temperature=b"21.5", a_DOT_b=b"1", raw=b"\xff")
    heard = []
    found = read_directory(path, lambda name, error: heard.append((name, type(error))))
    assert found == {"temperature": "21.5"}
    assert heard == [("a.b", InvalidName), ("raw", InvalidValue)]
    assert DirectoryWatch(path, lambda name, error: None).changed() == {"temperature": "21.5"}
    remove(path)


def test_S8_a_file_that_vanished_meanwhile_is_no_fault():
    path = folder(temperature=b"21.5", humidity=b"50")
    files.os = Listing()
    try:
        assert read_directory(path) == {"temperature": "21.5", "humidity": "50"}
    finally:
        files.os = os
    remove(path)


def test_a_file_name_that_is_no_field_name():
    path = folder(temperature=b"21.5", old_DOT_txt=b"")
    assert "file name 'old.txt' has '.'" in str(raises(InvalidName, read_directory, path))
    remove(path)


def test_what_changed():
    path = folder(temperature=b"21.5", humidity=b"50")
    watch = DirectoryWatch(path)
    assert watch.changed() == {"temperature": "21.5", "humidity": "50"}
    assert watch.changed() == {"temperature": "21.5", "humidity": "50"}
    watch.stored(watch.changed())
    assert watch.changed() == {}
    write(path, "temperature", b"22.0")
    write(path, "pressure", b"1013")
    assert watch.changed() == {"temperature": "22.0", "pressure": "1013"}
    watch.stored(watch.changed())
    os.remove(path + "/pressure")
    assert watch.changed() == {}
    write(path, "pressure", b"1013")
    assert watch.changed() == {"pressure": "1013"}
    remove(path)


def test_watching_sends_once():
    path = folder(temperature=b"21.5")
    client = Store()
    watch_directory(client, path, 0, rounds=3)
    assert client.calls == [{"temperature": "21.5"}]
    remove(path)


def test_watching_sends_again_what_was_not_stored():
    path = folder(temperature=b"21.5")
    client = Store(Unreachable("down"), RateLimited("slow", 429))
    watch_directory(client, path, 0, rounds=5)
    assert client.calls == [{"temperature": "21.5"}] * 3
    raises(Rejected, watch_directory, Store(Rejected("no", 406)), path, 0, rounds=1)
    remove(path)


def test_objects():
    assert encode_object(b"hello world") == "aGVsbG8gd29ybGQ="
    assert encode_object(b"") == ""
    long = bytes(range(256)) * 4
    assert binascii.a2b_base64(encode_object(long)) == long
    assert "\n" not in encode_object(long)


def test_gzip_is_a_zlib_stream():
    data = b"abc 123\n" * 200
    packed = binascii.a2b_base64(encode_object(data, "gzip"))
    assert packed[0] & 15 == 8  # RFC 1950: deflate
    assert (packed[0] * 256 + packed[1]) % 31 == 0
    assert unpack(packed) == data


def test_stored_blocks_are_a_zlib_stream_too():
    for size in (0, 1, 65535, 65536, 70000):
        data = bytes(range(7)) * (size // 7) + b"x" * (size % 7)
        packed = stored(data)
        assert unpack(packed) == data
        assert len(packed) == size + 6 + 5 * max(1, (size + 65534) // 65535)


def unpack(data):
    try:
        import zlib

        return zlib.decompress(data)
    except ImportError:
        import io

        import deflate

        return deflate.DeflateIO(io.BytesIO(data), deflate.ZLIB).read()


def test_unknown_compression():
    error = str(raises(InvalidValue, encode_object, b"x", "rar"))
    assert "'rar'" in error
    assert "None, gzip or bzip2" in error
