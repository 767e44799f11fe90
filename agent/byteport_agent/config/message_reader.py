"""Reads `[[actuator]]` and `[messages]`, and what only shows between them and the outputs."""

from collections.abc import Iterable

from byteport_agent.config.broker_sections import BrokerTarget
from byteport_agent.config.extras import need
from byteport_agent.config.message_sections import (
    ACTUATORS,
    DIGITAL,
    RESERVED,
    Actuator,
    Messages,
)
from byteport_agent.config.output_sections import Output
from byteport_agent.config.problems import Problems, quoted
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table


def read_actuator(table: Table) -> tuple[str | None, Actuator | None]:
    """Return an actuator's name, and the actuator if it has no mistake."""
    values = table.read(Actuator)
    table.refuse_others(settings_of(Actuator))
    need(table, "pi")
    name, kind = values.get("name"), values.get("kind")
    if name in RESERVED:
        table.mistake(f"name: {quoted(str(name))} begins a message of another meaning", "name")
    if kind is not None and "safe" in values:
        low, high = ACTUATORS[kind]
        safe = values["safe"]
        if not low <= safe <= high or (kind in DIGITAL and safe not in (0, 1)):
            span = "0 or 1" if kind in DIGITAL else f"{low:g} to {high:g}"
            table.mistake(f"safe: {kind} is {span}", "safe")
    return name, table.built(Actuator, values)


def read_messages(table: Table) -> Messages | None:
    """Return what messages may do, None where it has a mistake."""
    values = table.read(Messages)
    table.refuse_others(settings_of(Messages))
    return table.built(Messages, values)


def warn_of_no_way(
    problems: Problems, outputs: Iterable[Output | None], section: str, given: bool
) -> None:
    """Warn of what messages could do where no output takes any."""
    taken = any(isinstance(each, BrokerTarget) and each.messages for each in outputs)
    if given and not taken:
        text = f"{section}: no message comes: it takes an [[output]] with messages = true"
        problems.add((section,), text, is_warning=True)
