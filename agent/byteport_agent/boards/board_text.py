"""A module's text without what a board has no use for, line by line where it was.

What stands under `TYPE_CHECKING` is for type checkers, and `const` for readers and the compiler,
which takes it out by itself: as names they would be looked up on the board, and take room there.
"""

import ast


def board_text(text: str) -> str:
    """Return the text that a board's compiler gets; it does the same, with the same line numbers."""
    tree = ast.parse(text)
    lines = text.splitlines()
    kept = [node for node in tree.body if not _is_for_types(node)]
    used = {each.id for node in kept for each in ast.walk(node) if _is_read(each)}
    for node in tree.body:
        if _is_for_types(node) or (_is_flag(node) and "TYPE_CHECKING" not in used):
            _replace(lines, node, "")
        elif isinstance(node, ast.ImportFrom) and node.module == "byteport.compat":
            _replace(lines, node, _without_const(node))
    return "\n".join(lines) + "\n"


def _is_for_types(node: ast.AST) -> bool:
    if not isinstance(node, ast.If) or node.orelse:
        return False
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_flag(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TYPE_CHECKING"


def _is_read(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _without_const(node: ast.ImportFrom) -> str:
    node.names = [alias for alias in node.names if alias.name != "const"]
    return ast.unparse(node) if node.names else ""


def _replace(lines: list[str], node: ast.stmt, text: str) -> None:
    last = node.end_lineno or node.lineno
    lines[node.lineno - 1 : last] = [text] + [""] * (last - node.lineno)
