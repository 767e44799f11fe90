"""Shorter private names for boards, which keep each name once in memory and once in every file.

A name gets the same short one in all modules, so whoever uses it finds it. Names that never meet
share one: those of modules of which none has a class that is based on the other's. All modules of
ours are looked at, whatever a board gets, so that a file is the same for every board.
"""

import ast
from collections.abc import Iterable, Mapping
from functools import cache

from byteport_agent.driver_lookup.package_files import package_folder

_ROOMS = ("byteport", "byteport_drivers")


@cache
def short_names() -> Mapping[str, str]:
    """Return what each private name of ours is called on a board."""
    trees = _trees()
    kept = {text for tree in trees.values() for text in _texts(tree)}
    used = {name: _private_names(tree) - kept for name, tree in trees.items()}
    meeting = {name: _above(name, trees) for name in trees}
    for name, above in list(meeting.items()):
        for each in above:
            meeting[each] = meeting[each] | {name}
    places: dict[str, list[str]] = {}
    for module, names in used.items():
        for each in names:
            places.setdefault(each, []).append(module)
    short: dict[str, str] = {}
    for each in sorted(places, key=lambda each: (-len(places[each]), each)):
        near = {other for place in places[each] for other in meeting[place] | {place}}
        taken = {short[name] for other in near for name in used[other] if name in short}
        short[each] = next(text for text in _candidates() if text not in taken | kept)
    return short


def shortened(tree: ast.Module) -> ast.Module:
    """Return a module of ours with the short names in place of the private ones."""
    names = short_names()
    for node in ast.walk(tree):
        for attribute in ("id", "attr", "name", "asname"):
            name: str = getattr(node, attribute, None) or ""
            if name in names:
                setattr(node, attribute, names[name])
    return tree


def _trees() -> dict[str, ast.Module]:
    trees = {}
    for room in _ROOMS:
        folder = package_folder(room)
        for path in sorted(folder.rglob("*.py")):
            name = ".".join((room, *path.relative_to(folder).with_suffix("").parts))
            trees[name.removesuffix(".__init__")] = ast.parse(path.read_text(encoding="utf-8"))
    return trees


def _texts(tree: ast.Module) -> Iterable[str]:
    """Return texts by which a name might be looked up."""
    nodes = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return (value for value in nodes if isinstance(value, str) and value.startswith("_"))


def _private_names(tree: ast.Module) -> set[str]:
    found = {
        getattr(node, attribute, None)
        for node in ast.walk(tree)
        for attribute in ("id", "attr", "name", "asname")
    }
    return {name for name in found if isinstance(name, str) and _is_private(name)}


def _is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and len(name) > 1


def _above(name: str, trees: Mapping[str, ast.Module]) -> set[str]:
    """Return the modules of ours that a module's classes are based on, directly or not."""
    nodes = list(ast.walk(trees[name]))
    classes = (node for node in nodes if isinstance(node, ast.ClassDef))
    bases = {base.id for node in classes for base in node.bases if isinstance(base, ast.Name)}
    imports = (node for node in nodes if isinstance(node, ast.ImportFrom))
    found = {
        node.module or ""
        for node in imports
        if node.module in trees and bases & {alias.asname or alias.name for alias in node.names}
    }
    return found.union(*(_above(module, trees) for module in found))


def _candidates() -> Iterable[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    yield from (f"_{letter}" for letter in letters)
    yield from (f"_{first}{second}" for first in letters for second in letters)
