"""The `[[sensor]]` tables that come out: what they hold, their names, and how they are written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from re import sub

from byteport_agent.config.field_reader import name_mistake
from byteport_agent.config.kinds import ms_text

FieldFilters = dict[str, object]  # what stands beside a field's name
_LONGEST = 32


@dataclass
class SensorTable:
    """One `[[sensor]]`; ``fields`` are name and filters, by channel."""

    name: str
    driver: str
    settings: dict[str, object]  # bus, address and options, as TOML has them
    interval_ms: int
    lines: list[int]
    fields: dict[str, tuple[str, FieldFilters]] = field(default_factory=dict)

    def text(self) -> Iterator[str]:
        """Yield its lines."""
        where = f"line{'s' * (len(self.lines) > 1)} {', '.join(map(str, self.lines))}"
        yield "[[sensor]]"
        yield f"name = {toml(self.name)}  # {where}"
        yield f"driver = {toml(self.driver)}"
        for key, value in self.settings.items():
            is_i2c = key == "address" and isinstance(value, int)
            yield f"{key} = {f'0x{value:02x}' if is_i2c else toml(value)}"
        yield f"interval = {toml(ms_text(self.interval_ms))}"
        yield from self._fields_text()

    def _fields_text(self) -> Iterator[str]:
        if not any(filters for _, filters in self.fields.values()):
            pairs = ", ".join(f"{key} = {toml(name)}" for key, (name, _) in self.fields.items())
            yield f"fields = {{ {pairs} }}"
            return
        for channel, (name, filters) in self.fields.items():
            yield ""
            yield f"[sensor.fields.{channel}]"
            yield f"name = {toml(name)}"
            yield from (f"{key} = {toml(value)}" for key, value in filters.items())


def toml(value: object) -> str:
    """Return a text, number, list or truth value as TOML writes it."""
    return json.dumps(value, ensure_ascii=False)


class Names:
    """Gives each of mqtt-io's names, which may be any text, one that Byteport takes."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def fitting(self, wanted: str) -> str:
        """Return the name itself if it can be, else what is nearest and not taken."""
        name = sub(r"[^0-9A-Za-z:_-]+", "_", wanted)[:_LONGEST].strip("-_") or "unnamed"
        if name_mistake(name):  # one character, or a word that means something else
            name += "_value"
        unique, number = name, 1
        while unique in self._taken:
            number += 1
            unique = f"{name[: _LONGEST - 4]}_{number}"
        self._taken.add(unique)
        return unique
