"""What a board's compiler gets of a module: the same program in less room."""

import ast

import pytest

from byteport_agent.boards.board_text import board_text
from byteport_agent.boards.short_names import short_names, shortened
from byteport_agent.driver_lookup.package_files import module_file, package_folder

MODULES = sorted(
    path for room in ("byteport", "byteport_drivers") for path in package_folder(room).rglob("*.py")
)


def lines(text: str) -> list[str]:
    return [line for line in board_text(text).splitlines() if line]


def test_what_is_for_type_checkers_goes() -> None:
    text = "TYPE_CHECKING = const(0)\nif TYPE_CHECKING:\n    from typing import Any\nx = 1\n"
    assert lines(text) == ["x = 1"]
    text = "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
    assert "import b" in board_text(text)
    assert "TYPE_CHECKING = False" in board_text(text)


def test_const_is_the_compiler_s() -> None:
    text = "from byteport.compat import const, ticks_ms\n_WAIT_MS = const(5)\nx = _WAIT_MS\n"
    assert lines(text)[0] == "from byteport.compat import ticks_ms"
    assert "const(5)" in board_text(text)
    assert lines("from byteport.compat import const\nx = 1\n") == ["x = 1"]


def test_names_of_one_module_and_of_its_bases_stay_apart() -> None:
    names = short_names()
    for path in MODULES:
        tree = ast.parse(path.read_text())
        used = {
            getattr(node, attribute, "")
            for node in ast.walk(tree)
            for attribute in ("id", "attr", "name")
        }
        short = [names[name] for name in used if name in names]
        assert len(set(short)) == len(short), path
        assert not set(short) & (used - set(names)), path
    for sub, base in (("station", "station_board"), ("station_halt", "station_board")):
        found = []
        for name in (sub, base):
            file = module_file(f"byteport.{name}")
            assert file is not None
            found.append(
                {
                    each.attr
                    for each in ast.walk(ast.parse(file.read_text()))
                    if hasattr(each, "attr")
                }
            )
        merged = {name for name in found[0] | found[1] if name in names}
        assert len({names[name] for name in merged}) == len(merged)


def test_a_name_that_is_looked_up_by_its_text_is_kept() -> None:
    assert "_last" not in short_names()  # of filters, see byteport.filter_state
    assert "_values" not in short_names()


def test_there_are_few_of_them() -> None:
    names = short_names()
    assert len(names) > 400
    assert len(set(names.values())) < 120


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_stays_one(path: object) -> None:
    text = board_text(path.read_text())  # type: ignore[attr-defined]
    compile(text, "module", "exec")


def test_the_names_of_others_stay() -> None:
    assert ast.unparse(shortened(ast.parse("x._nobodys_name = __file__"))) == (
        "x._nobodys_name = __file__"
    )
