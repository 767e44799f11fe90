"""Rows of text under a heading, in columns as wide as they need to be."""

from collections.abc import Collection, Sequence

from byteport_agent.printable import padded, width


def text_table(
    heading: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()
) -> list[str]:
    """Return the lines, heading first; texts are printable, ``right`` are columns of numbers."""
    all_rows = [heading, *rows]
    widths = [max(width(row[column]) for row in all_rows) for column in range(len(heading))]
    return [_line(row, widths, right) for row in all_rows]


def _line(row: Sequence[str], widths: Sequence[int], right: Collection[int]) -> str:
    cells = [
        " " * (cells - width(text)) + text if column in right else padded(text, cells)
        for column, (text, cells) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()
