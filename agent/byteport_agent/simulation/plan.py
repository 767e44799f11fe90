"""What the board's side of a simulation is given: the board's own files, and what happens to it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from byteport_agent.boards.board_files import needed_for
from byteport_agent.boards.station_file import station_file
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.simulation.troubles import Event

START_UTC_S = 1_780_272_000  # 2026-06-01, the same for each run
RTT_MS = 60
BOOT_MS = {"esp32": 700, "rp2": 1500}  # until the program runs, its modules loaded
TLS_MS = {"esp32": 1500, "rp2": 2500}  # of computing, beside two round trips
DRIFT_PPM = {"esp32": 5000, "rp2": 0}  # of the clock that an ESP32 has in deep sleep
_PORTS = {"https": 443, "http": 80, "mqtt": 1883, "mqtts": 8883}
_LEAST_WEATHER_MS, _MOST_WEATHER_MS = 60_000, 600_000


def without_part(configuration: BoardConfiguration) -> list[str]:
    """Return the sensors for whose drivers no part is simulated."""
    from byteport_mocks.board.station_parts import has_part

    return [each.name for each in configuration.sensors if not has_part(each.driver)]


def timed(configuration: BoardConfiguration) -> BoardConfiguration:
    """Return a configuration whose messages carry the time, by which a reading is known here."""
    output = configuration.output
    if isinstance(output, MqttTarget) and output.dialect == "plain":
        return replace(configuration, output=replace(output, dialect="byteport"))
    return configuration


def board_station(configuration: BoardConfiguration, left_out: Sequence[str]) -> dict[str, Any]:
    """Return station.json without some sensors, and with the simulated service in the real one's
    place."""
    station: dict[str, Any] = json.loads(station_file(configuration))
    station["sensors"] = [each for each in station["sensors"] if each["name"] not in left_out]
    output = station["output"]
    url = urlsplit(output["url"])
    scheme = "mqtt" if url.scheme in ("mqtt", "mqtts") else "http"
    output["url"] = f"{scheme}://{url.hostname}:{_port(url)}{url.path}"
    output.pop("ca", None)
    return station


def simulation_plan(
    configuration: BoardConfiguration, run_ms: int, seed: int, rtt_ms: int, events: list[Event]
) -> dict[str, Any]:
    """Return simulation.json, see `byteport_mocks.board.station_run.StationRun`."""
    port = configuration.board.kind.port
    url = urlsplit(configuration.output.url)
    intervals = [sensor.interval_ms for sensor in configuration.sensors]
    return {
        "port": port,
        "utc_s": START_UTC_S,
        "run_ms": run_ms,
        "seed": seed,
        "weather_ms": min(max(_LEAST_WEATHER_MS, *intervals), _MOST_WEATHER_MS),
        "host": url.hostname,
        "at": _port(url),
        "prefix": url.path.rstrip("/"),
        "rtt_ms": rtt_ms,
        "setup_ms": 2 * rtt_ms + TLS_MS[port] if url.scheme in ("https", "mqtts") else 0,
        "modules": [module.name for module in needed_for(configuration).modules],
        "boot_ms": BOOT_MS[port],
        "drift_ppm": DRIFT_PPM[port],
        "troubles": events,
    }


def _port(url: Any) -> int:
    return url.port or _PORTS[url.scheme]
