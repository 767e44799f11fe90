"""The agent's last values and its own figures, as Prometheus asks for them.

    app = metrics_app(agent.status)        # WSGI: mount it at /metrics, on any server

A value that is older than three of its intervals is not shown, so that Prometheus marks its series
as gone rather than go on with what a dead sensor last said; that of another device, where it has
been silent for longer than is right. Source: Prometheus, "Exposition formats", "Writing exporters".
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

_STALE = 3
_STATES = ("ok", "waiting", "held")


@dataclass(frozen=True)
class Value:
    """A field's last value, which is worth showing while ``is_fresh``."""

    device: str
    sensor: str
    field: str
    unit: str
    text: str
    is_fresh: bool


Status = Callable[[], dict[str, Any]]
Others = Callable[[], Iterable[Value]]


def metrics_app(status: Status, others: Others = lambda: ()) -> Any:
    """Return a WSGI application that answers any path.

    ``status`` is that of `service.agent.Agent`, ``others`` are values of other devices.
    """
    registry = CollectorRegistry()
    registry.register(AgentCollector(status, others))
    return make_wsgi_app(registry)


class AgentCollector(Collector):
    """What there is to tell, collected anew each time that it is asked for."""

    def __init__(self, status: Status, others: Others = lambda: ()) -> None:
        self._status = status
        self._others = others

    def collect(self) -> Iterator[Any]:
        """Yield all families of metrics."""
        status = self._status()
        yield _values([*own_values(status), *self._others()])
        yield from _sensors(status["sensors"])
        yield from _outputs(status["outputs"])
        yield from _figures(status["figures"])
        if status["gateway"] is not None:
            yield from _gateway(status["gateway"])


def own_values(status: Mapping[str, Any]) -> Iterator[Value]:
    """Yield the last values of the sensors of an agent's status."""
    for sensor in status["sensors"]:
        if sensor["last_ms"] is None:
            continue
        age_ms = status["now_ms"] - sensor["last_ms"]
        for field, text in sensor["values"].items():
            unit = sensor["units"].get(field, "")
            longest = max(sensor["interval_ms"], sensor["every_ms"].get(field) or 0)
            fresh = age_ms <= _STALE * longest
            yield Value(status["device"], sensor["name"], field, unit, text, fresh)


def _values(values: Iterable[Value]) -> Any:
    labels = ("device", "sensor", "field", "unit")
    family = GaugeMetricFamily("byteport_value", "Last value of a field", labels=labels)
    for value in values:
        number = _number(value.text)
        if number is not None and value.is_fresh:
            family.add_metric((value.device, value.sensor, value.field, value.unit), number)
    return family


def _sensors(sensors: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    up = GaugeMetricFamily(
        "byteport_sensor_up", "Whether a sensor gives readings", labels=("sensor",)
    )
    readings = _counter("byteport_sensor_readings", "Readings of a sensor", "sensor")
    failures = _counter("byteport_sensor_failures", "Failed readings of a sensor", "sensor")
    for sensor in sensors:
        name = (sensor["name"],)
        up.add_metric(name, sensor["state"] in ("ok", "starting"))
        readings.add_metric(name, sensor["readings"])
        failures.add_metric(name, sensor["failures"])
    yield from (up, readings, failures)


def _outputs(outputs: Iterable[Mapping[str, Any]]) -> Iterator[Any]:
    state = GaugeMetricFamily(
        "byteport_output_state", "1 for the state it is in", labels=("output", "state")
    )
    backlog = GaugeMetricFamily(
        "byteport_output_backlog", "Readings that wait for an output", labels=("output",)
    )
    counters = {
        key: _counter(f"byteport_output_{key}", words, "output")
        for key, words in (
            ("delivered", "Readings that an output has delivered"),
            ("rejected", "Readings that an output's service would not take"),
            ("lost", "Readings dropped before an output had them"),
            ("errors", "Failed calls of an output"),
        )
    }
    for output in outputs:
        name = output["name"]
        for each in _STATES:
            state.add_metric((name, each), output["state"] == each)
        backlog.add_metric((name,), output["backlog"])
        for key, family in counters.items():
            family.add_metric((name,), output[key])
    yield from (state, backlog, *counters.values())


def _figures(figures: Mapping[str, float]) -> Iterator[Any]:
    seconds = GaugeMetricFamily("byteport_agent_uptime_seconds", "Since the agent's start")
    seconds.add_metric((), figures["uptime"])
    memory = GaugeMetricFamily("byteport_agent_resident_bytes", "The agent's memory")
    memory.add_metric((), figures["rss"] * 1024)
    yield from (seconds, memory)


def _gateway(gateway: Mapping[str, Any]) -> Iterator[Any]:
    devices = GaugeMetricFamily("byteport_gateway_devices", "Devices that have stored here")
    devices.add_metric((), gateway["devices"])
    yield devices
    for key, words in (
        ("stored", "Readings that devices have stored"),
        ("repeated", "Readings that came again, and are stored once"),
        ("refused", "Calls that were refused"),
    ):
        counter = CounterMetricFamily(f"byteport_gateway_{key}", words)
        counter.add_metric((), gateway[key])
        yield counter


def _counter(name: str, words: str, label: str) -> Any:
    return CounterMetricFamily(name, words, labels=(label,))


def _number(text: str) -> float | None:
    """Return a text's number; truth is 1 or 0, and other texts are none."""
    if text in ("True", "False"):
        return float(text == "True")
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
