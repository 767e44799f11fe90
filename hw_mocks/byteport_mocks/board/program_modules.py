"""A program's modules that were imported on one board, when the next is entered.

    with board:
        import node            # `import machine, time` in it finds this board's
        board.run(node.main)
    with another:
        import node            # imported already: its `machine` and `time` are the other's now
        another.run(node.main)

CPython keeps a module for good, where a board begins with none after each reset. What a module took
from a board is noted when the board leaves, and taken from each later one anew. Python's own
modules that were imported meanwhile get the real ones.
"""

import select
import socket
import sys
import time
from types import MethodType, ModuleType

Taken = tuple[ModuleType, str, str, str]  # whose name this is; module and member on the board

_REAL: dict[str, object] = {"time": time, "socket": socket, "select": select}
_CARED_FOR = ("byteport", "byteport_drivers", "byteport_mocks")  # by `install`

_taken: list[Taken] = []


def note(stand_ins: dict[str, object], before: set[str]) -> None:
    """Note what modules that were imported since ``before`` took from a board's."""
    pythons: list[Taken] = []
    for name, module in list(sys.modules.items()):
        package = name.partition(".")[0]
        if name not in before and isinstance(module, ModuleType) and package not in _CARED_FOR:
            kept = pythons if package in sys.stdlib_module_names else _taken
            kept += _taken_by(module, stand_ins)
    _set(pythons, _REAL)


def _taken_by(module: ModuleType, stand_ins: dict[str, object]) -> list[Taken]:
    sources = ((name, _source(value, stand_ins)) for name, value in vars(module).items())
    return [(module, name, *source) for name, source in sources if source]


def give(stand_ins: dict[str, object]) -> None:
    """Let the modules that are noted, and still there, have the same of this board."""
    _taken[:] = [each for each in _taken if sys.modules.get(each[0].__name__) is each[0]]
    _set(_taken, stand_ins)


def _set(taken: list[Taken], sources: dict[str, object]) -> None:
    for module, attribute, name, member in taken:
        source = sources.get(name)
        value = getattr(source, member, None) if member else source
        if value is not None:  # another port may not have it
            setattr(module, attribute, value)


def _source(value: object, stand_ins: dict[str, object]) -> tuple[str, str] | None:
    """Return which module on the board a value is, or is a function or class of."""
    for name, stand_in in stand_ins.items():
        if value is stand_in:
            return name, ""
        if isinstance(value, MethodType):
            if value.__self__ is stand_in:
                return name, value.__name__
        elif isinstance(value, type) and getattr(stand_in, value.__name__, None) is value:
            return name, value.__name__
    return None
