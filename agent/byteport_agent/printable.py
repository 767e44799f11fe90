"""Text from anywhere, made safe for one line of a terminal or a log.

A stored value may hold line breaks, escape sequences that clear a screen, or wide characters.
"""

from unicodedata import combining, east_asian_width


def printable(text: str) -> str:
    """Return text with every character that prints nothing or moves the cursor escaped."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def clipped(text: str, cells: int) -> str:
    """Return printable text cut to a width in terminal cells; … marks the cut."""
    if width(text) <= cells:
        return text
    end = min(len(text), cells)
    while end and width(text[:end]) > cells - 1:
        end -= 1
    return text[:end] + "…" if cells > 0 else ""


def padded(text: str, cells: int) -> str:
    """Return printable text filled with spaces to a width in terminal cells."""
    return text + " " * (cells - width(text))


def width(text: str) -> int:
    return sum(cell_width(char) for char in text)


def cell_width(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1
