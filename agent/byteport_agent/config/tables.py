"""Reads one table of the file into the settings of its section, and says what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from byteport.name_advice import advice
from byteport_agent.config.problems import KeyPath, Problems, did_you_mean, quoted
from byteport_agent.config.settings import Setting, settings_of

Section = TypeVar("Section")


@dataclass
class Table:
    """One table: its values, its place in the file and in messages, and where problems go."""

    values: dict[str, Any]
    path: KeyPath
    where: str
    problems: Problems
    base: Path
    mistakes: int = 0

    def mistake(self, text: str, *keys: str | int) -> None:
        """Add a mistake at a key of this table, or at the table."""
        self.mistakes += 1
        self.problems.add((*self.path, *keys), f"{self.where}: {text}")

    def warn(self, text: str, *keys: str | int) -> None:
        self.problems.add((*self.path, *keys), f"{self.where}: {text}", is_warning=True)

    def inner(self, *keys: str, values: dict[str, Any]) -> "Table":
        """Return a table within this one."""
        where = f"{self.where}: {'.'.join(keys)}"
        return Table(values, (*self.path, *keys), where, self.problems, self.base)

    def read(self, section: type) -> dict[str, Any]:
        """Return, by attribute, the values that are right, and the defaults are left out."""
        values = {}
        for key, (attribute, setting) in settings_of(section).items():
            if key in self.values:
                value = self.value(setting)
                if value is not None:
                    values[attribute] = value
            elif setting.required:
                self.mistake(f"lacks {key}, such as {key} = {setting.example}")
        return values

    def value(self, setting: Setting) -> Any:
        """Return the value of a key that is there, None where it is wrong."""
        try:
            value = setting.kind.parse(self.values[setting.key])
        except ValueError as error:
            self.mistake(f"{setting.key}: {error}", setting.key)
            return None
        return str(self.base / value) if setting.kind.is_path else value

    def refuse_others(self, known: Iterable[str]) -> None:
        """Add a mistake for each key that is none of those known."""
        known = list(known)
        for key in self.values:
            if key not in known:
                self.mistake(f"unknown key {quoted(key)}{did_you_mean(key, known)}", key)

    def advise(self, key: str, what: str, values: dict[str, Any]) -> None:
        """Warn of a name that is allowed but makes trouble."""
        if key in values and (text := advice(values[key], what)):
            self.warn(text, key)

    def built(self, section: type[Section], values: dict[str, Any]) -> Section | None:
        """Return the section, None where this table has a mistake."""
        return None if self.mistakes else section(**values)
