"""A program that prints a number, a text, or a JSON object whose members are the channels.

It runs without a shell unless one is asked for, without this process's environment (an API key may
be in it), and at its deadline it is killed with all that it started.
Witnesses: RFC 8259 (JSON) and real programs.
"""

import json
import shlex

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.linux.file import value_of
from byteport_drivers.linux.program import Program

Value = float | str


class Command:
    """One program, run by `start`; CHANNELS are those of what it printed last.

    A JSON object's members are channels by their names, those of objects within it by names such
    as "battery_voltage"; true and false are 1 and 0, null and lists are left out.
    """

    BUS = "program"
    CHANNELS: tuple[tuple[str, str, int], ...] = (("value", "", 3),)

    def __init__(
        self,
        command: "str | list[str]",
        *,
        name: str = "value",
        unit: str = "",
        decimals: int = 3,
        timeout_s: float = 10.0,
        shell: bool = False,
        env: "dict[str, str] | None" = None,
        directory: str = "/",
    ) -> None:
        words = _words(command, shell)
        self._program = Program(words, timeout_s, env or {}, directory)
        self._channel = (name, unit, decimals)
        self._sensor = f"command {shlex.join(words)[:80]!r}"
        self._sample: dict[str, Value] = {}
        self.CHANNELS = (self._channel,)

    def start(self) -> int:
        """Run the program and return 0 when it has ended."""
        self._sample = {}
        self._sample = self._parsed(self._program.output())
        name, unit, decimals = self._channel
        self.CHANNELS = tuple(
            (field, unit if field == name else "", decimals) for field in self._sample
        )
        return 0

    def read(self) -> tuple[Value, ...]:
        """Return what the program printed, once."""
        if not self._sample:
            raise NotReady(f"{self._sensor} has not run since the last reading")
        sample, self._sample = self._sample, {}
        return tuple(sample.values())

    def _parsed(self, output: bytes) -> dict[str, Value]:
        try:
            text = output.decode().strip()
        except UnicodeDecodeError:
            raise BadReading(f"{self._sensor} printed no UTF-8 text") from None
        if not text:
            raise BadReading(f"{self._sensor} printed nothing: let it print a number or JSON")
        if not text.startswith("{"):
            return {self._channel[0]: value_of(text)}
        try:
            fields = _fields(json.loads(text, parse_constant=_no_number))
        except (ValueError, RecursionError):
            raise BadReading(f"{self._sensor} printed wrong JSON: {text[:80]!r}") from None
        if not fields:
            raise BadReading(f"{self._sensor} printed JSON without a value: {text[:80]!r}")
        return fields


def _fields(members: "dict[str, object]", prefix: str = "") -> dict[str, Value]:
    fields: dict[str, Value] = {}
    for name, value in members.items():
        if isinstance(value, dict):
            fields.update(_fields(value, f"{prefix}{name}_"))
        elif isinstance(value, (bool, int, float)):
            fields[prefix + name] = float(value)
        elif isinstance(value, str):
            fields[prefix + name] = value
    return fields


def _no_number(word: str) -> object:
    raise ValueError(word)  # NaN and Infinity are no JSON


def _words(command: "str | list[str]", shell: bool) -> list[str]:
    if shell:
        return ["/bin/sh", "-c", command if isinstance(command, str) else shlex.join(command)]
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError:
        words = []
    if not words:
        raise ChipNotFound("command: write a program and its arguments, such as '/bin/x --now'")
    return words
