"""An entry as a line: ``byteport,device=greenhouse-1,sensor=porch porch_temp=21.50 1410613385123``.

A text that is a number is written as one, all others in quotes. Source: InfluxData, "Line protocol
reference"; InfluxDB's parser for what it says nothing of, such as line breaks within quotes.
"""

import re
from collections.abc import Mapping
from math import isfinite

from byteport.errors import InvalidValue
from byteport_agent.outbox.entry import Fields

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_MOST_INTEGER = 1 << 63
_TO_ESCAPE = re.compile(r"[,= ]")


class LineProtocol:
    """Lines of one measurement; ``tags`` are those of every line, besides device and sensor.

    A number without a point is an integer there only where ``integers``: a field that was written
    as one takes no other number any more.
    """

    def __init__(self, measurement: str, tags: Mapping[str, str], integers: bool) -> None:
        self._measurement = re.sub(r"([, ])", r"\\\1", measurement)
        self._tags = dict(tags)
        self._integers = integers
        self._heads: dict[tuple[str, str], str] = {}

    def line(self, device: str, sensor: str, fields: Fields, ts_ms: int) -> str:
        """Return a line without its end; raise InvalidValue for a text that is none."""
        texts = ",".join([f"{_escaped(name)}={self._value(name, text)}" for name, text in fields])
        return f"{self._head(device, sensor)} {texts} {ts_ms}"

    def _head(self, device: str, sensor: str) -> str:
        if (device, sensor) not in self._heads:
            tags = {**self._tags, "device": device, "sensor": sensor}
            written = [f",{_escaped(key)}={_escaped(tags[key])}" for key in sorted(tags)]
            self._heads[device, sensor] = self._measurement + "".join(
                each for each in written if not each.endswith("=")
            )
        return self._heads[device, sensor]

    def _value(self, name: str, text: str) -> str:
        if _NUMBER.fullmatch(text) and isfinite(float(text)):
            whole = self._integers and _INTEGER.fullmatch(text)
            return f"{text}i" if whole and abs(int(text)) < _MOST_INTEGER else text
        try:
            text.encode()
        except UnicodeEncodeError:
            raise InvalidValue(f"field {name!r}: half a surrogate pair is no character") from None
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'


def _escaped(text: str) -> str:
    """Return a tag's or field's key, or a tag's value."""
    return _TO_ESCAPE.sub(r"\\\g<0>", text)
