"""Checks a driver's options against its constructor's signature, without making one."""

from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

from byteport_agent.buses.bus_names import DEFAULT_BUS
from byteport_agent.config.kinds import type_text
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.driver_lookup.finder import FoundDriver

_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "list": (list,),
    "tuple": (list,),
    "dict": (dict,),
    "None": (),
}
_WORDS = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": "a list",
    "tuple": "a list",
    "dict": "a table",
}


@dataclass(frozen=True)
class Options:
    """The options that a driver has; ``open_ended`` where it takes any other too."""

    driver: str
    parameters: dict[str, Parameter]
    open_ended: bool
    given: frozenset[str]  # by the way it was found

    def mistake(self, name: str, value: object) -> str:
        """Return what is wrong with an option of this value, or an empty text."""
        if name in self.parameters:
            wanted = _wanted(self.parameters[name].annotation)
            if wanted and not _is_one_of(wanted, value):
                words = " or ".join(
                    dict.fromkeys(_WORDS[word] for word in wanted if word in _WORDS)
                )
                return f"{name}: must be {words}, not {type_text(value)}"
            return ""
        if self.open_ended:
            return ""
        names = [known for known in self.parameters if known not in ("address", "root")]
        has = f": it has {', '.join(names)}" if names else ": it has none"
        hint = did_you_mean(name, names) or has
        return f"{self.driver} has no option {quoted(name)}{hint}"

    def missing(self, names: "set[str]") -> list[str]:
        """Return the options that are needed and not among those named."""
        needed = [p.name for p in self.parameters.values() if p.default is p.empty]
        return [name for name in needed if name not in names and name not in self.given]


def options_of(found: FoundDriver) -> Options:
    """Return a driver's options; its address is one of them, its bus is not."""
    try:
        all_parameters = list(signature(found.kind).parameters.values())
    except (TypeError, ValueError):  # a class in C may tell nothing
        return Options(found.name, {}, True, frozenset())
    by_name = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    named = [p for p in all_parameters if p.kind in by_name]
    own = named[1:] if found.bus in DEFAULT_BUS else named
    open_ended = any(p.kind is p.VAR_KEYWORD for p in all_parameters)
    parameters = {p.name: p for p in own}
    return Options(found.name, parameters, open_ended, frozenset(found.options))


def _wanted(annotation: Any) -> list[str]:
    """Return the simple types of an annotation such as "int | str"; none where it says more."""
    if annotation is Parameter.empty:
        return []
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    words = [part.strip().partition("[")[0] for part in _without_brackets(text).split("|")]
    return words if all(word in _TYPES for word in words) else []


def _without_brackets(text: str) -> str:
    kept, depth = "", 0
    for char in text.strip("\"'"):
        depth += char == "["
        kept += "" if depth else char
        depth -= char == "]"
    return kept


def _is_one_of(wanted: list[str], value: object) -> bool:
    if isinstance(value, bool):
        return "bool" in wanted
    return any(isinstance(value, _TYPES[word]) for word in wanted)
