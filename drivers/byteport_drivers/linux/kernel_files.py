"""Small files in which the kernel or a program shows values: read from the start each time.

Every failure is a typed error that names the file; an empty file is one too, as the kernel gives
that for a measurement that failed.
"""

import errno
import os
from re import fullmatch

from byteport.errors import BadReading, ChipNotFound

_MOST_BYTES = 4096  # a page, the most that sysfs gives


def read_text(path: str, sensor: str) -> str:
    """Return a file's text without the newline at its end."""
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _failure(error, path, sensor) from None
    if not content.strip(b"\0 \n"):
        raise BadReading(f"{sensor}: {path} is empty: the measurement failed, check the wiring")
    if len(content) > _MOST_BYTES:
        raise BadReading(f"{sensor}: {path} is longer than {_MOST_BYTES} bytes")
    return content.decode("latin-1").rstrip("\n")


def read_number(path: str, sensor: str) -> float:
    """Return the one number in a file."""
    text = read_text(path, sensor).strip()
    if not fullmatch(r"[+-]?\d{1,19}(\.\d{1,19})?([eE][+-]?\d{1,2})?", text):
        raise BadReading(f"{sensor}: {path} holds no number: {text[:40]!r}")
    return float(text)


def optional_text(path: str) -> str:
    """Return a file's text, empty where there is none."""
    try:
        with open(path, encoding="latin-1") as file:
            return file.read(_MOST_BYTES).strip("\0 \n")
    except OSError:
        return ""


def entries(directory: str) -> list[str]:
    """Return the names in a directory in the order of their numbers; none where it is missing."""
    try:
        names = os.listdir(directory)
    except OSError:
        return []
    return sorted(names, key=lambda name: (len(name), name))


def _failure(error: OSError, path: str, sensor: str) -> Exception:
    if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ENODEV, errno.ENXIO):
        return ChipNotFound(f"{sensor}: {path} is gone: was the sensor unplugged?")
    if error.errno in (errno.EACCES, errno.EPERM):
        return BadReading(f"{sensor}: no permission to read {path}")
    words = error.strerror or error
    return BadReading(f"{sensor}: {path} cannot be read: {words} (errno {error.errno})")
