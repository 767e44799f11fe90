"""How a section of the configuration is declared: a frozen dataclass whose fields are settings.

The one declaration gives the check, the default, the type and the documentation, so that none of
them can say something else than the others.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from byteport_agent.config.kinds import Kind


@dataclass(frozen=True)
class Setting:
    """One key: the kind of its value, what it means, an example in TOML."""

    key: str
    kind: Kind
    meaning: str
    example: str
    default: str = ""  # as TOML; empty for none
    required: bool = False


def setting(
    kind: Kind,
    key: str,
    meaning: str,
    *,
    example: str,
    default: object = None,
    required: bool = False,
    read: bool = True,
) -> Any:
    """Return a dataclass's field that is a key of its table; the default is as TOML has it.

    One that is not ``read`` from the section is what another of its fields is made from.
    """
    shown = "" if default is None else toml(default)
    declared = Setting(key, kind, meaning, example, shown, required)
    if required:
        return field(metadata={"setting": declared})
    if not read:
        return field(
            init=False, repr=False, compare=False, default=None, metadata={"setting": declared}
        )
    value = None if default is None else kind.parse(default)
    if isinstance(value, dict):
        return field(default_factory=dict, metadata={"setting": declared})
    return field(default=value, metadata={"setting": declared})


def settings_of(section: type) -> dict[str, tuple[str, Setting]]:
    """Return, by key, the attribute and the setting of each field that is one."""
    declared = ((item.name, item.metadata.get("setting")) for item in fields(section))
    return {found.key: (name, found) for name, found in declared if found is not None}


def toml(value: object) -> str:
    """Return a default as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
