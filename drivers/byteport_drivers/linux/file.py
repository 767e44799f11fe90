"""A file whose whole content is a value, which any program or script keeps up to date.

Whoever writes it should write another file and rename it. A file that is empty, or changes while
it is read, is half written and gives NotReady. Witness: stat(2) and write(2) on real files.
"""

import os
import time

from byteport.errors import BadReading, ChipNotFound, NotReady

MOST_BYTES = 65536


class File:
    """A number, or a text, in a file; older than ``max_age_s`` it is refused."""

    BUS = "file"
    CHANNELS: tuple[tuple[str, str, int], ...] = (("value", "", 3),)

    def __init__(
        self,
        path: str,
        *,
        name: str = "value",
        unit: str = "",
        decimals: int = 3,
        max_age_s: float | None = None,
        root: str = "",
    ) -> None:
        self._path = root + path
        self._max_age_s = max_age_s
        self.CHANNELS = ((name, unit, decimals),)
        if os.path.exists(self._path) and not os.path.isfile(self._path):
            raise ChipNotFound(f"{self._path} is no file: name the file itself")
        if not os.path.isfile(self._path):
            raise ChipNotFound(f"file {self._path} is not there: which program writes it?")

    def start(self) -> int:
        """Return 0: the value is in the file."""
        return 0

    def read(self) -> tuple[float | str]:
        """Return what the file holds now: a float where it is a number, else its text."""
        return (value_of(read_whole(self._path, self._max_age_s)),)


def read_whole(path: str, max_age_s: float | None = None) -> str:
    """Return a file's UTF-8 text without white space around it, if nobody wrote it meanwhile."""
    try:
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            content = file.read(MOST_BYTES + 1)
            after = os.fstat(file.fileno())
    except FileNotFoundError:
        raise NotReady(f"file {path} is gone: which program writes it?") from None
    except OSError as error:
        raise BadReading(f"file {path} cannot be read: {error.strerror}") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise NotReady(f"file {path} is being written: write another one and rename it")
    if len(content) > MOST_BYTES:
        raise BadReading(f"file {path} is longer than {MOST_BYTES} bytes")
    if max_age_s is not None and time.time() - after.st_mtime > max_age_s:
        age_s = round(time.time() - after.st_mtime)
        raise NotReady(f"file {path} is {age_s} s old: has its program stopped?")
    return _text(content, path)


def value_of(text: str) -> float | str:
    """Return a finite number as a float, any other text as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    return number if number - number == 0 and "_" not in text else text


def _text(content: bytes, path: str) -> str:
    try:
        text = content.decode().strip()
    except UnicodeDecodeError:
        raise BadReading(f"file {path} is no UTF-8 text") from None
    if not text:
        raise NotReady(f"file {path} is empty: is it being written?")
    return text
