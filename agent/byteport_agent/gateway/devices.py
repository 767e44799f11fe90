"""The devices that store here: when each was heard of, and which of them are silent."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

from byteport_agent.config import GatewayDevice
from byteport_agent.durations import duration_text
from byteport_agent.gateway.blocks import number_of
from byteport_agent.gateway.history import History
from byteport_agent.gateway.kept_series import KeptSeries

MOST_SHOWN = 200  # characters of a value
_GAPS = 8
_ENOUGH_GAPS = 3
_LEAST_MS = 60_000
_UNKNOWN_MS = 86_400_000  # until it is known how far its calls are apart


class Heard:
    """When one device called: the last time, and how far its calls are apart."""

    def __init__(self, stored_ms: int | None = None) -> None:
        self.stored_ms = stored_ms  # its newest value, of before this agent's start
        self._called_ms: int | None = None
        self._gaps: deque[int] = deque(maxlen=_GAPS)

    @property
    def last_ms(self) -> int | None:
        return self.stored_ms if self._called_ms is None else self._called_ms

    def now(self, now_ms: int) -> None:
        if self._called_ms is not None:
            self._gaps.append(max(now_ms - self._called_ms, 0))
        self._called_ms = now_ms

    def patience_ms(self) -> int:
        """Return how long it may be silent."""
        if len(self._gaps) < _ENOUGH_GAPS:
            return _UNKNOWN_MS
        return max(3 * max(self._gaps), _LEAST_MS)


class Devices:
    """Safe to use from several threads; ``own`` is the agent's device."""

    def __init__(self, own: str, listed: Iterable[GatewayDevice], history: History) -> None:
        self.own = own
        self._listed = {device.uid: device for device in listed}
        self._history = history
        self._lock = Lock()
        self._heard: dict[str, Heard] = {}

    def heard(self, device: str, now_ms: int) -> None:
        """Note a call of a device."""
        with self._lock:
            if (heard := self._heard.get(device)) is None:
                heard = self._heard[device] = Heard()
            heard.now(now_ms)

    def knows(self, device: str) -> bool:
        return device in self._heard or device == self.own

    def load(self) -> None:
        """Know the devices that have stored before."""
        with self._lock:
            for series in self._history.all_series():
                heard = self._heard.setdefault(series.device, Heard())
                heard.stored_ms = max(series.last_ms, heard.stored_ms or 0)

    def count(self) -> int:
        """Return how many there are besides those listed and the own."""
        with self._lock:
            return len(self._heard.keys() - self._listed.keys() - {self.own})

    def names(self) -> list[str]:
        """Return all uids, the own first."""
        with self._lock:
            others = (self._heard.keys() | self._listed.keys()) - {self.own}
        return [self.own, *sorted(others)]

    def unit(self, device: str, field: str) -> str:
        """Return the unit that is configured for a field of a device."""
        listed = self._listed.get(device)
        return listed.units.get(field, "") if listed is not None else ""

    def silent(self, now_ms: int) -> list[tuple[str, str, int | None]]:
        """Return the devices that should have called: uid, in which way, and its last call."""
        names = self.names()[1:]
        found = [(uid, self._silence(uid, now_ms), self._last_ms(uid)) for uid in names]
        return [each for each in found if each[1]]

    def _last_ms(self, device: str) -> int | None:
        heard = self._heard.get(device)
        return None if heard is None else heard.last_ms

    def _silence(self, device: str, now_ms: int) -> str:
        """Return what is wrong with a device's silence, "" where nothing is."""
        heard = self._heard.get(device)
        if heard is None or heard.last_ms is None:
            return "was never heard of" if device in self._listed else ""
        age = now_ms - heard.last_ms
        is_long = age > self._patience_ms(device, heard)
        return f"nothing for {duration_text(age)}" if is_long else ""

    def _patience_ms(self, device: str, heard: Heard) -> int:
        listed = self._listed.get(device)
        patience = listed.silent_after_ms if listed is not None else None
        return heard.patience_ms() if patience is None else patience

    def others(self) -> Iterator[KeptSeries]:
        """Yield the fields of all devices but the own."""
        yield from (each for each in self._history.all_series() if each.device != self.own)

    def is_fresh(self, series: KeptSeries, now_ms: int) -> bool:
        """Tell whether a last value still says how it is: see docs/outputs.md."""
        heard = self._heard.get(series.device)
        if heard is None or self._silence(series.device, now_ms):
            return False
        longest_ms = max(self._patience_ms(series.device, heard), _UNKNOWN_MS)
        return now_ms - series.last_ms <= longest_ms

    def shown(
        self, sensors: Iterable[Mapping[str, Any]], now_ms: int, only: str | None = None
    ) -> list[dict[str, Any]]:
        """Return all devices with their fields, or one of them, as the API gives them."""
        by_device: dict[str, list[KeptSeries]] = {}
        for series in self._history.all_series():
            by_device.setdefault(series.device, []).append(series)
        sensors = list(sensors)
        return [
            self._own_shown(by_device.get(uid, []), sensors)
            if uid == self.own
            else self._other_shown(uid, by_device.get(uid, []), now_ms)
            for uid in self.names()
            if only in (None, uid)
        ]

    def _own_shown(
        self, series: list[KeptSeries], sensors: list[Mapping[str, Any]]
    ) -> dict[str, Any]:
        of_field = {name: sensor for sensor in sensors for name in sensor["units"]}
        failing = [each for each in sensors if each["state"] not in ("ok", "starting")]
        fields = []
        for each in series:
            sensor = of_field.get(each.field)
            unit = sensor["units"].get(each.field, "") if sensor else ""
            name, state, reason = ("", "ok", "")
            if sensor:
                name, state, reason = sensor["name"], sensor["state"], sensor["reason"]
            fields.append(self._field(each, unit, name, state, reason))
        reason = ", ".join(f"{each['name']} is {each['state']}" for each in failing)
        state = "failing" if failing else "ok"
        last_ms = max((each.last_ms for each in series), default=None)
        return _device(self.own, True, state, reason, last_ms, fields)

    def _other_shown(self, uid: str, series: list[KeptSeries], now_ms: int) -> dict[str, Any]:
        last_ms, reason = self._last_ms(uid), self._silence(uid, now_ms)
        state = "silent" if reason else "ok"
        fields = [
            self._field(each, self.unit(uid, each.field), "", state, reason) for each in series
        ]
        return _device(uid, False, state, reason, last_ms, fields)

    def _field(
        self, series: KeptSeries, unit: str, sensor: str, state: str, reason: str
    ) -> dict[str, Any]:
        text = self._history.last_text(series)
        long = {"length": len(text)} if len(text) > MOST_SHOWN else {}
        return {
            "name": series.field,
            "value": text[:MOST_SHOWN],
            **long,
            "number": number_of(text),
            "unit": unit,
            "ts_ms": series.last_ms,
            "sensor": sensor,
            "state": state,
            "reason": reason,
        }


def _device(
    uid: str,
    own: bool,
    state: str,
    reason: str,
    last_ms: int | None,
    fields: list[dict[str, Any]],
) -> dict[str, Any]:
    return {
        "uid": uid,
        "own": own,
        "state": state,
        "reason": reason,
        "last_ms": last_ms,
        "fields": fields,
    }
