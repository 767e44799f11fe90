"""Reads the calls of Byteport's store API that arrive at a `SimulatedByteport`.

Source: Byteport API document v1.6, "Storing with an API key" and its packets. Values stay texts,
as they were sent; a test compares them with what it knows.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from byteport.errors import InvalidName
from byteport.names import LOG_LEVELS, check
from byteport.store_call import RefusalError
from byteport_mocks.scripted_server import Request

_STORE = re.compile(r"/api/v1/timeseries/([^/]+)/([^/]+)/?")
_PACKETS = "/api/legacy/packets/timeseries/"
_SECONDS = re.compile(r"\d{1,11}(\.\d*)?", re.ASCII)
_PACKET_FIELD = re.compile(r'([^=;]+)=("(?:[^"\\]|\\.)*"|(?:[^;"][^;]*)?)(?:;|$)')
_MAX_URL_BYTES = 2048


class Stored(NamedTuple):
    """One reading as it was sent; ``timestamp`` is seconds since 1970 as text, "" for none."""

    device: str
    timestamp: str
    fields: tuple[tuple[str, str], ...]

    @property
    def values(self) -> dict[str, str]:
        return dict(self.fields)

    @property
    def ts_ms(self) -> int | None:
        """Milliseconds since 1970, in integers all the way."""
        if not self.timestamp:
            return None
        seconds, _, decimals = self.timestamp.partition(".")
        return int(seconds) * 1000 + int(f"{decimals:0<3}"[:3])


class Message(NamedTuple):
    """A line for the device's log panel."""

    device: str
    level: str
    text: str


@dataclass
class StoreCall:
    """What one call stores; a heartbeat where it is nothing."""

    device: str = ""
    readings: list[Stored] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)

    def add(self, device: str, timestamp: str, pairs: list[tuple[str, str]]) -> None:
        if timestamp and not _SECONDS.fullmatch(timestamp):
            raise RefusalError(400, f"time {timestamp[:40]!r} is not seconds since 1970")
        try:
            for name, _ in pairs:
                check(name)
        except InvalidName as error:
            raise RefusalError(400, str(error)) from None
        fields = tuple(pair for pair in pairs if pair[0] not in LOG_LEVELS)
        self.device = device
        self.messages += [Message(device, *pair) for pair in pairs if pair[0] in LOG_LEVELS]
        if fields:
            self.readings.append(Stored(device, timestamp, fields))


def read_call(request: Request, namespace: str, key: str, devices: Collection[str]) -> StoreCall:
    """Return what a request stores; RefusalError where the namespace, key or device is another.

    An empty namespace or key, and no devices, stand for any.
    """
    if request.path == _PACKETS:
        return _read_packets(request, namespace, key, devices)
    found = _STORE.fullmatch(request.path)
    if found is None:
        raise RefusalError(404, "no such path")
    device = unquote(found[2])
    _check_place(unquote(found[1]), device, namespace, devices)
    pairs = _form(request)
    _check_key(pairs.pop("_key", ""), key)
    call = StoreCall(device)
    call.add(device, pairs.pop("_ts", ""), list(pairs.items()))
    return call


def _form(request: Request) -> dict[str, str]:
    if request.method not in ("GET", "POST"):
        raise RefusalError(405, f"{request.method} stores nothing: use POST or GET")
    if len(request.target) > _MAX_URL_BYTES:
        raise RefusalError(414, f"the URL is longer than {_MAX_URL_BYTES} bytes: use POST")
    form = request.body if request.method == "POST" else urlsplit(request.target).query.encode()
    try:
        return dict(parse_qsl(form.decode("ascii"), True, True, errors="strict"))
    except ValueError:
        raise RefusalError(400, "the parameters are no form of percent-encoded UTF-8") from None


def _check_place(name: str, device: str, namespace: str, devices: Collection[str]) -> None:
    try:
        check(device, "device")
    except InvalidName as error:
        raise RefusalError(406, str(error)) from None
    if namespace and name != namespace:
        raise RefusalError(404, f"unknown namespace {name!r}")
    if devices and device not in devices:
        raise RefusalError(404, f"device {device!r} is not registered")


def _check_key(sent: str, key: str) -> None:
    if not sent or (key and sent != key):
        raise RefusalError(403, "the key is wrong or missing")


def _read_packets(
    request: Request, namespace: str, key: str, devices: Collection[str]
) -> StoreCall:
    form = _form(request)
    _check_key(form.get("legacy_key", ""), key)
    call = StoreCall()
    try:
        packets: list[dict[str, Any]] = json.loads(form.get("packets", ""))
        for packet in packets:
            _check_place(packet["namespace"], packet["uid"], namespace, devices)
            call.add(packet["uid"], packet["timestamp"], packet_fields(packet["data"]))
    except (ValueError, TypeError, KeyError):
        raise RefusalError(400, "packets is no JSON list of packets") from None
    return call


def packet_fields(data: str) -> list[tuple[str, str]]:
    """Return the pairs of `f1=10;f2="a text";`, where a backslash escapes in quotes."""
    pairs, at = [], 0
    while at < len(data):
        found = _PACKET_FIELD.match(data, at)
        if found is None:
            raise RefusalError(400, f"data {data[at:][:40]!r} is not name=value;")
        name, value = found.groups()
        if value[:1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        pairs.append((name, value))
        at = found.end()
    return pairs
