"""What a scan finds, and how it is printed: TOML, in which all that is not sure is a comment."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from byteport_agent.printable import printable

_INTERVAL = "30s"


@dataclass
class Find:
    """One thing that was found: what is known of it, and the settings that would read it.

    ``sure`` settings are printed to be used, others as a comment to be chosen from; without
    settings there is only the ``text``.
    """

    text: str
    settings: Mapping[str, object] = field(default_factory=dict)
    sure: bool = False
    also: str = ""  # said beside the driver's name


@dataclass
class Section:
    """One bus or kind of device, with what was found there, if it was looked at."""

    title: str
    finds: list[Find] = field(default_factory=list)
    scanned: bool = True


def report_lines(sections: Iterable[Section]) -> Iterator[str]:
    """Yield what was found, for a person."""
    for section in sections:
        yield printable(section.title)
        for find in section.finds:
            yield printable(f"  {find.text}")


def toml_lines(sections: Iterable[Section]) -> Iterator[str]:
    """Yield the lines of a configuration that can be pasted."""
    taken: set[str] = set()
    for section in sections:
        yield from (f"# {line}" for line in report_lines([section]))
        for find in section.finds:
            if find.settings:
                yield ""
                mark = "" if find.sure else "# "
                for line in _sensor_lines(find, taken):
                    yield mark + line
        yield ""


def _sensor_lines(find: Find, taken: set[str]) -> Iterator[str]:
    yield "[[sensor]]"
    yield f"name = {_toml(_unused_name(str(find.settings['driver']), taken))}"
    for name, value in find.settings.items():
        comment = f"  # {printable(find.also)}" if name == "driver" and find.also else ""
        yield f"{name} = {_toml(value)}{comment}"
    yield f'interval = "{_INTERVAL}"'


def _unused_name(driver: str, taken: set[str]) -> str:
    name, number = driver, 1
    while name in taken:
        number += 1
        name = f"{driver}-{number}"
    taken.add(name)
    return name


def _toml(value: object) -> str:
    if isinstance(value, int):
        return f"0x{value:02x}"  # the only numbers here are addresses
    return json.dumps(printable(str(value)), ensure_ascii=False)
