"""Which modules find a board's `time` and `socket` on CPython, and which the real ones.

    with board:
        import node            # `import machine, time` in it finds this board's
        board.run(node.main)
    with another:
        import node            # imported already: its `machine` and `time` are the other's now
        another.run(node.main)

CPython keeps a module for good, where a board begins with none after each reset. What a module took
from a board is noted when the board leaves, and taken from each later one anew. Modules of the
machine that simulates, which are Python's, installed ones and byteport_mocks, get the real ones.
"""

import builtins
import select
import socket
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping
from types import MethodType, ModuleType
from typing import Any

Taken = tuple[ModuleType, str, str, str]  # whose name this is; module and member on the board
Import = Callable[..., Any]

_REAL = {"time": time, "socket": socket, "select": select}
_ON_BOARDS = ("byteport", "byteport_drivers", "urequests")  # `install` cares for the first two
_INSTALLED = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})

_taken: list[Taken] = []


def install_import() -> Import:
    """Let modules of this machine import the real ones from now on; return what imported before."""
    before: Import = builtins.__import__

    def importing(name: str, *more: Any, **options: Any) -> Any:
        importer = more[0] if more else options.get("globals")
        if name in _REAL and importer and _is_of_this_machine(importer):
            return _REAL[name]
        return before(name, *more, **options)

    put_import(importing)
    return before


def put_import(importing: Import) -> None:
    module: Any = builtins
    module.__import__ = importing


def _is_of_this_machine(names: Mapping[str, Any]) -> bool:
    name = str(names.get("__name__"))
    if name.startswith("byteport_mocks.board."):
        return False
    package = name.partition(".")[0]
    if package in sys.stdlib_module_names or package in ("byteport_mocks", "byteport_agent"):
        return True
    return package not in _ON_BOARDS and str(names.get("__file__")).startswith(_INSTALLED)


def note(stand_ins: dict[str, object], before: set[str]) -> None:
    """Note what modules that were imported since ``before`` took from a board's."""
    for name, module in list(sys.modules.items()):
        new = name not in before and name.partition(".")[0] not in _ON_BOARDS
        if new and isinstance(module, ModuleType):
            sources = ((key, _source(value, stand_ins)) for key, value in vars(module).items())
            _taken.extend((module, key, *source) for key, source in sources if source)


def give(stand_ins: dict[str, object]) -> None:
    """Let the modules that are noted, and still there, have the same of this board."""
    there = set(map(id, sys.modules.values()))
    _taken[:] = [each for each in _taken if id(each[0]) in there]
    for module, attribute, name, member in _taken:
        source = stand_ins.get(name)
        value = getattr(source, member, None) if member else source
        if value is not None:  # another port may not have it
            setattr(module, attribute, value)


def _source(value: object, stand_ins: dict[str, object]) -> tuple[str, str] | None:
    """Return which module on the board a value is, or is a function or class of."""
    for name, stand_in in stand_ins.items():
        if value is stand_in:
            return name, ""
        if isinstance(value, MethodType) and value.__self__ is stand_in:
            return name, str(value.__name__)
        if isinstance(value, type):
            member = str(value.__name__)
            if getattr(stand_in, member, None) is value:
                return name, member
    return None
