"""Files and directories as readings: text as a field's value, binary data as base64.

A directory of small text files is a set of readings: a file's name is the field, its content the
value. Whoever writes such files should write a hidden one and rename it: none is then seen
half-written. Source: Byteport API document v1.6, "objects"; "gzip" there is a zlib stream.
"""

import binascii
import os
from errno import ENOENT

from byteport.compat import const, sleep_ms
from byteport.errors import InvalidData, InvalidValue, RateLimited, Unreachable
from byteport.names import check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from byteport.client import Client

    Skipped = Callable[[str, Exception], None]

_FILE_TYPE = const(0xF000)
_REGULAR_FILE = const(0x8000)


def store_file(
    client: "Client", field: str, path: str, timestamp: "Any" = None, device: "str | None" = None
) -> None:
    """See Client.store_file."""
    client.store({field: read_text(path)}, timestamp, device)


def store_object(
    client: "Client",
    field: str,
    data: bytes,
    compression: "str | None" = None,
    timestamp: "Any" = None,
    device: "str | None" = None,
) -> None:
    """See Client.store_object."""
    client.store({field: encode_object(data, compression)}, timestamp, device)


def store_directory(
    client: "Client", path: str, timestamp: "Any" = None, device: "str | None" = None
) -> None:
    """See Client.store_directory."""
    client.store(read_directory(path), timestamp, device)


def watch_directory(
    client: "Client",
    path: str,
    interval: float,
    timestamp: "Any" = None,
    device: "str | None" = None,
    rounds: "int | None" = None,
) -> None:
    """Store the files that appear or change, every ``interval`` seconds, for a number of rounds.

    What could not be sent for now is sent with the next round; a Refused or Rejected record raises,
    as only the caller can mend it.
    """
    watch = DirectoryWatch(path)
    while rounds is None or rounds > 0:
        changed = watch.changed()
        if changed:
            try:
                client.store(changed, timestamp, device)
                watch.stored(changed)
            except (Unreachable, RateLimited):
                pass  # not noted as stored, so it counts as changed in the next round
        if rounds is not None:
            rounds -= 1
        if rounds != 0:
            sleep_ms(int(interval * 1000))


class DirectoryWatch:
    """Tells which files of a directory appeared or changed since they were last stored.

    ``skipped`` is that of `read_directory`.
    """

    def __init__(self, path: str, skipped: "Skipped | None" = None) -> None:
        self._path = path
        self._skipped = skipped
        self._stored: "dict[str, str]" = {}

    def changed(self) -> "dict[str, str]":
        """Return the fields whose content is not the one that was stored last."""
        fields = read_directory(self._path, self._skipped)
        for name in list(self._stored):
            if name not in fields:
                del self._stored[name]  # when it comes back it has appeared
        return {name: fields[name] for name in fields if self._stored.get(name) != fields[name]}

    def stored(self, fields: "dict[str, str]") -> None:
        """Take note that these were stored."""
        self._stored.update(fields)


def read_text(path: str) -> str:
    """Return a file's content; raise InvalidValue where it is not UTF-8, OSError as open()."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        return content.decode()
    except UnicodeError:
        pass
    raise InvalidValue(f"{path} is not UTF-8 text: store it as an object")


def read_directory(path: str, skipped: "Skipped | None" = None) -> "dict[str, str]":
    """Return name and content of a directory's files, hidden files and directories left out.

    Raises InvalidName or InvalidValue for a file that cannot be stored and OSError for one that
    cannot be read, unless ``skipped(name, error)`` is there to hear of it; OSError for no
    directory.
    """
    fields = {}
    for name in sorted(os.listdir(path)):
        file = f"{path.rstrip('/')}/{name}"
        try:
            if name[0] != "." and os.stat(file)[0] & 0xF000 == _REGULAR_FILE:
                fields[check(name, "file")] = read_text(file)
        except (InvalidData, OSError) as error:
            if isinstance(error, OSError) and error.errno == ENOENT:
                continue  # one that vanished meanwhile is no fault
            if skipped is None:
                raise
            skipped(name, error)
    return fields


def encode_object(data: bytes, compression: "str | None" = None) -> str:
    """Return binary data as base64 text, compressed first if wanted.

    ``gzip`` is a zlib stream (RFC 1950), as in the reference client and the service; ``bzip2``
    exists on CPython alone. Raises InvalidValue for a compression that this interpreter lacks.
    """
    return binascii.b2a_base64(_compress(data, compression)).decode().rstrip("\n")


def _compress(data: bytes, compression: "str | None") -> bytes:
    if compression is None:
        return data
    try:
        if compression == "gzip":
            from byteport.compat_compression import zlib_compress

            return zlib_compress(data)
        if compression == "bzip2":
            import bz2

            return bz2.compress(data)
    except ImportError:
        pass
    raise InvalidValue(f"compression {compression!r} is not available here: None, gzip or bzip2")
