"""How a station's readings get to an MQTT broker: `station_http`'s part, for another service.

A reading is delivered when the broker has confirmed all its messages. One whose confirmation did
not come waits in the publisher, and is sent again from there as it was, marked as a repetition.
"""

from byteport.compat import const
from byteport.errors import InvalidValue, SendError, Unreachable
from byteport.mqtt import Publisher

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_CONFIRMED = const(200)
_HELD = const(300)  # station_answers holds at it, and has no words of HTTP for it
_NOT_NOW = const(408)
_NOT_CARRIED = const(1)
_NO_ANSWER = const(0)


class MqttOutput:
    """``settings`` are station.json, ``secrets`` secrets.json. Attributes are as in HttpOutput."""

    has_date = False
    headers: "dict[str, str]" = {}

    def __init__(self, settings: "dict[str, Any]", secrets: "dict[str, Any]") -> None:
        device = settings["device"]
        output = settings["output"]
        self.wants_date = False
        self.why = ""
        self._publisher = Publisher(
            output["url"],
            output["client_id"],
            output.get("user"),
            secrets.get("password"),
            output.get("ca"),
            output["timeout_ms"] / 1000,
            output["keep_alive_ms"] // 1000,
            output["window"],
        )
        self.needs_time = self._publisher.origin[0]
        self._messages: "Any" = None
        if output["dialect"] == "plain":
            from byteport.mqtt_messages import PlainMessages

            self._messages = PlainMessages(
                output["base"], device["uid"], output["sensors"], output.get("retain", False)
            )
        else:
            from byteport.mqtt_messages import ByteportMessages

            self._messages = ByteportMessages(device["namespace"], device["uid"])
        self._given = bytearray()  # the reading whose messages the publisher has
        self._given_at: "str | None" = None

    def send(self, fields: "bytes | bytearray", timestamp: "str | None" = None) -> int:
        """Publish fields, as `encoder.append_fields` makes them; return 200 if they are confirmed.

        Else 300 where the broker refuses this client, 408 where it is not available now, 0 where
        there is no answer, and 1 for fields that cannot be published. Without fields it is a ping.
        """
        publisher = self._publisher
        self.why = ""
        try:
            if not fields:
                publisher.ping()
            elif self._given_at != timestamp or self._given != fields:
                self._given[:] = b""
                self._messages.publish(publisher, fields, timestamp)
                self._given[:] = fields
                self._given_at = timestamp
            publisher.flush()
        except SendError as error:
            self.why = str(error)
            if not isinstance(error, Unreachable):
                return _HELD
            return _NOT_NOW if error.status else _NO_ANSWER
        except InvalidValue as error:
            self.why = str(error)
            return _NOT_CARRIED
        if fields:
            self._given[:] = b""
        return _CONFIRMED

    def upkeep(self) -> None:
        """Keep the connection alive; without one, the next reading opens another."""
        try:
            self._publisher.upkeep()
        except SendError:
            pass

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._publisher.close()
