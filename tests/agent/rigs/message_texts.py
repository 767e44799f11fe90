"""The texts in the source that messages are made of, with … where a value stands."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from re import sub

from micropythons import PROJECT

ROOMS = ("agent", "drivers", "micropython")
GAP = "…"


@cache
def message_texts() -> tuple[str, ...]:
    """Return every text of the rooms' code that is long enough to be a message."""
    return tuple(
        text
        for room in ROOMS
        for path in sorted((PROJECT / room).rglob("*.py"))
        for text in texts_of(path)
    )


def texts_of(path: Path) -> Iterator[str]:
    """Yield every text of a file that is long enough to be a message."""
    texts = _texts(ast.parse(path.read_text(encoding="utf-8")))
    return (text for text in texts if len(text) > 8)


def is_said(quoted: str) -> bool:
    """Tell whether one text of the source has all parts of a quotation, in order."""
    parts = [part.strip() for part in quoted.split(GAP) if part.strip()]
    return any(_holds(text, parts) for text in message_texts())


def _holds(text: str, parts: list[str]) -> bool:
    at = 0
    for part in parts:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return True


def _texts(tree: ast.Module) -> Iterator[str]:
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in documentation:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else GAP for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield sub(r"\{\w*\}|%s", GAP, node.value)
