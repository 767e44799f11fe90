"""argparse for this command line: a mistake is one line, help begins with what a command is for."""

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn, TypeVar

from byteport_agent.command_errors import UsageError

Value = TypeVar("Value")


class Parser(argparse.ArgumentParser):
    """Raises UsageError for a mistake; never repeats what may be a key given by mistake."""

    def __init__(self, prog: str, summary: str, epilog: str, **options: Any) -> None:
        super().__init__(
            prog=prog,
            epilog=epilog,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            **options,
        )
        self.summary = summary

    def format_help(self) -> str:
        return f"{self.summary}\n\n{super().format_help()}"

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see '{self.prog} --help'")

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """Return the arguments, options and values in any order."""
        values, unknown = self.parse_known_intermixed_args(arguments)
        for argument in unknown:
            if argument.startswith("-"):
                self.error(f"unknown option {argument.partition('=')[0]!r}")
        if unknown and unknown[0].endswith(".toml") and "--config" in self._option_string_actions:
            self.error(f"a configuration is given with -c: '{self.prog} -c {unknown[0]}'")
        if unknown:
            self.error(f"{len(unknown)} argument(s) too many")
        return values


def checked(check: Callable[[str], Value]) -> Callable[[str], Value]:
    """Return an argument type whose ValueError is told in its own words."""

    def argument(text: str) -> Value:
        try:
            return check(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return argument


class RefuseKey(argparse.Action):
    """An option that would take an API key: refused, with the reason."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        parser.error(KEY_REFUSED)


KEY_REFUSED = (
    "an API key is never given on the command line, where every user of this machine can read it: "
    "put it into a file and give --key-file FILE, or set BYTEPORT_KEY"
)
KEY_FLAGS = ("--key", "--api-key", "--apikey", "--_key")
