"""The text of a module of ours as a board's compiler gets it: it does the same, in less room.

What stands under `TYPE_CHECKING` is for type checkers, and `const` for readers and the compiler,
which takes it out by itself. Line numbers do not matter: there are none in compiled files.
"""

import ast

from byteport_agent.boards.short_names import shortened


def board_text(text: str) -> str:
    """Return the text without what a board has no use for."""
    tree = ast.parse(text)
    tree.body = [node for node in tree.body if not _is_for_types(node)]
    if not _is_read(tree):
        tree.body = [node for node in tree.body if not _is_flag(node)]
    for node in list(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == "byteport.compat":
            node.names = [alias for alias in node.names if alias.name != "const"]
            if not node.names:
                tree.body.remove(node)
    return ast.unparse(shortened(tree)) + "\n"


def _is_for_types(node: ast.AST) -> bool:
    if not isinstance(node, ast.If) or node.orelse:
        return False
    return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _is_flag(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "TYPE_CHECKING"


def _is_read(tree: ast.Module) -> bool:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return any(each.id == "TYPE_CHECKING" and isinstance(each.ctx, ast.Load) for each in names)
