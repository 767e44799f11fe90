"""The demo's simulated hardware: real drivers read the weather, and loose wires come and go."""

from pathlib import Path

import pytest

from byteport.errors import ChipNotFound
from byteport_agent.clock import SystemClock
from byteport_agent.config import parse
from byteport_agent.demo import service, station
from byteport_agent.demo.service import DemoService
from byteport_agent.demo.station import Station, configuration_text
from byteport_agent.demo.weather import weather
from byteport_agent.sampling.measuring import measure
from byteport_agent.sampling.sampling import make_configured
from byteport_agent.stopping import StopSignal
from byteport_mocks.scripted_server import Request

CLOCK = SystemClock(StopSignal())


def configured(tmp_path: Path) -> "dict[str, object]":
    text = configuration_text("k3y-of-a-test", "http://127.0.0.1:1", "127.0.0.1:0")
    configuration = parse(text, tmp_path / "agent.toml", {})
    return {each.name: each for each in configuration.sensors}


def test_real_drivers_read_what_the_weather_is(tmp_path: Path) -> None:
    buses = Station(CLOCK).buses()
    driver = make_configured(configured(tmp_path)["outside"], buses).driver  # type: ignore[arg-type]
    temperature, *_ = measure(driver, CLOCK.wait_ms) or ()
    assert temperature == pytest.approx(weather(CLOCK.unix_ms() / 1000).temperature, abs=8)


def test_every_sensor_of_the_station_has_its_chip(tmp_path: Path) -> None:
    buses = Station(CLOCK).buses()
    for name, sensor in configured(tmp_path).items():
        made = make_configured(sensor, buses)  # type: ignore[arg-type]
        assert made.driver is not None, name


def test_a_wire_is_loose_at_its_times(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    loose = station._at_times(420, 140, 15)
    assert [loose(0, 1000 * at) for at in (0, 139, 140, 154, 155, 560)] == [
        False, False, True, True, False, True
    ]  # fmt: skip
    monkeypatch.setattr(station, "_at_times", lambda *_: lambda _count, _ms: True)
    buses = Station(CLOCK).buses()
    with pytest.raises(ChipNotFound, match="does not answer"):
        make_configured(configured(tmp_path)["sky"], buses)  # type: ignore[arg-type]


def test_what_it_is_sent_to_is_away_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(service, "monotonic", lambda: now[0])
    demo = DemoService()
    request = Request("POST", "/", {}, {}, b"", 1)
    statuses = []
    for seconds in (0, 209, 210, 254, 255, 810):
        now[0] = 1000.0 + seconds
        statuses.append(demo._reply(request).status)
    assert statuses == [200, 200, 503, 503, 200, 503]
    demo.requests.append(request)
    demo.forget()
    assert demo.requests == []
