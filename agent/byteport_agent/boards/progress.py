"""A progress bar on a terminal, or nothing where the output is no terminal."""

import shutil
import sys
from types import TracebackType

from byteport_agent.printable import clipped, padded

_BAR = 30


class Progress:
    """How much of a number of bytes is done."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._shows = sys.stdout.isatty()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._shows and self._done:
            sys.stdout.write("\n")

    def add(self, name: str, count: int) -> None:
        """Show that so many bytes more are done, of a file of this name."""
        self._done += count
        if self._shows:
            columns = shutil.get_terminal_size().columns
            text = clipped(f"{self.bar()} {name}", columns - 1)
            sys.stdout.write(f"\r{padded(text, columns - 1)}")
            sys.stdout.flush()

    def bar(self) -> str:
        """Return the bar with its percentage."""
        share = min(self._done / self._total, 1)
        filled = int(share * _BAR)
        return f"[{'#' * filled}{'.' * (_BAR - filled)}] {share:4.0%}"
