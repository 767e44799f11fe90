"""Readings of an outbox as messages for a broker, in Byteport's dialect or as plain topics.

Both have ``publish(publisher, form, timestamp, device)``; a form is fields as
`encoder.append_fields` makes them. They keep their buffers, and make no others.
Source: Byteport API document v1.6, MQTT.
"""

from byteport.compat import const
from byteport.names import LOG_LEVELS

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.mqtt import Publisher

    Form = bytes | bytearray

_AND = const(38)
_EQUALS = const(61)
_PERCENT = const(37)
_PLUS = const(43)
_NINE = const(57)


class ByteportMessages:
    """A reading is a JSON list of one, for Byteport's own broker."""

    TOPIC = b"simple_string_dev_message"

    def __init__(self, namespace: str, device: str) -> None:
        self._namespace = namespace
        self._device = device
        self._payload = bytearray()
        self._name = bytearray()
        self._value = bytearray()

    def publish(
        self,
        publisher: "Publisher",
        form: "Form",
        timestamp: "str | None",
        device: "str | None" = None,
    ) -> None:
        """Publish a reading; raise InvalidValue for one that the form does not carry."""
        from byteport.data_form import append_data, make_worded

        payload = self._payload
        payload[:] = b'[{"namespace":"'
        payload.extend(self._namespace.encode())
        payload.extend(b'","uid":"')
        payload.extend((device or self._device).encode())
        if timestamp is not None:
            payload.extend(b'","timestamp":"')
            payload.extend(timestamp.encode())
        payload.extend(b'","data":"')
        at = 0
        while at < len(form):
            at = read_field(form, at, self._name, self._value)
            if is_log(self._name):
                make_worded(self._value)
            append_data(payload, self._name, self._value, b'\\"')
        payload.extend(b'"}]')
        publisher.publish(self.TOPIC, payload)


class PlainMessages:
    """Each field is a message to ``base/device/sensor/field``, which is its value.

    A value has the time at which it arrives. ``sensors`` has the sensor of each field, as far as it
    is known; the broker keeps the last of each value if it is to be ``retained``.
    """

    def __init__(self, base: str, device: str, sensors: "dict[str, str]", retained: bool) -> None:
        self._base = base
        self._device = device
        self._sensors = sensors
        self._retained = retained
        self._topic = bytearray()
        self._name = bytearray()
        self._value = bytearray()

    def publish(
        self,
        publisher: "Publisher",
        form: "Form",
        timestamp: "str | None",  # noqa: ARG002 (the other dialect's)
        device: "str | None" = None,
    ) -> None:
        """Publish a reading's fields."""
        topic = self._topic
        topic[:] = self._base.encode()
        topic.extend(b"/")
        topic.extend((device or self._device).encode())
        start = len(topic)
        at = 0
        while at < len(form):
            at = read_field(form, at, self._name, self._value)
            sensor = None if device else self._sensors.get(bytes(self._name).decode())
            topic[start:] = b"/" + sensor.encode() + b"/" if sensor else b"/"
            topic.extend(self._name)
            publisher.publish(topic, self._value, self._retained and not is_log(self._name))


def is_log(name: bytearray) -> bool:
    """Tell whether a field is a message of the device's log."""
    return bytes(name).decode() in LOG_LEVELS


def read_field(form: "Form", at: int, name: bytearray, value: bytearray) -> int:
    """Put the field whose ``&`` is there into two buffers; return where it ends."""
    name[:] = value[:] = b""
    out = name
    at += 1
    while at < len(form) and form[at] != _AND:
        c = form[at]
        if c == _EQUALS:
            out = value
        elif c == _PERCENT:
            out.append(_digit(form[at + 1]) << 4 | _digit(form[at + 2]))
            at += 2
        else:
            out.append(32 if c == _PLUS else c)
        at += 1
    return at


def _digit(c: int) -> int:
    return c - 48 if c <= _NINE else c - 55
