"""What a message may ask of an actuator: `on`, `0.4`, `2s`, `on 5m`, `pulse`, `safe`."""

from typing import NamedTuple

from byteport_agent.config.message_sections import ACTUATORS, DIGITAL, Actuator
from byteport_agent.durations import duration_ms, duration_text

_WORDS = {"on": 1.0, "true": 1.0, "off": 0.0, "false": 0.0}


class Wish(NamedTuple):
    """A value, and for how long, None for as long as the actuator allows."""

    value: float
    for_ms: int | None = None


def wish_of(settings: Actuator, text: str) -> Wish:
    """Return what a text asks of an actuator; raise ValueError saying what may be asked."""
    words = text.lower().split()
    if words == ["safe"]:
        return Wish(settings.safe)
    if words == ["pulse"]:
        return Wish(_other(settings), settings.pulse_ms)
    if len(words) == 1 and _is_duration(words[0]):
        return Wish(_other(settings), duration_ms(words[0]))
    if len(words) == 2 and _is_duration(words[1]):
        return Wish(_value(settings, words[0]), duration_ms(words[1]))
    return Wish(_value(settings, " ".join(words)))


def value_text(settings: Actuator, value: float) -> str:
    """Return a state as people say it."""
    if settings.kind in DIGITAL:
        return "on" if value else "off"
    return f"{value:g}"


def wish_text(settings: Actuator, wish: Wish) -> str:
    lasts = "" if wish.for_ms is None else f" for {duration_text(wish.for_ms)}"
    return f"{value_text(settings, wish.value)}{lasts}"


def _value(settings: Actuator, word: str) -> float:
    low, high = ACTUATORS[settings.kind]
    try:
        value = _WORDS[word] if word in _WORDS else float(word)
    except ValueError:
        value = high + 1
    if low <= value <= high and (value in (0, 1) or settings.kind not in DIGITAL):
        return value
    span = "on or off" if settings.kind in DIGITAL else f"{low:g} to {high:g}"
    raise ValueError(f"{settings.name} takes {span}, a time such as 2s behind it, pulse or safe")


def _other(settings: Actuator) -> float:
    """Return the state that is not the safe one."""
    return 1.0 if settings.safe != 1 else 0.0


def _is_duration(word: str) -> bool:
    try:
        return duration_ms(word) > 0
    except ValueError:
        return False
