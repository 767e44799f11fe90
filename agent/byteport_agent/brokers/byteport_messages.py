"""A call as Byteport's own broker takes it: JSON lists, of one reading or of many.

Source: Byteport API document v1.6, MQTT and STOMP; the list of many is its bulk path.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from byteport.digits import ms_text
from byteport_agent.brokers.data_form import data_text
from byteport_agent.brokers.message import Message
from byteport_agent.delivery.outcome import Call
from byteport_agent.outbox.entry import Fields

MOST_READINGS = 100  # a message, and not much more than so many bytes
_MOST_BYTES = 32_000


class ByteportMessages:
    """The dialect of Byteport's broker: all messages go to one topic or queue."""

    def __init__(self, namespace: str, topic: str) -> None:
        self._namespace = namespace
        self._topic = topic

    def opened(self) -> None:
        pass

    def preface(self, _: Call) -> Sequence[Message]:
        return ()

    def messages(self, call: Call) -> list[Message]:
        readings = [self._reading(call.device, ts, fields) for ts, fields in _readings(call)]
        return [Message(self._topic, payload) for payload in _lists(readings)]

    def farewell(self) -> None:
        return None

    def _reading(self, device: str, ts_ms: int, fields: Fields) -> str:
        packet = {
            "namespace": self._namespace,
            "uid": device,
            "timestamp": ms_text(ts_ms),
            "data": data_text(fields),
        }
        return json.dumps(packet, separators=(",", ":"))


def _readings(call: Call) -> Iterator[tuple[int, Fields]]:
    if call.many:
        for entry in call.entries:
            if entry.ts_ms is not None:
                yield entry.ts_ms, entry.fields
    elif call.ts_ms is not None:
        yield call.ts_ms, call.fields


def _lists(readings: Iterable[str]) -> Iterator[bytes]:
    """Yield JSON lists of readings that are JSON already."""
    part: list[str] = []
    size = 0
    for reading in readings:
        if part and (len(part) == MOST_READINGS or size + len(reading) > _MOST_BYTES):
            yield f"[{','.join(part)}]".encode()
            part, size = [], 0
        part.append(reading)
        size += len(reading)
    if part:
        yield f"[{','.join(part)}]".encode()
