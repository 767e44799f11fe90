"""Packets: many readings in one call, each with its own time.

Source: Byteport API document v1.6, "packets" and "Comma separated data".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from byteport.errors import InvalidName
from byteport.names import LOG_LEVELS, check
from byteport.store_call import RefusalError, timestamp_ms
from byteport_mocks.store_calls import packet_fields

Texts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Packet:
    """One reading of a device."""

    namespace: str
    uid: str
    ts_ms: int
    fields: Texts
    messages: Texts


def read_packets(text: str) -> list[Packet]:
    """Return the packets of a JSON list; RefusalError where one of them is none."""
    try:
        found = json.loads(text)
        return [_packet(each) for each in found]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise RefusalError(
            400, "packets is no JSON list of namespace, uid, timestamp and data"
        ) from None


def _packet(found: Mapping[str, Any]) -> Packet:
    pairs = packet_fields(str(found["data"]))
    try:
        uid = check(found["uid"], "device")
        names = [check(name) for name, _ in pairs]
    except InvalidName as error:
        raise RefusalError(406, str(error)) from None
    texts = tuple(zip(names, [text for _, text in pairs], strict=True))
    return Packet(
        str(found["namespace"]),
        uid,
        timestamp_ms(str(found["timestamp"])),
        tuple(pair for pair in texts if pair[0] not in LOG_LEVELS),
        tuple(pair for pair in texts if pair[0] in LOG_LEVELS),
    )
