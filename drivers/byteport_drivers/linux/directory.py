"""A directory of small files, each a field: the reference client's "dump a file in a directory".

A file's name is the field, its content the value. Hidden files, directories and names that
Byteport does not take are left out, so a program may write ".new" and rename it.
Witness: byteport.files.read_directory, which the reference's users know, on the same files.
"""

import os

from byteport.errors import BadReading, ChipNotFound, InvalidData, NotReady
from byteport.names import check
from byteport_drivers.linux.file import read_whole, value_of

_MOST_FILES = 1000


class Directory:
    """All files of a directory; CHANNELS are those that were there at `start`."""

    BUS = "file"
    CHANNELS: tuple[tuple[str, str, int], ...] = ()

    def __init__(
        self, path: str, *, decimals: int = 3, max_age_s: float | None = None, root: str = ""
    ) -> None:
        self._path = (root + path).rstrip("/") or "/"
        self._decimals = decimals
        self._max_age_s = max_age_s
        if os.path.exists(self._path) and not os.path.isdir(self._path):
            raise ChipNotFound(f"{self._path} is no directory: for one file there is driver file")
        if not os.path.isdir(self._path):
            raise ChipNotFound(f"directory {self._path} is not there: create it")

    def start(self) -> int:
        """List the files, and return 0."""
        self.CHANNELS = tuple((name, "", self._decimals) for name in self._names())
        return 0

    def read(self) -> tuple[float | str, ...]:
        """Return the content of each file that `start` listed."""
        if not self.CHANNELS:
            raise NotReady(f"directory {self._path} holds no file: which program writes there?")
        return tuple(
            value_of(read_whole(f"{self._path}/{name}", self._max_age_s))
            for name, _, _ in self.CHANNELS
        )

    def _names(self) -> list[str]:
        try:
            with os.scandir(self._path) as entries:
                names = sorted(entry.name for entry in entries if _wanted(entry))
        except OSError as error:
            raise BadReading(f"directory {self._path}: {error.strerror}") from None
        if len(names) > _MOST_FILES:
            raise BadReading(f"directory {self._path} holds more than {_MOST_FILES} files")
        return names


def _wanted(entry: "os.DirEntry[str]") -> bool:
    if entry.name.startswith("."):
        return False
    try:
        check(entry.name, "file")
        return entry.is_file()
    except (InvalidData, OSError):
        return False
