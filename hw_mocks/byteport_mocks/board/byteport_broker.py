"""Byteport's own broker in virtual time: a `BrokerService` that tells of readings, not of packets.

Source: Byteport API document v1.6, MQTT ("simple_string_dev_message").
"""

import json

from byteport_mocks.board.broker_service import BrokerService

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

TOPIC = "simple_string_dev_message"
_UNAVAILABLE = 3  # a CONNACK's code (MQTT 3.1.1, 3.2.2.3)


class ByteportBroker(BrokerService):
    """``store`` is given each reading that was published, as `StoreService.keep` is: its timestamp
    as text, "" for none, and its fields. ``clients`` has the last one alone."""

    def __init__(self, user: str = "", password: str = "") -> None:
        super().__init__(user, password)
        self.calls = 0
        self.store: "Callable[[str, list[tuple[str, str]]], object]" = lambda _ts, _fields: None
        self.keep = self._take_apart

    def __call__(self, request: bytes) -> "bytes | None":
        answer = super().__call__(request)
        del self.clients[:-1]  # of months there are many
        return answer

    def be_there(self, there: bool) -> None:
        """Serve, or lose every connection and refuse the next ones."""
        self.refusal = 0 if there else _UNAVAILABLE
        if not there:
            self.restart()

    def _take_apart(self, topic: str, payload: str, _flags: int) -> None:
        self.calls += 1
        if topic == TOPIC:
            for each in json.loads(payload):
                self.store(each.get("timestamp", ""), data_fields(each["data"]))


def data_fields(data: str) -> "list[tuple[str, str]]":
    """Return the fields of ``f1=10;f2="a text";``."""
    fields = []
    for part in data.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            fields.append((name, value.strip('"')))
    return fields
