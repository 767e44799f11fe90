"""Completion in real shells, and that it knows what the parsers know."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from byteport_agent.cli import COMMANDS
from byteport_agent.completions import FILES, completion_text
from byteport_agent.completions.making import made

Command = Callable[..., "subprocess.CompletedProcess[str]"]
WORDS = [
    (("ch",), ["check"]),
    (("new",), ["new-driver"]),
    (("once", "--b"), ["--bus"]),
    (("completion", "f"), ["fish"]),
    (("send", "--method", "P"), ["POST"]),
]


def in_shell(shell: str, *words: str, directory: Path | None = None) -> str:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed: apt-get install {shell}")
    run = subprocess.run(
        [program, *words],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


@pytest.mark.parametrize("shell", FILES)
def test_the_texts_are_up_to_date(shell: str) -> None:
    pytest.importorskip("shtab", reason="shtab is not installed: pip install -e .[test]")
    assert completion_text(shell) == made(shell), "python -m byteport_agent.completions.making"


@pytest.mark.parametrize("shell", FILES)
def test_every_command_is_completed(shell: str) -> None:
    text = completion_text(shell)
    assert [name for name in COMMANDS if name not in text] == []
    assert "--api-key" not in text  # which is refused


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_bash(tmp_path: Path, words: Sequence[str], expected: list[str]) -> None:
    (tmp_path / "completion").write_text(completion_text("bash"))
    script = (
        'source ./completion; COMP_WORDS=(byteport-agent "$@"); COMP_CWORD=$#; '
        "_shtab_byteport_agent byteport-agent; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    options = ("--norc", "-c", script, "bash")
    assert in_shell("bash", *options, *words, directory=tmp_path).split() == expected


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_fish(tmp_path: Path, words: Sequence[str], expected: list[str]) -> None:
    (tmp_path / "completion").write_text(completion_text("fish"))
    script = "source ./completion; complete -C $argv[1]"
    line = " ".join(["byteport-agent", *words])
    found = in_shell("fish", "--no-config", "-c", script, line, directory=tmp_path)
    assert [each.partition("\t")[0] for each in found.splitlines()] == expected


def test_zsh(tmp_path: Path) -> None:
    (tmp_path / "_byteport-agent").write_text(completion_text("zsh"))
    script = (
        "fpath=($PWD $fpath); autoload -U compinit; compinit -D -u; print $_comps[byteport-agent]"
    )
    in_shell("zsh", "-n", "_byteport-agent", directory=tmp_path)
    assert in_shell("zsh", "-f", "-c", script, directory=tmp_path) == "_byteport-agent\n"


@pytest.mark.parametrize(("words", "expected"), WORDS)
def test_zsh_completes(tmp_path: Path, words: Sequence[str], expected: list[str]) -> None:
    (tmp_path / "_byteport-agent").write_text(completion_text("zsh"))
    script = """
        zmodload zsh/zpty
        zpty shell zsh -f -i
        zpty -w shell 'fpath=($PWD $fpath); autoload -U compinit; compinit -D -u; print REA""DY'
        zpty -r shell text '*READY*'
        zpty -w -n shell "$1"$'\t'
        zpty -r shell text "*$2*"
        print completed
        zpty -d shell
    """
    line = " ".join(["byteport-agent", *words])
    options = ("-f", "-c", script, "zsh", line, *expected)
    assert in_shell("zsh", *options, directory=tmp_path) == "completed\n"


def test_the_command_prints_them(command: Command) -> None:
    run = command("completion", "bash")
    assert (run.returncode, run.stdout, run.stderr) == (0, completion_text("bash"), "")
    wrong = command("completion", "csh")
    assert (wrong.returncode, wrong.stdout) == (2, "")
