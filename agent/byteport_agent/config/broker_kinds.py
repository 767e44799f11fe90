"""The kinds of values that only outputs to others than Byteport, messages and actuators have."""

from typing import Any
from urllib.parse import urlsplit

from byteport_agent.config.kinds import NAME, TABLE, Kind, is_url, must_be, secret_of, text_of
from byteport_agent.config.problems import quoted


def _texts(value: object) -> dict[str, str]:
    table: dict[str, Any] = TABLE.parse(value)
    for name, text in table.items():
        right = isinstance(text, str) and text and text.isprintable()
        if not right or not name.isprintable():
            raise ValueError(f"{quoted(name)} must be a text")
    return table


def _topic(value: object) -> str:
    text = text_of(value, "a topic")
    parts = text.split("/")
    if not text.isprintable() or set(text) & set("+#") or "" in parts or text.startswith("$"):
        raise ValueError(f"{quoted(text)} is no topic: parts without + and #, with / between them")
    return text


def _pin(value: object) -> int | str:
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise must_be('a number such as 17, or a name such as "BOARD11"', value)
    if not 0 <= value <= 999:
        raise ValueError("is no pin")
    return value


def _commands(value: object) -> dict[str, tuple[str, ...]]:
    found = {}
    for name, words in TABLE.parse(value).items():
        NAME.parse(name)
        listed = words if isinstance(words, (list, tuple)) else [words]
        texts = [each for each in listed if isinstance(each, str) and each and "\0" not in each]
        if len(texts) != len(listed) or not texts or not texts[0].startswith("/"):
            raise ValueError(f'{quoted(name)} must be words such as ["/usr/bin/prog", "word"]')
        found[name] = tuple(texts)
    return found


TEXTS = Kind("table of texts", _texts)
TOPIC = Kind("topic", _topic)
PIN = Kind("number or text", _pin)
COMMANDS = Kind("table of words", _commands)


def secret(what: str) -> Kind:
    """Return the kind of a text that is never shown."""
    return Kind("text", lambda value: secret_of(value, what))


def url(plain: str, secure: str) -> Kind:
    """Return the kind of a URL with a scheme of its own, which is a host and at most a port."""

    def parse(value: object) -> str:
        text = text_of(value, f'a URL such as "{secure}://host"').rstrip("/")
        if not is_url(text, (plain, secure)) or urlsplit(text).path:
            raise ValueError(f"write {secure}://host or {plain}://host:port")
        return text

    return Kind("URL", parse)
