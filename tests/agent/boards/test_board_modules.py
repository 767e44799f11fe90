"""The modules that a board gets: found by following imports as a board would come to them."""

import ast
from pathlib import Path

import pytest

from byteport_agent.boards.board_modules import (
    Import,
    imports_of,
    is_true_on_board,
    needed_modules,
)
from byteport_agent.driver_lookup.package_files import module_file, package_folder


def names(program: str, *roots: str) -> set[str]:
    return {module.name for module in needed_modules(program, roots).modules}


def test_imports_within_functions_and_classes_are_found() -> None:
    found = imports_of(
        "import a\nfrom b import c, d\n"
        "def f():\n    import e\n    if x:\n        from g import h\n"
        "class K:\n    def m(self):\n        import i\n"
        "for j in k:\n    import l\nelse:\n    import m\nwith n:\n    import o\n"
    )
    assert [each.module for each in found] == ["a", "b", "e", "g", "i", "l", "m", "o"]
    assert [each.module for each in found if each.lazy] == ["e", "g", "i"]


def test_imports_that_may_fail_are_optional() -> None:
    found = imports_of(
        "try:\n    import a\nexcept ImportError:\n    import b\nelse:\n    import c\n"
        "try:\n    import d\nexcept ValueError:\n    pass\nfinally:\n    import e\n"
    )
    assert {each.module for each in found if each.optional} == {"a", "b"}


def test_what_only_a_pc_imports_is_left_out() -> None:
    assert imports_of(
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import a\nelse:\n    import b\n"
        "if TYPE_CHECKING or sys.implementation.name != 'micropython':\n    import c\n"
        "if sys.implementation.name == 'micropython':\n    import d\nelse:\n    import e\n"
    ) == [Import("b", (), False, False), Import("d", (), False, False)]


@pytest.mark.parametrize(
    ("test", "truth"),
    [
        ("TYPE_CHECKING and x", False),
        ("TYPE_CHECKING or x", None),
        ("x", None),
        ("sys.implementation.name == 'cpython'", False),
        ("sys.implementation.name != 'cpython' or x", True),
    ],
)
def test_conditions(test: str, truth: bool | None) -> None:
    assert is_true_on_board(ast.parse(test, mode="eval").body) is truth


def test_a_driver_brings_its_base_and_packages() -> None:
    assert names("", "byteport_drivers.board.dht11") >= {
        "byteport",
        "byteport.compat",
        "byteport.errors",
        "byteport_drivers",
        "byteport_drivers.board",
        "byteport_drivers.board.dht11",
        "byteport_drivers.board.dht22",
        "byteport_drivers.dht_frame",
    }


def test_a_module_taken_from_its_package() -> None:
    assert "byteport.wifi" in names("from byteport import wifi\n")


def test_no_half_of_cpython_s_is_brought() -> None:
    found = names("from byteport import Client\n", "byteport_drivers.bme280")
    assert not found & {"byteport.compat_cpython", "byteport.bus", "byteport.clients"}
    assert {"byteport.compat_tls", "byteport.files"} <= found  # which are imported lazily


def test_what_the_firmware_must_have() -> None:
    needed = needed_modules(
        "import machine\ntry:\n    import esp32\nexcept ImportError: pass\n", []
    )
    assert needed.of_firmware == {"machine"}
    needed = needed_modules("", ["byteport_drivers.board.dht22"])
    assert "dht" in needed.of_firmware  # which it imports when it is made
    assert "tls" not in needed.of_firmware  # which is imported for https alone


def test_places_on_the_board() -> None:
    needed = needed_modules("", ["byteport_drivers.board.gpio"])
    targets = {module.name: module.target for module in needed.modules}
    assert targets["byteport"] == "/lib/byteport/__init__.mpy"
    assert targets["byteport_drivers.board.gpio"] == "/lib/byteport_drivers/board/gpio.mpy"


def test_modules_beside_a_driver_of_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "vane.py").write_text("import table\nimport machine\n")
    (tmp_path / "table.py").write_text("import steps\nimport random\n")
    (tmp_path / "steps.py").write_text("")
    name = "byteport_drivers.board.vane"
    needed = needed_modules("", [name], {name: tmp_path / "vane.py"})
    targets = {module.name: module.target for module in needed.modules}
    assert targets[name] == "/lib/byteport_drivers/board/vane.mpy"
    assert (targets["table"], targets["steps"]) == ("/lib/table.mpy", "/lib/steps.mpy")
    assert needed.of_firmware == {"machine", "random"}


def test_files_of_modules() -> None:
    core = package_folder("byteport")
    assert module_file("byteport") == core / "__init__.py"
    assert module_file("byteport.wifi") == core / "wifi.py"
    assert module_file("byteport_drivers.board") is not None
    assert module_file("byteport.none") is None
    assert module_file("os.path") is None


def test_the_station_of_the_project_is_whole() -> None:
    """Whatever main.py imports of ours is there, as soon as main.py is."""
    main = package_folder("byteport").parent / "main.py"
    text = main.read_text() if main.is_file() else "import byteport\n"
    for each in imports_of(text):
        if each.module.startswith("byteport"):
            assert module_file(each.module) is not None
