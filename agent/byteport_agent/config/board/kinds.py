"""The kinds of values that only a board's configuration has."""

from collections.abc import Iterable
from re import fullmatch

from byteport_agent.config.kinds import Kind, must_be, text_of
from byteport_agent.config.problems import quoted
from byteport_agent.keys import Secret

_MOST_PINS = 100


def pin_numbers(text: str) -> frozenset[int]:
    """Return the pins that a text such as "0-5 12" lists."""
    found: set[int] = set()
    for part in text.split():
        ends = fullmatch(r"([0-9]{1,2})(?:-([0-9]{1,2}))?", part)
        if ends is None:
            raise ValueError(f"{quoted(part)} is no pin: write such as 0-5 12 14")
        found.update(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return frozenset(found)


def pins_text(pins: Iterable[int]) -> str:
    """Return pins briefly: 0-5, 12, 14."""
    spans: list[list[int]] = []
    for pin in sorted(pins):
        if spans and pin == spans[-1][1] + 1:
            spans[-1][1] = pin
        else:
            spans.append([pin, pin])
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in spans)


def _pins(value: object) -> frozenset[int]:
    return pin_numbers(text_of(value, 'pins such as "0-5 12 14"'))


def _pin(value: object) -> int | str:
    if isinstance(value, str) and fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,15}", value):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        raise must_be("a pin's number, such as 4", value)
    if not 0 <= value < _MOST_PINS:
        raise ValueError(f"{value} is no pin")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise must_be("a list of texts", value)
    return tuple(text_of(each) for each in value)


def _ssid(value: object) -> str:
    text = text_of(value, "a network's name")
    if len(text.encode()) > 32:
        raise ValueError("is longer than 32 bytes, which no network's name is")
    return text


def wifi_password(text: str) -> Secret:
    """Return a password as WPA has it (IEEE 802.11, J.4): 8 to 63 characters, or 64 hex digits."""
    if not fullmatch(r"[ -~]{8,63}|[0-9a-fA-F]{64}", text):
        raise ValueError("must be 8 to 63 characters of ASCII, or 64 hexadecimal digits")
    return Secret(text)


def _password(value: object) -> Secret:
    if not isinstance(value, str):
        raise must_be("a text", value)
    return wifi_password(value)


def _country(value: object) -> str:
    text = text_of(value, 'two letters such as "SE"')
    if not fullmatch(r"[A-Z]{2}", text):
        raise ValueError(f'{quoted(text)} is no country: write two capital letters, such as "SE"')
    return text


def _hostname(value: object) -> str:
    text = text_of(value, "a name")
    if not fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?", text):
        raise ValueError("must be up to 32 letters, digits and hyphens, none of these at an end")
    return text


def _hosts(value: object) -> tuple[str, ...]:
    hosts = _texts(value)
    for host in hosts:
        if not fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}", host):
            raise ValueError(f'{quoted(host)} is no host: write such as "pool.ntp.org"')
    if len(hosts) > 4:
        raise ValueError("has more than 4 hosts")
    return hosts


def _static(value: object) -> tuple[str, ...]:
    """Return address, mask, router and DNS server."""
    texts = _texts(value)
    if len(texts) != 4:
        raise ValueError("must be 4 addresses: its own, the mask, the router's, the DNS server's")
    for text in texts:
        parts = text.split(".")
        if len(parts) != 4 or not all(fullmatch(r"[0-9]{1,3}", part) for part in parts):
            raise ValueError(f'{quoted(text)} is no address: write such as "192.168.1.20"')
        if max(map(int, parts)) > 255:
            raise ValueError(f"{quoted(text)} is no address: each part is 0 to 255")
    return texts


PINS = Kind("pins", _pins)
PIN = Kind("pin", _pin)
TEXTS = Kind("list of texts", _texts)
SSID = Kind("text", _ssid)
PASSWORD = Kind("text", _password)
COUNTRY = Kind("two letters", _country)
HOSTNAME = Kind("name", _hostname)
HOSTS = Kind("list of hosts", _hosts)
STATIC = Kind("list of 4 addresses", _static)


def choices(*words: str) -> Kind:
    """Return the kind of a list of some of a few words."""
    listed = ", ".join(f'"{word}"' for word in words)

    def parse(value: object) -> tuple[str, ...]:
        for text in (texts := _texts(value)):
            if text not in words:
                raise ValueError(f"{quoted(text)} is none of {listed}")
            if texts.count(text) > 1:
                raise ValueError(f"{quoted(text)} is there twice")
        return texts

    return Kind("list of " + ", ".join(f'`"{word}"`' for word in words), parse)
