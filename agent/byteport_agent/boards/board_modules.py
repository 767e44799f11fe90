"""Which modules a board's program needs, found by following its imports as syntax.

Imports within functions are followed too, as they happen some day. What only a PC or a type checker
imports is left out: branches of `TYPE_CHECKING` and of `sys.implementation.name`. Modules that are
not ours are the firmware's; those that are imported outside of a try must be in it.
"""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from byteport_agent.driver_lookup.package_files import OURS, module_file

LIBRARY = "/lib"
_FAILURES = ("ImportError", "Exception", "OSError")  # whose handler lets an import fail


@dataclass(frozen=True)
class Import:
    """One import statement's module, and whether the program goes on without it."""

    module: str
    names: tuple[str, ...]
    optional: bool
    lazy: bool


@dataclass(frozen=True)
class BoardModule:
    """One module's source here, and its compiled file there."""

    name: str
    source: Path
    target: str


@dataclass(frozen=True)
class Needed:
    """The modules to bring, and those that the firmware must have."""

    modules: tuple[BoardModule, ...]
    of_firmware: frozenset[str]


def needed_modules(
    program: str,
    roots: Iterable[str],
    own: Mapping[str, Path] | None = None,
    without: Collection[str] = (),
) -> Needed:
    """Return what a program's text and some modules by name import, each once.

    ``own`` are a user's modules, which go where the drivers of boards are. Modules of ``without``
    are left out, whoever imports them.
    """
    return _Search(dict(own or {}), without).found(program, roots)


class _Search:
    def __init__(self, own: dict[str, Path], without: Collection[str]) -> None:
        self._own = own
        self._without = without
        self._modules: dict[str, BoardModule] = {}
        self._of_firmware: set[str] = set()

    def found(self, program: str, roots: Iterable[str]) -> Needed:
        self._follow(imports_of(program), Path(), is_root=True)
        for root in roots:
            self._add(root, is_root=True)
        ordered = sorted(self._modules.values(), key=lambda module: module.target)
        return Needed(tuple(ordered), frozenset(self._of_firmware))

    def _add(self, name: str, is_root: bool = False, near: Path | None = None) -> bool:
        """Take a module and what it imports; return whether it is ours.

        What a root or a driver imports within its functions must be there too: it is called.
        """
        if name in self._without:
            return True
        source = self._own.get(name) or module_file(name) or self._beside(name, near)
        if source is None:
            return False
        if name not in self._modules:
            parent = name.rpartition(".")[0]
            if parent:
                self._add(parent)
            self._modules[name] = BoardModule(name, source, _target(name, source))
            is_driver = name in self._own or name.startswith("byteport_drivers.")
            text = source.read_text(encoding="utf-8")
            self._follow(imports_of(text), source, is_root or is_driver)
        return True

    def _beside(self, name: str, near: Path | None) -> Path | None:
        """Return the file of a module that a user's driver has beside it."""
        if near is None or near not in self._own.values():
            return None
        path = near.parent / f"{name}.py"
        if not path.is_file():
            return None
        self._own[name] = path
        return path

    def _follow(self, imports: Iterable[Import], source: Path, is_root: bool = False) -> None:
        for each in imports:
            if not self._add(each.module, near=source):
                package = each.module.partition(".")[0]
                if not each.optional and package not in OURS and (is_root or not each.lazy):
                    self._of_firmware.add(package)
                continue
            for name in each.names:
                if module_file(f"{each.module}.{name}") is not None:
                    self._add(f"{each.module}.{name}")


def _target(name: str, source: Path) -> str:
    stem = f"{name}.__init__" if source.name == "__init__.py" else name
    return f"{LIBRARY}/{stem.replace('.', '/')}.mpy"


def imports_of(text: str) -> list[Import]:
    """Return the imports of a module's text as a board comes to them."""
    return list(_in_body(ast.parse(text).body, optional=False, lazy=False))


def _in_body(body: Iterable[ast.stmt], optional: bool, lazy: bool) -> Iterator[Import]:
    for node in body:
        yield from _in_statement(node, optional, lazy)


def _in_statement(node: ast.stmt, optional: bool, lazy: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        yield from (Import(alias.name, (), optional, lazy) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        names = tuple(alias.name for alias in node.names)
        yield Import(node.module or "", names, optional, lazy)
    elif isinstance(node, ast.If):
        truth = is_true_on_board(node.test)
        yield from _in_body(node.body if truth is not False else (), optional, lazy)
        yield from _in_body(node.orelse if truth is not True else (), optional, lazy)
    elif isinstance(node, ast.Try):
        may_fail = optional or any(map(_takes_failure, node.handlers))
        yield from _in_body(node.body, may_fail, lazy)
        for handler in node.handlers:
            yield from _in_body(handler.body, may_fail, lazy)
        yield from _in_body([*node.orelse, *node.finalbody], optional, lazy)
    else:
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from _in_body(getattr(node, "body", ()), optional, lazy or is_function)
        yield from _in_body(getattr(node, "orelse", ()), optional, lazy or is_function)


def _takes_failure(handler: ast.ExceptHandler) -> bool:
    names = ast.walk(handler.type) if handler.type is not None else ()
    return handler.type is None or any(
        isinstance(name, ast.Name) and name.id in _FAILURES for name in names
    )


def is_true_on_board(test: ast.expr) -> bool | None:
    """Return what a condition is on a board, None where that shows only there."""
    if isinstance(test, ast.Name) and test.id == "TYPE_CHECKING":
        return False
    if isinstance(test, ast.BoolOp):
        truths = [is_true_on_board(value) for value in test.values]
        decides = isinstance(test.op, ast.Or)
        if decides in truths:
            return decides
        return None if None in truths else not decides
    if isinstance(test, ast.Compare) and ast.unparse(test.left) == "sys.implementation.name":
        (right,) = test.comparators
        same = isinstance(right, ast.Constant) and right.value == "micropython"
        return same if isinstance(test.ops[0], ast.Eq) else not same
    return None
