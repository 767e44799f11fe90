"""A board's driver as a class that nobody can call, read from its file's syntax.

Such a file imports MicroPython's modules, so it is not imported here. What a configuration is
checked against stands in it as literals: class constants, and the constructor's parameters with
simple defaults. A base class is looked for in the file that its import names.
"""

import ast
from dataclasses import dataclass, field
from inspect import Parameter, Signature
from pathlib import Path
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.package_files import module_file

_UNKNOWN = object()  # what is no literal


@dataclass
class _Read:
    """What is known of a class and its bases; ``constructor`` None where there is none yet."""

    constants: dict[str, Any] = field(default_factory=dict)
    constructor: Signature | None = None
    document: str = ""


def class_in(path: Path, class_name: str | None = None) -> type | None:
    """Return the driver's class in a file: of that name, else of the file's; None without one.

    Its attributes are the literal constants and the methods' names, its signature what the
    constructor takes. Raises ConfigurationError for a file that is no Python.
    """
    tree = _tree(path)
    wanted = path.stem.replace("_", "").lower()
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and (
            node.name == class_name if class_name else node.name.lower() == wanted
        ):
            read = _read(node, tree, path)
            if class_name is None and "BUS" not in read.constants:
                continue
            return _as_class(node.name, read, ast.get_docstring(tree))
    return None


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) else ""
        why = error.msg if isinstance(error, SyntaxError) else error
        raise ConfigurationError(f"{path}: {line}{why}") from None


def _as_class(name: str, read: _Read, document: str | None) -> type:
    signature = read.constructor or Signature()
    return type(name, (), {**read.constants, "__signature__": signature, "__doc__": document})


def _read(node: ast.ClassDef, tree: ast.Module, path: Path) -> _Read:
    read = _Read()
    for base in node.bases:
        above = _base(base.id, tree, path) if isinstance(base, ast.Name) else None
        if above is not None:
            read = above
    for statement in node.body:
        if isinstance(statement, ast.FunctionDef):
            read.constants[statement.name] = _method
            if statement.name == "__init__":
                read.constructor = _signature(statement.args)
        else:
            read.constants.update(_constants(statement))
    return read


def _method(*_: object) -> None:
    """Stand for a method that is there."""


def _base(name: str, tree: ast.Module, path: Path) -> _Read | None:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _read(node, tree, path)
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            file = _module_file(node.module or "", path)  # type: ignore[attr-defined]
            if name == (alias.asname or alias.name) and file is not None:
                return _base(alias.name, _tree(file), file)
    return None


def _module_file(module: str, path: Path) -> Path | None:
    """Return the file of a module of ours, or of one beside the file."""
    beside = path.parent.joinpath(*module.split(".")).with_suffix(".py")
    return module_file(module) or (beside if beside.is_file() else None)


def _constants(statement: ast.stmt) -> dict[str, Any]:
    targets: list[ast.expr] = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        targets = [statement.target]
    else:
        return {}
    value = _literal(statement.value)
    return {
        target.id: () if value is _UNKNOWN else value
        for target in targets
        if isinstance(target, ast.Name)
    }


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else _UNKNOWN
    except ValueError:
        return _UNKNOWN


def _signature(arguments: ast.arguments) -> Signature:
    """Return the parameters but the first, self."""
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(plain) - len(arguments.defaults)) + list(arguments.defaults)
    found = [
        _parameter(each, default, Parameter.POSITIONAL_OR_KEYWORD)
        for each, default in zip(plain, defaults, strict=True)
    ][1:]
    found += [
        _parameter(each, default, Parameter.KEYWORD_ONLY)
        for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    ]
    if arguments.kwarg is not None:
        found.append(Parameter(arguments.kwarg.arg, Parameter.VAR_KEYWORD))
    return Signature(found)


def _parameter(argument: ast.arg, default: ast.expr | None, kind: Any) -> Parameter:
    annotation = argument.annotation
    text: Any = Parameter.empty
    if annotation is not None:
        literal = _literal(annotation)
        text = literal if isinstance(literal, str) else ast.unparse(annotation)
    value = Parameter.empty if default is None else _literal(default)
    return Parameter(argument.arg, kind, default=value, annotation=text)
