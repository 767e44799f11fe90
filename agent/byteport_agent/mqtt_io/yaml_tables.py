"""Reads YAML with the line of every key, which people need who have to mend the rest by hand.

Only here PyYAML is imported, and only its safe loader: nothing in a file is run.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from byteport_agent.buses.packages import needed
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.kinds import type_text

_MAX_BYTES = 1_000_000
_MOST = 1e9


@dataclass(frozen=True)
class Left:
    """What is not taken over: the line it stands on, and why."""

    line: int
    text: str
    is_note: bool = False  # taken over, but not quite as it was


class LeftError(Exception):
    """A whole entry that cannot be taken over."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.left = Left(line, text)


@dataclass
class Entry:
    """One mapping of the file; the keys that were asked for are remembered as ``used``."""

    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]
    used: set[str] = field(default_factory=set)

    def line_of(self, key: str) -> int:
        return self.lines.get(key, self.line)

    def get(self, key: str, default: Any, kind: type | tuple[type, ...], words: str) -> Any:
        """Return a key's value; raise LeftError where it is of another type."""
        self.used.add(key)
        value = self.values.get(key, default)
        wrong_bool = isinstance(value, bool) and kind is not bool
        if value is not default and (wrong_bool or not isinstance(value, kind)):
            raise LeftError(self.line_of(key), f"{key} must be {words}, not {_type_text(value)}")
        return value

    def needed(self, key: str, kind: type, words: str) -> Any:
        """Return a key's value; raise LeftError where it is missing or of another type."""
        if self.values.get(key) is None:
            raise LeftError(self.line, f"{key} is missing")
        return self.get(key, None, kind, words)

    def text(self, key: str, default: str = "") -> str:
        return str(self.get(key, default, str, "a text"))

    def whole(self, key: str, default: int) -> int:
        return int(self.get(key, default, int, "a whole number"))

    def number(self, key: str, default: float) -> float:
        value = self.get(key, default, (int, float), "a number")
        if not -_MOST < value < _MOST:  # nor is what is no number
            raise LeftError(self.line_of(key), f"{key} is no such number")
        return float(value)

    def yes(self, key: str) -> bool:
        return bool(self.get(key, False, bool, "true or false"))

    def needed_text(self, key: str) -> str:
        return str(self.needed(key, str, "a text"))

    def needed_whole(self, key: str) -> int:
        return int(self.needed(key, int, "a whole number"))

    def unused(self) -> Iterator[str]:
        """Yield the keys that nothing asked for, in the order of the file."""
        return (key for key in self.values if key not in self.used)

    def entry(self, key: str) -> "Entry":
        """Return a mapping in this one, empty where there is none."""
        self.used.add(key)
        value = self.values.get(key)
        return value if isinstance(value, Entry) else Entry(self.line_of(key), {}, {})

    def entries(self, key: str) -> "tuple[list[Entry], list[Left]]":
        """Return the mappings of a list, and what else is in it."""
        self.used.add(key)
        value = self.values.get(key) or []
        if not isinstance(value, list):
            return [], [Left(self.line_of(key), f"{key} is no list: mqtt-io cannot run it either")]
        strange = sum(not isinstance(each, Entry) for each in value)
        left = [Left(self.line_of(key), f"{key}: {strange} of its entries have no keys")]
        return [each for each in value if isinstance(each, Entry)], left if strange else []


def _type_text(value: object) -> str:
    if value is None:
        return "nothing"
    return "keys" if isinstance(value, Entry) else type_text(value)


def read_yaml(path: Path) -> Entry:
    """Return a file's mapping; raise ConfigurationError with the line of what is wrong."""
    yaml = needed("yaml", "import-mqtt-io", "byteport-agent[mqtt-io]")
    text = _text(path)
    try:
        found = _read(yaml, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}" if mark else ""
        raise ConfigurationError(f"{path}{place}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        # in whose words there may be a password
        raise ConfigurationError(f"{path} is no YAML that can be read") from None
    if not isinstance(found, Entry):
        raise ConfigurationError(f"{path} is no mqtt-io configuration: it has no keys")
    return found


def _read(yaml: Any, text: str) -> Any:
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _Reader(yaml, loader).value(node)
    finally:
        loader.dispose()


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise ConfigurationError(f"{path} is no configuration: it has more than 1 MB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path} is no text in UTF-8") from None


class _Reader:
    """Makes values of nodes, of each node once: aliases of aliases do not multiply."""

    def __init__(self, yaml: Any, loader: Any) -> None:
        self._yaml = yaml
        self._loader = loader
        self._made: dict[Any, Any] = {}

    def value(self, node: Any) -> Any:
        if node not in self._made:
            self._made[node] = None  # what an alias for something around it becomes
            self._made[node] = self._new_value(node)
        return self._made[node]

    def _new_value(self, node: Any) -> Any:
        if isinstance(node, self._yaml.MappingNode):
            return self._entry(node)
        if isinstance(node, self._yaml.SequenceNode):
            return [self.value(each) for each in node.value]
        return self._loader.construct_object(node, deep=True)

    def _entry(self, node: Any) -> Entry:
        self._loader.flatten_mapping(node)  # what << merges
        values, lines = {}, {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            values[key] = self.value(value_node)
            lines[key] = key_node.start_mark.line + 1
        return Entry(node.start_mark.line + 1, values, lines)
