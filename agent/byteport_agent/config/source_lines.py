"""On which line each key of a TOML text stands, which tomllib does not tell.

The text has passed tomllib, so this reads only as much of TOML as it takes to find keys.
"""

import re
from bisect import bisect_left
from tomllib import loads

from byteport_agent.config.problems import KeyPath

_SPACE = re.compile(r"(?:\s|#[^\n]*)*")
_BLANKS = re.compile(r"[ \t]*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_SIMPLE_VALUE = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}' + r"|'''.*?''''{0,2}"
    r'|"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'|[^\s,\]}#\[{\"'][^,\]}#\n]*",
    re.DOTALL,
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Return the line of each key and table; of a text that cannot be followed, up to there."""
    scanner = _Scanner(text)
    try:
        scanner.scan()
    except (ValueError, RecursionError):
        pass  # a message without a line is better than none
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._at = 0
        self._ends = [at for at, char in enumerate(text) if char == "\n"]
        self._counts: dict[KeyPath, int] = {}  # of the tables in each array of tables

    def scan(self) -> None:
        table: KeyPath = ()
        self._take(_SPACE)
        while self._at < len(self._text):
            if self._text[self._at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._take(_SPACE)

    def _header(self) -> KeyPath:
        at = self._at
        brackets = 2 if self._text.startswith("[[", at) else 1
        self._at += brackets
        parts = self._keys()
        self._at += brackets
        path = self._placed(parts, brackets == 2)
        for length in range(1, len(path) + 1):
            self._note(path[:length], at)
        return path

    def _placed(self, parts: list[str], is_array: bool) -> KeyPath:
        """Return a header's path with the number of the table in each array on its way."""
        path: KeyPath = ()
        for number, part in enumerate(parts, 1):
            path += (part,)
            if is_array and number == len(parts):
                self._counts[path] = self._counts.get(path, 0) + 1
            if path in self._counts:
                path += (self._counts[path] - 1,)
        return path

    def _pair(self, table: KeyPath) -> None:
        at = self._at
        path = table
        for part in self._keys():
            path += (part,)
            self._note(path, at)
        self._expect("=")
        self._take(_BLANKS)
        self._value(path)

    def _keys(self) -> list[str]:
        """Return the parts of a dotted key."""
        parts = []
        while True:
            self._take(_BLANKS)
            word = self._take(_KEY)
            parts.append(loads(f"x = {word}")["x"] if word[0] in "\"'" else word)
            self._take(_BLANKS)
            if not self._text.startswith(".", self._at):
                return parts
            self._at += 1

    def _value(self, path: KeyPath) -> None:
        first = self._text[self._at : self._at + 1]
        if first == "[":
            self._list(path)
        elif first == "{":
            self._inline_table(path)
        else:
            self._take(_SIMPLE_VALUE)

    def _list(self, path: KeyPath) -> None:
        self._at += 1
        number = 0
        while not self._closed("]"):
            self._note((*path, number), self._at)
            self._value((*path, number))
            number += 1

    def _inline_table(self, path: KeyPath) -> None:
        self._at += 1
        while not self._closed("}"):
            self._pair(path)

    def _closed(self, bracket: str) -> bool:
        """Skip what is between values; tell whether the bracket that closes them came."""
        self._take(_SPACE)
        if self._text.startswith(",", self._at):
            self._at += 1
            self._take(_SPACE)
        closed = self._text.startswith(bracket, self._at)
        self._at += closed
        return closed

    def _expect(self, char: str) -> None:
        if not self._text.startswith(char, self._at):
            raise ValueError(char)
        self._at += 1

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            raise ValueError(self._at)
        self._at = match.end()
        return match[0]

    def _note(self, path: KeyPath, at: int) -> None:
        self.lines.setdefault(path, bisect_left(self._ends, at) + 1)
