"""The command line itself: help, mistakes, exit codes, and what it imports."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from agent_rig import command_env

from byteport import __version__
from byteport_agent.cli import COMMANDS

Command = Callable[..., "subprocess.CompletedProcess[str]"]


def test_version(command: Command) -> None:
    run = command("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"byteport-agent {__version__}\n", "")


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["nonsense"]])
def test_without_a_command_no_command_is_imported(words: list[str]) -> None:
    code = (
        "import sys\nfrom byteport_agent.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "heavy = {'sqlite3', 'bottle', 'waitress', 'byteport_agent.demo', "
        "'byteport_agent.commands.send', 'ssl', 'asyncio', 'gpiozero', 'byteport_drivers', "
        "'byteport.http'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, *words], env=command_env(), capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_sending_imports_no_receiver() -> None:
    code = "import sys, byteport_agent.commands.send\nsys.exit('sqlite3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("words", [[], *([name] for name in COMMANDS)])
def test_help_begins_with_a_line_and_ends_with_an_example(
    command: Command, words: list[str]
) -> None:
    run = command(*words, "--help")
    lines = run.stdout.splitlines()
    assert (run.returncode, run.stderr) == (0, "")
    assert lines[0].endswith(".")
    assert lines[1] == ""
    assert lines[-2] == "example:"
    assert lines[-1].startswith("  byteport-agent ")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_examples_of_the_help_are_understood(name: str) -> None:
    import shlex
    from importlib import import_module

    from byteport_agent.command_line.arguments import Parser

    module = import_module(f"byteport_agent.commands.{name.replace('-', '_')}")
    parser = Parser(name, "", "")
    module.add_arguments(parser)
    assert parser.parse(shlex.split(module.EXAMPLE)[2:])


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "which command? One of demo, send"),
        (["dmeo"], "unknown command 'dmeo': did you mean demo?"),
        (["xyz"], "unknown command 'xyz': one of demo, send"),
        (["--verison"], "unknown option '--verison'"),
        (["once", "system", "--timeout", "1"], "argument --timeout: '1' is no duration"),
        (["demo", "--count"], "argument --count: expected one argument"),
        (["demo", "--count", "0"], "argument --count: '0' is no number from 1"),
        (["demo", "--listen", "8080"], "argument --listen: '8080' is no address"),
        (["send", "--method", "PUT"], "argument --method: invalid choice"),
        (["demo", "--cuont=2"], "unknown option '--cuont'"),
        (["demo", "more"], "1 argument(s) too many"),
        (["check", "my.toml"], "is given with -c: 'byteport-agent check -c my.toml'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    command: Command, words: list[str], text: str
) -> None:
    run = command(*words)
    assert (run.returncode, run.stdout) == (2, "")
    assert text in run.stderr
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("byteport-agent")
    assert "--help'" in run.stderr


def test_the_installed_command_is_the_module() -> None:
    from importlib.metadata import entry_points

    (entry,) = entry_points(group="console_scripts", name="byteport-agent")
    assert entry.value == "byteport_agent.cli:main"


def test_a_closed_pipe_is_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "byteport_agent", "demo", "--listen", "127.0.0.1:0", "--count", "1"],
        env=command_env(),
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("redirection", "code", "text"),
    [
        (">/dev/full", 1, "No space left on device: can the output be written?"),
        (">&-", 0, ""),
    ],
)
@pytest.mark.parametrize("words", ["sensors tmp102", "demo --listen 127.0.0.1:0 --count 1"])
def test_an_output_that_takes_nothing_is_no_traceback(
    words: str, redirection: str, code: int, text: str
) -> None:
    run = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m byteport_agent {words} {redirection}"],
        env=command_env(),
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == code
    assert text in run.stderr
    assert run.stderr.count("\n") == (1 if text else 0)


def test_a_terminal_that_knows_no_degree_sign() -> None:
    code = "import sys; from byteport_agent.cli import main; main(['x']); print('°')"
    env = command_env(PYTHONIOENCODING="ascii")
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout == "\\xb0\n"
