"""A message's text as what is to be done: ``pump=on; read=porch; interval=porch 5s; run=reboot;``.

The names are the configuration's: of actuators, sensors, and programs that may be run.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from byteport_agent.actuators.actuator import Actuator
from byteport_agent.actuators.values import wish_of, wish_text
from byteport_agent.brokers.data_form import read_data
from byteport_agent.config.message_sections import Messages
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.durations import duration_ms, duration_text

Job = Callable[[], str]  # does something and returns what is to be answered


class Hands(NamedTuple):
    """What orders can do: by name, and False where there is no such sensor."""

    actuators: Mapping[str, Actuator]
    read_now: Callable[[str], bool]
    change_interval: Callable[[str, int], bool]
    sensors: Callable[[], list[str]]
    run: Callable[[str], str]


def jobs_of(text: str, settings: Messages, hands: Hands, device: str | None) -> list[Job]:
    """Return what a text orders, all of it or ValueError saying what is wrong.

    ``device`` is the child that it is for, None for this device, whose actuators alone it sets.
    """
    return list(_jobs(text, settings, hands, device))


def _jobs(text: str, settings: Messages, hands: Hands, device: str | None) -> Iterator[Job]:
    pairs = read_data(text)
    if not pairs:
        raise ValueError("it is empty")
    own = {n: each for n, each in hands.actuators.items() if each.settings.device == device}
    for name, value in pairs:
        if name in own:
            yield _setting(own[name], value)
        elif name == "read" and settings.read and device is None:
            yield _reading(hands, value)
        elif name == "interval" and settings.interval and device is None:
            yield _changing(hands, value)
        elif name == "run" and settings.commands and device is None:
            yield _running(settings, hands, value)
        else:
            raise ValueError(_unknown(name, [*own, *_allowed(settings, device)]))


def _allowed(settings: Messages, device: str | None) -> list[str]:
    switches = {
        "read": settings.read,
        "interval": settings.interval,
        "run": bool(settings.commands),
    }
    return [name for name, is_on in switches.items() if is_on and device is None]


def _unknown(name: str, known: list[str]) -> str:
    if name in ("read", "interval", "run"):
        return f"{name} is not allowed: see [messages]"
    near = did_you_mean(name, known) or f": there is {', '.join(known) or 'none'}"
    return f"there is no actuator {quoted(name)}{near}"


def _setting(actuator: Actuator, text: str) -> Job:
    settings = actuator.settings
    wish = wish_of(settings, text)

    def job() -> str:
        actuator.set(wish)
        return f"{settings.name} is {wish_text(settings, wish)}"

    return job


def _reading(hands: Hands, name: str) -> Job:
    _check_sensor(hands, name)

    def job() -> str:
        hands.read_now(name)
        return f"sensor {name} is read now"

    return job


def _changing(hands: Hands, text: str) -> Job:
    name, _, interval = text.partition(" ")
    _check_sensor(hands, name)
    interval_ms = duration_ms(interval.strip()[:40])

    def job() -> str:
        hands.change_interval(name, interval_ms)
        return f"sensor {name} is read every {duration_text(interval_ms)} until the next start"

    return job


def _running(settings: Messages, hands: Hands, name: str) -> Job:
    if name not in settings.commands:
        near = did_you_mean(name, settings.commands) or ": it is not in commands of [messages]"
        raise ValueError(f"there is no command {quoted(name)}{near}")
    return lambda: hands.run(name)


def _check_sensor(hands: Hands, name: str) -> None:
    names = hands.sensors()
    if name not in names:
        near = did_you_mean(name, names) or f": there is {', '.join(names) or 'none'}"
        raise ValueError(f"there is no sensor {quoted(name)}{near}")
