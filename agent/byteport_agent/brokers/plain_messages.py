"""A call as plain topics: ``base/device/sensor/field``, with the value and nothing else.

A value has the time at which it arrives, so a backlog is told in order, but without its times.
"""

from collections.abc import Iterator, Sequence

from byteport.errors import InvalidValue
from byteport.names import LOG_LEVELS
from byteport_agent.brokers.home_assistant import Discovery
from byteport_agent.brokers.message import Message
from byteport_agent.delivery.outcome import Call
from byteport_agent.outbox.entry import Fields

ONLINE, OFFLINE = b"online", b"offline"


class PlainMessages:
    """The dialect of topics; ``discovery`` is None where nobody is told of the fields.

    ``base/device/status`` says whether this agent is there, and is always retained.
    """

    def __init__(self, base: str, device: str, retain: bool, discovery: Discovery | None) -> None:
        self._base = base
        self._status = f"{base}/{device}/status"
        self._retain = retain
        self._discovery = discovery
        self._told_online = False

    def opened(self) -> None:
        self._told_online = False
        if self._discovery is not None:
            self._discovery.forget()

    def preface(self, call: Call) -> Sequence[Message]:
        found = [] if self._told_online else [Message(self._status, ONLINE, True)]
        self._told_online = True
        if self._discovery is not None:
            for device, sensor, fields in _parts(call):
                names = [name for name, _ in fields if name not in LOG_LEVELS]
                found += self._discovery.messages(device, sensor, names)
        return found

    def messages(self, call: Call) -> list[Message]:
        return [
            self._message(device, sensor, name, text)
            for device, sensor, fields in _parts(call)
            for name, text in fields
        ]

    def farewell(self) -> Message:
        return Message(self._status, OFFLINE, True)

    def _message(self, device: str, sensor: str, name: str, text: str) -> Message:
        try:
            payload = text.encode()
        except UnicodeEncodeError:
            raise InvalidValue(f"field {name!r}: half a surrogate pair is no character") from None
        topic = topic_of(self._base, device, sensor, name)
        return Message(topic, payload, self._retain and name not in LOG_LEVELS)


def topic_of(base: str, device: str, sensor: str, field: str) -> str:
    """Return a field's topic; the readings of some boards name no sensor."""
    return "/".join(filter(None, (base, device, sensor, field)))


def _parts(call: Call) -> Iterator[tuple[str, str, Fields]]:
    if call.many:
        for entry in call.entries:
            yield entry.device, entry.sensor, entry.fields
    elif call.entries:
        yield call.device, call.entries[0].sensor, call.fields
