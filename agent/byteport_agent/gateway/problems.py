"""What is wrong with an agent and its gateway, in words, out of its status."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_LEVELS = ("error", "warn")
_SENSOR_LEVELS = {"suspended": "error", "stale": "error", "retrying": "warn"}

Problem = dict[str, Any]
Silent = tuple[str, str, int | None]  # uid, in which way, its last call


def problems(
    status: Mapping[str, Any], silent: Iterable[Silent], of_gateway: Iterable[str]
) -> list[Problem]:
    """Return all problems, the worst first, as the API gives them.

    ``of_gateway`` is what the gateway wants to be known besides its status.
    """
    found = [
        *_sensors(status),
        *_outbox(status["outbox"]),
        *_outputs(status["outputs"]),
        *_gateway(status.get("gateway") or {}),
        *(_problem("warn", "gateway", text) for text in of_gateway),
        *_devices(silent),
    ]
    return sorted(found, key=lambda problem: _LEVELS.index(problem["level"]))


def _problem(level: str, what: str, text: str, since_ms: int | None = None) -> Problem:
    return {"level": level, "what": what, "text": text, "since_ms": since_ms}


def _sensors(status: Mapping[str, Any]) -> Iterator[Problem]:
    for sensor in status["sensors"]:
        level = _SENSOR_LEVELS.get(sensor["state"])
        if level is not None:
            text = f"{sensor['state']}: {sensor['reason']}"
            yield _problem(level, f"sensor {sensor['name']}", text, sensor["since_ms"])


def _outbox(outbox: Mapping[str, Any]) -> Iterator[Problem]:
    if outbox["trouble"]:
        text = f"{outbox['trouble']}: {outbox['in_memory']} readings are in memory only"
        yield _problem("error", "outbox", text)
    if outbox["dead_letters"]:
        text = f"{outbox['dead_letters']} readings that an output would not take"
        yield _problem("warn", "outbox", text)


def _outputs(outputs: list[Mapping[str, Any]]) -> Iterator[Problem]:
    for output in outputs:
        what = f"output {output['name']}"
        if output["state"] != "ok":
            level = "error" if output["state"] == "held" else "warn"
            told = (output["reason"], f"{output['backlog']} readings wait")
            text = "; ".join(filter(None, told))
            yield _problem(level, what, text, output["last_delivery_ms"])
        if output["lost"]:
            text = f"{output['lost']} readings were dropped before it had them"
            yield _problem("warn", what, text)


def _gateway(gateway: Mapping[str, Any]) -> Iterator[Problem]:
    if gateway.get("state") not in ("ok", None):
        yield _problem("error", "gateway", gateway["reason"])
    if trouble := gateway.get("history", {}).get("trouble"):
        yield _problem("error", "history", trouble)


def _devices(silent: Iterable[Silent]) -> Iterator[Problem]:
    for uid, reason, last_ms in silent:
        yield _problem("warn", f"device {uid}", reason, last_ms)
