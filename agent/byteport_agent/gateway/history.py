"""The history: every value that came, in a file but for the newest, which are in memory.

Who reads sees both as one. Safe to use from several threads; one of them adds and flushes.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from threading import RLock

from byteport.names import LOG_LEVELS
from byteport_agent.gateway.blocks import HOUR_MS, Column, column_of
from byteport_agent.gateway.history_file import Bucket, HistoryFile, Message
from byteport_agent.gateway.kept_series import KeptSeries
from byteport_agent.outbox import Entry
from byteport_agent.outbox.entry import Fields

MOST_SERIES = 20_000
_MOST_MESSAGES = 10_000
_MOST_BUMPS = 1000  # milliseconds that the outbox may have moved a reading on
_VALUE_BYTES = 120  # about what a value needs in memory, besides its text
_COLUMNS = 32
_AT_ONCE = 200  # series in one commit


class History:
    """``file`` is None while there can be none; then what is fresh is all there is."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._series: dict[tuple[str, str], KeptSeries] = {}
        self._messages: list[Message] = []
        self._columns: OrderedDict[tuple[int, int], Column | None] = OrderedDict()
        self.file: HistoryFile | None = None
        self.fresh_bytes = 0
        self.refused_series = 0

    def use(self, file: HistoryFile) -> None:
        """Know what a file knows, besides what is fresh."""
        self.file = file
        self.reload()

    def reload(self) -> None:
        """Know the fields of the file, which another has filled."""
        with self._lock:
            for stored in self.file.series() if self.file is not None else ():
                key = stored.device, stored.field
                series = self._series.setdefault(key, KeptSeries(None, *key))
                series.id = stored.id
                if stored.last_ms > series.last_ms:
                    series.last_ms, series.last_text = stored.last_ms, stored.last_text

    def lose_file(self) -> None:
        """Do without the file, which is damaged; fields begin anew in another."""
        with self._lock:
            if self.file is not None:
                self.file.close()
            self.file = None
            self._columns.clear()
            for series in self._series.values():
                series.id = None

    def add(self, entry: Entry) -> None:
        """Keep an entry of the outbox; one whose time nobody knows has no place in a history."""
        if entry.ts_ms is None:
            return
        with self._lock:
            for name, text in entry.fields:
                if name in LOG_LEVELS:
                    self._messages.append(Message(entry.ts_ms, entry.device, name, text))
                elif (series := self._series_of(entry.device, name)) is not None:
                    series.add(entry.ts_ms, text)
                self.fresh_bytes += _VALUE_BYTES + len(text)

    def forget_fresh(self) -> None:
        """Let go of what the file has not; the outbox still has it."""
        with self._lock:
            for series in self._series.values():
                series.forget_fresh()
            self._messages.clear()
            self.fresh_bytes = 0

    def flush(self) -> None:
        """Put into the file what is fresh; after an error of SQLite it is as fresh as before."""
        file = self.file
        assert file is not None
        with self._lock:
            waiting = [series for series in self._series.values() if series.fresh]
            values = [series.begin_flush() for series in waiting]
            messages = list(self._messages)
        for start in range(0, len(waiting), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            _put(file, waiting[part], values[part])
        with file.commit():
            file.put_messages(messages, _MOST_MESSAGES)
        with self._lock:
            for series in waiting:
                series.end_flush()
            del self._messages[: len(messages)]
            self._columns.clear()
            self.fresh_bytes = 0
        file.checkpoint()

    def all_series(self) -> list[KeptSeries]:
        with self._lock:
            return list(self._series.values())

    def find(self, device: str, field: str) -> KeptSeries | None:
        with self._lock:
            return self._series.get((device, field))

    def last_text(self, series: KeptSeries) -> str:
        """Return the newest value, however long it is."""
        if series.last_text is None and self.file is not None and series.id is not None:
            column = self.file.last_column(series.id)
            series.last_text = "" if column is None else column.texts()[-1]
        return series.last_text or ""

    def values(self, series: KeptSeries, from_ms: int, to_ms: int) -> Iterator[Column]:
        """Yield the values of a time, the end included, in order."""
        fresh = self._fresh_hours(series, from_ms, to_ms)
        if self.file is not None and series.id is not None:
            for column in self.file.columns(series.id, from_ms, to_ms):
                hour = column.times[0] // HOUR_MS
                for earlier in sorted(each for each in fresh if each < hour):
                    yield fresh.pop(earlier)
                if hour in fresh:
                    column = column.with_(fresh.pop(hour))
                if (part := column.between(from_ms, to_ms)).times:
                    yield part
        for hour in sorted(fresh):
            yield fresh[hour]

    def count(self, series: KeptSeries, from_ms: int, to_ms: int) -> int:
        """Return about how many values there are."""
        count = len(series.fresh)
        if self.file is not None and series.id is not None:
            count += self.file.count(series.id, from_ms, to_ms)
        return count

    def long_buckets(
        self, series: KeptSeries, from_ms: int, to_ms: int, bucket_ms: int
    ) -> tuple[list[Bucket], list[Column]]:
        """Return the file's buckets of whole hours or days, and what is fresh besides."""
        found: list[Bucket] = []
        if self.file is not None and series.id is not None:
            found = self.file.buckets(series.id, from_ms, to_ms, bucket_ms)
        fresh = self._fresh_hours(series, from_ms, to_ms)
        return found, [fresh[hour] for hour in sorted(fresh)]

    def messages(
        self, before_ms: int, device: str | None, levels: Collection[str], limit: int
    ) -> list[Message]:
        """Return messages, the newest first."""
        with self._lock:
            found = [
                each
                for each in reversed(self._messages)
                if each.ts_ms < before_ms and each.level in levels and device in (None, each.device)
            ]
        if self.file is not None:
            found += self.file.messages(before_ms, device, levels, limit)
        return sorted(found, key=lambda each: -each.ts_ms)[:limit]

    def has(self, device: str, ts_ms: int, fields: Fields) -> bool:
        """Tell whether a device's fields with these values are kept with that time.

        The outbox moves a reading on by a millisecond where a field has another value at its time.
        """
        first = self._series.get((device, fields[0][0]))
        if first is not None and ts_ms > first.last_ms:
            return False  # as nearly always
        with self._lock:
            for at_ms in range(ts_ms, ts_ms + _MOST_BUMPS):
                found = [self._text_at(device, name, text, at_ms) for name, text in fields]
                if all(text is not None for text in found):
                    if all(text == pair[1] for text, pair in zip(found, fields, strict=True)):
                        return True
                elif all(text is None for text in found):
                    return False
        return False

    def _text_at(self, device: str, name: str, text: str, at_ms: int) -> str | None:
        if name in LOG_LEVELS:
            message = Message(at_ms, device, name, text)
            known = message in self._messages
            return text if known or self._filed_message(message) else None
        series = self._series.get((device, name))
        if series is None or at_ms > series.last_ms:
            return None
        fresh = series.fresh.get(at_ms)
        return self._filed_text(series, at_ms) if fresh is None else fresh

    def _filed_message(self, message: Message) -> bool:
        with suppress(sqlite3.Error):  # what cannot be looked up is taken for new
            return self.file is not None and self.file.has_message(message)
        return False

    def _filed_text(self, series: KeptSeries, at_ms: int) -> str | None:
        if self.file is None or series.id is None:
            return None
        key = series.id, at_ms // HOUR_MS
        if key not in self._columns:
            self._columns[key] = None
            with suppress(sqlite3.Error):
                self._columns[key] = self.file.column_at(series.id, at_ms)
            if len(self._columns) > _COLUMNS:
                self._columns.popitem(last=False)
        column = self._columns[key]
        return None if column is None else column.text_at(at_ms)

    def _series_of(self, device: str, field: str) -> KeptSeries | None:
        key = device, field
        series = self._series.get(key)
        if series is None:
            if len(self._series) >= MOST_SERIES:
                self.refused_series += 1
                return None
            series = self._series[key] = KeptSeries(None, device, field)
        return series

    def _fresh_hours(self, series: KeptSeries, from_ms: int, to_ms: int) -> dict[int, Column]:
        with self._lock:
            fresh = dict(series.fresh)
        hours: dict[int, dict[int, str]] = {}
        for ts_ms, text in fresh.items():
            if from_ms <= ts_ms <= to_ms:
                hours.setdefault(ts_ms // HOUR_MS, {})[ts_ms] = text
        return {hour: column_of(values) for hour, values in hours.items()}


def _put(
    file: HistoryFile, waiting: Iterable[KeptSeries], values: Iterable[Mapping[int, str]]
) -> None:
    """Put values of some series into the file, in one commit."""
    begun: list[KeptSeries] = []
    try:
        with file.commit():
            for series, its in zip(waiting, values, strict=True):
                if series.id is None:
                    series.id = file.add_series(series.device, series.field)
                    begun.append(series)
                file.put(series.id, its)
                file.put_last(series.id, series.last_ms, series.short_text)
    except BaseException:
        for series in begun:
            series.id = None
        raise
