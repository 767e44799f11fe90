"""What holds for all examples: each is listed, short, tested, and has no mistake."""

import re
from importlib import import_module
from importlib.metadata import requires
from pathlib import Path

import pytest

from byteport_agent.cli import main
from byteport_agent.command_line.arguments import Parser
from byteport_agent.testing.configured import link_surroundings

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDERS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
FILES = sorted(str(path.relative_to(EXAMPLES)) for path in EXAMPLES.rglob("*.toml"))
CONFIGURATIONS = [name for name in FILES if not name.endswith("pyproject.toml")]
READMES = "".join(path.read_text() for path in sorted(EXAMPLES.rglob("README.md")))
_LINES = re.findall(r"^byteport-agent (.*?)(?: +#.*)?$", READMES, re.M)
COMMANDS = sorted({tuple(line.split()) for line in _LINES})
EXTRAS = sorted(set(re.findall(r"byteport-agent\[([\w,]+)\]", READMES)))
WARNINGS = {"gateway-for-five-boards/agent.toml": ["listen: keys and password travel unencrypted"]}


def test_the_table_has_all_of_them() -> None:
    rows = re.findall(
        r"^\| \[([\w-]+)\]\(([\w-]+)/\) \|", (EXAMPLES / "README.md").read_text(), re.M
    )
    assert sorted(name for name, _ in rows) == FOLDERS
    assert all(name == folder for name, folder in rows)


@pytest.mark.parametrize("folder", FOLDERS)
def test_each_has_a_short_readme_and_a_test(folder: str) -> None:
    readme = (EXAMPLES / folder / "README.md").read_text()
    assert readme.count("\n") <= 60
    assert Path(__file__).with_name(f"test_{folder.replace('-', '_')}.py").exists()
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (EXAMPLES / folder / link).exists(), link


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_one(words: "tuple[str, ...]") -> None:
    module = import_module(f"byteport_agent.commands.{words[0].replace('-', '_')}")
    parser = Parser(words[0], "", "")
    module.add_arguments(parser)
    parser.parse(words[1:])


def test_extras_are_those_that_there_are() -> None:
    known = requires("byteport-agent") or []
    for names in EXTRAS:
        for name in names.split(","):
            assert any(f'extra == "{name}"' in line.replace("'", '"') for line in known), name


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_no_configuration_has_a_mistake(name: str, tmp_path: Path, capsys, request) -> None:
    if "third-party" in name:
        request.getfixturevalue("package")
    path = link_surroundings(EXAMPLES / name, tmp_path / "example")
    code = main(["check", "-c", str(path)])
    out, told = capsys.readouterr()
    assert code == 0, told
    assert "no mistakes" in out
    warnings = WARNINGS.get(name, [])
    assert len(told.splitlines()) == len(warnings), told
    assert all(words in told for words in warnings)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_no_secret_is_in_the_repository(name: str) -> None:
    assert not list((EXAMPLES / name).parent.glob("*.key"))
    assert not re.search(r"^\s*(key|password)\s*=", (EXAMPLES / name).read_text(), re.M)
