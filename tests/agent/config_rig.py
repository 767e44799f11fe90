"""What the tests of the configuration share: a directory with keys, and short files in it."""

from pathlib import Path

from byteport_agent.config import Configuration, MistakesError, parse

DEVICE = '[device]\nnamespace = "myownspace"\nuid = "greenhouse-1"\nkey_file = "byteport.key"\n'
OUTPUT = '[[output]]\ntype = "byteport"\n'
KEYS = {"byteport.key": "c4nary-device", "gateway.key": "c4nary-gateway"}


def write_keys(directory: Path) -> None:
    for name, key in KEYS.items():
        path = directory / name
        path.write_text(f"{key}\n")
        path.chmod(0o600)


def parsed(text: str, directory: Path, **environ: str) -> Configuration:
    return parse(text, directory / "agent.toml", environ)


def problems_of(text: str, directory: Path, **environ: str) -> list[str]:
    """Return all that is told of a text, without the directory."""
    try:
        found = parsed(text, directory, **environ).warnings
    except MistakesError as error:
        assert error.exit_code == 78
        found = error.problems
    return [
        str(problem).replace(f"{directory}/", "").replace(str(directory), "DIR")
        for problem in found
    ]


def sensor(*lines: str, name: str = "porch") -> str:
    """Return a whole file with one sensor, whose lines begin at line 3."""
    return "\n".join(["[[sensor]]", f'name = "{name}"', *lines, DEVICE, OUTPUT])
