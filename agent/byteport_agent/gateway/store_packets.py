"""Reads the one call that stores many readings, each with its own time and device: packets.

Nothing of a call is stored unless all of it is right. How a value with a semicolon is written is
shown by the API document's example alone: in double quotes.
Source: Byteport API document v1.6, "packets".
"""

import json
import re
from typing import Any

from byteport.errors import InvalidName
from byteport.names import LOG_LEVELS, check
from byteport.store_call import MAX_FIELDS, RefusalError, StoreCall, form_texts, timestamp_ms
from byteport_agent.keys import Secret

_MAX_PACKETS = 1000
_FIELD = re.compile(r'\s*([^=;"\s]+)=("[^"]*"|[^;"]*)\s*(?:;|$)')

Packet = tuple[str, str, StoreCall]  # namespace, device


def read_packets(form: bytes) -> list[Packet]:
    """Return (namespace, device, call) of each packet; RefusalError if one is not right."""
    parameters = form_texts(form)
    key = Secret(parameters.get("legacy_key", ""))
    try:
        packets = json.loads(parameters.get("packets", ""))
    except (ValueError, RecursionError):
        raise RefusalError(400, "packets is no JSON list") from None
    if not isinstance(packets, list) or not packets:
        raise RefusalError(400, "packets is no JSON list of packets")
    if len(packets) > _MAX_PACKETS:
        raise RefusalError(413, f"{len(packets)} packets: at most {_MAX_PACKETS} in one call")
    return [_packet(number, packet, key) for number, packet in enumerate(packets, 1)]


def _packet(number: int, packet: Any, key: Secret) -> Packet:
    names = ("namespace", "uid", "timestamp", "data")
    if not isinstance(packet, dict) or not all(isinstance(packet.get(n), str) for n in names):
        raise RefusalError(400, f"packet {number} lacks one of {', '.join(names)}, as texts")
    namespace, device, timestamp, data = (packet[name] for name in names)
    try:
        check(device, "device")
        data.encode()  # JSON can write halves of characters, which nothing else can
        texts = _texts(data)
    except InvalidName as error:
        raise RefusalError(400, f"packet {number}: {error}") from None
    except UnicodeError:
        raise RefusalError(400, f"packet {number}: data is no text") from None
    except ValueError as error:
        raise RefusalError(400, f"packet {number}: data {error}") from None
    fields = tuple(pair for pair in texts.items() if pair[0] not in LOG_LEVELS)
    messages = tuple(pair for pair in texts.items() if pair[0] in LOG_LEVELS)
    return namespace, device, StoreCall(key, timestamp_ms(timestamp), fields, messages)


def _texts(data: str) -> dict[str, str]:
    """Return the fields of ``name=value;name="a value";``."""
    texts: dict[str, str] = {}
    end = 0
    while end < len(data.rstrip()):
        found = _FIELD.match(data, end)
        if found is None:
            raise ValueError("is not name=value;name=value;")
        name, value = found.groups()
        if check(name) in texts:
            raise ValueError(f"has {name!r} twice")
        texts[name] = value[1:-1] if value.startswith('"') else value
        end = found.end()
    if len(texts) > MAX_FIELDS:
        raise ValueError(f"has {len(texts)} fields: at most {MAX_FIELDS}")
    return texts
