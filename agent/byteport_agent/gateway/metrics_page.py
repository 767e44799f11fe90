"""The path /metrics for Prometheus: for who may see the dashboard, and who has the token."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bottle import request, response

from byteport_agent.clock import Clock
from byteport_agent.gateway.devices import Devices
from byteport_agent.gateway.web import SESSION, TEXT, Web, refusal
from byteport_agent.prometheus.metrics import Value, metrics_app
from byteport_agent.prometheus.token import MetricsToken

State = dict[str, Any]


def add_metrics(
    web: Web, status: Callable[[], State], devices: Devices, clock: Clock, token: MetricsToken
) -> None:
    """Route it."""
    app = metrics_app(status, lambda: _others(devices, clock.unix_ms()))

    def metrics() -> Iterable[bytes]:
        _refuse_strangers(web, token)
        answer: Iterable[bytes] = app(request.environ, _start)
        return answer

    web.app.get("/metrics", callback=metrics)


def _refuse_strangers(web: Web, token: MetricsToken) -> None:
    access = web.access
    if access.session(request.get_cookie(SESSION, "")) is not None:
        return
    if not token.is_set and access.needs_password:
        raise refusal(401, "log in first; for Prometheus, set token_file in [prometheus]")
    refused = token.refusal(request.environ)
    if refused is not None:
        code = int(refused.status[:3])
        headers = {name.replace("-", "_"): value for name, value in refused.headers}
        raise refusal(code, refused.text, **headers)


def _start(status: str, headers: list[tuple[str, str]]) -> None:
    response.status = status
    response.content_type = TEXT
    for name, value in headers:
        response.set_header(name, value)


def _others(devices: Devices, now_ms: int) -> Iterator[Value]:
    """Yield the last values that boards have stored."""
    for each in devices.others():
        unit, text = devices.unit(each.device, each.field), each.short_text or ""
        yield Value(each.device, "", each.field, unit, text, devices.is_fresh(each, now_ms))
