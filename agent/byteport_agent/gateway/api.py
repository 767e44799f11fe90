"""The routes of the JSON API; docs/gateway-api.md says what each answers."""

from collections.abc import Callable, Iterator
from secrets import token_hex
from threading import BoundedSemaphore
from typing import Any

from bottle import request, response

from byteport.names import LOG_LEVELS
from byteport_agent.clock import Clock
from byteport_agent.gateway import byteport_reads, csv_export, questions
from byteport_agent.gateway.channel import CHANNEL
from byteport_agent.gateway.charts import Span, buckets, chart
from byteport_agent.gateway.devices import Devices
from byteport_agent.gateway.history import History
from byteport_agent.gateway.kept_series import KeptSeries
from byteport_agent.gateway.live import Live
from byteport_agent.gateway.web import SESSION, Web, as_json, form_text, refusal

_MOST_FIELDS = 50
_LEVELS = ("debug", "info", "warn", "error")

State = dict[str, Any]


class Api:
    """Answers out of what the gateway has; ``status`` and ``problems`` are the agent's."""

    def __init__(
        self,
        web: Web,
        namespace: str,
        history: History,
        devices: Devices,
        live: Live,
        clock: Clock,
        status: Callable[[], State],
        problems: Callable[[], State],
    ) -> None:
        self._web = web
        self._namespace = namespace
        self._history = history
        self._devices = devices
        self._live = live
        self._clock = clock
        self._status = status
        self._problems = problems
        self._one_export = BoundedSemaphore(1)
        self._route()

    def _route(self) -> None:
        app, private, posting = self._web.app, self._web.private, self._web.posting
        app.get("/api/session", callback=self._session)
        app.post("/api/login", callback=posting(self._log_in))
        app.post("/api/logout", callback=posting(self._log_out))
        app.get("/api/v1/login/", callback=self._session)
        app.post("/api/v1/login/", callback=posting(self._log_in))
        app.get("/api/v1/logout/", callback=self._log_out)
        app.get("/api/v1/echo/", callback=lambda: as_json({"message": "OK"}))
        for path, callback in (
            ("/api/status", lambda: as_json(self._status())),
            ("/api/problems", lambda: as_json(self._problems())),
            ("/api/devices", self._all_devices),
            ("/api/value", self._value),
            ("/api/series", self._series),
            ("/api/sparklines", self._sparklines),
            ("/api/messages", self._messages),
            ("/api/export.csv", self._export),
            ("/api/live", self._follow),
            ("/api/v1/timeseries/<namespace>/<device>/<field>/", self._timeseries),
        ):
            app.get(path, callback=private(callback))

    def _session(self) -> bytes:
        return as_json(
            {
                "password": self._web.access.needs_password,
                "password_set": self._web.access.has_password,
                "logged_in": self._web.access.session(request.get_cookie(SESSION, "")) is not None,
                "csrf": self._web.token(lambda: token_hex(32)),
            }
        )

    def _log_in(self) -> bytes:
        session = self._web.log_in(form_text("password"))
        return as_json({"csrf": session.token})

    def _log_out(self) -> bytes:
        self._web.log_out()
        return as_json({})

    def _all_devices(self) -> bytes:
        now_ms = self._clock.unix_ms()
        only = questions.given("device") or None
        devices = self._devices.shown(self._status()["sensors"], now_ms, only)
        return as_json({"now_ms": now_ms, "devices": devices})

    def _value(self) -> bytes:
        series = self._found(questions.given("device"), questions.given("field"))
        return as_json({"value": self._history.last_text(series), "ts_ms": series.last_ms})

    def _series(self) -> bytes:
        device = questions.given("device")
        names = questions.several("field")
        if not 0 < len(names) <= _MOST_FIELDS:
            raise refusal(400, f"field must be there, up to {_MOST_FIELDS} times")
        found = chart(
            self._history,
            [self._found(device, name) for name in names],
            questions.span(self._clock.unix_ms()),
        )
        units = self._own_units() if device == self._devices.own else {}
        for each in found["series"]:
            name = each["field"]
            each["unit"] = units.get(name) or self._devices.unit(device, name)
        return as_json(found)

    def _sparklines(self) -> bytes:
        span = questions.span(self._clock.unix_ms(), points=60, default="-1h")
        bucket_ms = max((span.to_ms - span.from_ms) // span.points, 1000)
        found: dict[str, dict[str, Any]] = {}
        device = questions.given("device")
        for series in self._history.all_series():
            if device and series.device != device:
                continue
            row = self._sparkline(series, span, bucket_ms)
            if any(value is not None for value in row):
                found.setdefault(series.device, {})[series.field] = row
        about = {"from_ms": span.from_ms // bucket_ms * bucket_ms, "bucket_ms": bucket_ms}
        return as_json({**about, "series": found})

    def _sparkline(self, series: KeptSeries, span: Span, bucket_ms: int) -> list[float | None]:
        first = span.from_ms // bucket_ms
        row: list[float | None] = [None] * (span.to_ms // bucket_ms - first + 1)
        if series.last_ms >= span.from_ms:
            for start, mean, *_ in buckets(self._history, series, span, bucket_ms):
                row[start // bucket_ms - first] = mean
        return row

    def _messages(self) -> bytes:
        limit = questions.whole("limit", 100, 1, 1000)
        before_ms = questions.whole("before_ms", 1 << 53, 0, 1 << 53)
        least = questions.given("level", "debug")
        if least not in LOG_LEVELS:
            raise refusal(400, f"level is none of {', '.join(_LEVELS)}")
        levels = _LEVELS[_LEVELS.index(least) :]
        device = questions.given("device") or None
        found = self._history.messages(before_ms, device, levels, limit)
        return as_json({"messages": [each._asdict() for each in found]})

    def _export(self) -> Iterator[bytes]:
        device, names = questions.given("device"), questions.several("field")
        wanted = [self._found(device, name) for name in names]
        if not names:
            wanted = [each for each in self._history.all_series() if each.device == device]
        span = questions.span(self._clock.unix_ms())
        if not self._one_export.acquire(blocking=False):
            raise refusal(503, "another export is under way", Retry_After="10")
        response.content_type = "text/csv; charset=UTF-8"
        response.set_header("Content-Disposition", 'attachment; filename="history.csv"')
        return self._exported(wanted, span)

    def _exported(self, wanted: list[KeptSeries], span: Span) -> Iterator[bytes]:
        try:
            yield from csv_export.rows(self._history, wanted, span)
        finally:
            self._one_export.release()

    def _follow(self) -> Iterator[bytes]:
        if request.environ["SERVER_PROTOCOL"] != "HTTP/1.1":
            raise refusal(505, "a stream needs HTTP/1.1")
        if self._live.full:
            raise refusal(503, "too many dashboards are open", Retry_After="30")
        response.content_type = "text/event-stream"
        return self._live.stream(request.environ[CHANNEL])

    def _timeseries(self, namespace: str, device: str, field: str) -> bytes:
        if namespace != self._namespace:
            raise refusal(404, "unknown namespace")
        operation = questions.given("operation")
        if operation and operation not in byteport_reads.OPERATIONS:
            raise refusal(400, f"operation is none of {', '.join(byteport_reads.OPERATIONS)}")
        return as_json(
            byteport_reads.timeseries(
                self._history,
                self._found(device, field),
                f"{namespace}.{device}.{field}",
                questions.byteport_span(self._clock.unix_ms()),
                questions.number("scale", 1),
                operation,
            )
        )

    def _found(self, device: str, field: str) -> KeptSeries:
        series = self._history.find(device, field)
        if series is None:
            raise refusal(404, "no such field")
        return series

    def _own_units(self) -> dict[str, str]:
        units: dict[str, str] = {}
        for sensor in self._status()["sensors"]:
            units.update(sensor["units"])
        return units
