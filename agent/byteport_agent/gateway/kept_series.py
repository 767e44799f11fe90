"""A field that the history keeps: its newest value, and the values that its file has not yet."""

from collections.abc import Mapping

_LONG = 200  # characters: a longer value is kept in the file once only


class KeptSeries:
    """Changed by the history's thread, under its lock."""

    __slots__ = ("_flushing", "_pending", "device", "field", "id", "last_ms", "last_text")

    def __init__(self, number: int | None, device: str, field: str) -> None:
        self.id = number  # in the file; None until it is there
        self.device = device
        self.field = field
        self.last_ms = -1
        self.last_text: str | None = None
        self._pending: dict[int, str] = {}
        self._flushing: dict[int, str] = {}

    def add(self, ts_ms: int, text: str) -> None:
        self._pending[ts_ms] = text
        if ts_ms >= self.last_ms:
            self.last_ms, self.last_text = ts_ms, text

    @property
    def fresh(self) -> Mapping[int, str]:
        """What the file may not have."""
        return {**self._flushing, **self._pending} if self._flushing else self._pending

    def begin_flush(self) -> Mapping[int, str]:
        """Return what the file is to get now."""
        self._flushing, self._pending = {**self._flushing, **self._pending}, {}
        return self._flushing

    def end_flush(self) -> None:
        """Have the file know all that was to be flushed."""
        self._flushing = {}

    def forget_fresh(self) -> None:
        self._flushing, self._pending = {}, {}

    @property
    def short_text(self) -> str | None:
        """The newest value as it stands in the table of series."""
        text = self.last_text
        return text if text is not None and len(text) <= _LONG else None
