"""The weather station: what reaches Byteport of an hour of weather."""

import pytest

from byteport_mocks.chips.bh1750 import SimulatedBH1750
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.pulse_source import SimulatedPulses


@pytest.fixture
def air(simulated_pi):
    return simulated_pi.attach(SimulatedBME280(0x76))


@pytest.fixture
def sky(simulated_pi):
    return simulated_pi.attach(SimulatedBH1750())


@pytest.fixture
def rain(simulated_pi):
    return SimulatedPulses(simulated_pi.pin(5), simulated_pi.clock, closed_us=80_000, bounces=3)


@pytest.fixture
def station(air, sky, rain, run_agent, example):
    return run_agent(example("weather-station/agent.toml"))


def numbers(values):
    return [float(value) for value in values]


def test_an_hour_of_weather(station, air, sky, rain, chaos_server) -> None:
    air.set(temperature=12.3, humidity=71.0, pressure=1002.0)
    sky.set(illuminance=12000)
    rain.set(per_hour=30)
    station.run("1h")
    assert set(chaos_server.values("temp", "weather-station")) == {"12.30"}
    assert len(chaos_server.values("temp")) == 60
    assert len(chaos_server.values("humidity")) == 6
    assert numbers(chaos_server.values("pressure")) == pytest.approx([1007.4] * 5, abs=0.05)
    assert numbers(chaos_server.values("light")) == pytest.approx([12000] * 2, abs=1)
    assert station.status()["sensors"][0]["units"]["temp"] == "Cel"


def test_no_tip_of_the_bucket_is_lost_or_counted_twice(station, rain, chaos_server) -> None:
    rain.set(per_hour=113)
    station.run("2h")
    rain.set(per_hour=0)
    station.run("20m")
    fallen = numbers(chaos_server.values("rain"))
    assert rain.count == 226
    assert sum(fallen) == pytest.approx(226 * 0.2794, abs=0.01)
    assert len(fallen) == 14
    assert max(numbers(chaos_server.values("rain_rate"))) == pytest.approx(113 * 0.2794, abs=2)
    assert chaos_server.values("rain")[-1] == "0.000"


def test_a_temperature_that_cannot_be_is_refused_and_told_of(station, air, chaos_server) -> None:
    station.run("5m")
    air.set(temperature=85.0)
    station.run("5m")
    air.set(temperature=22.0)
    station.run("5m")
    assert set(chaos_server.values("temp")) == {"21.50", "22.00"}
    (told,) = chaos_server.messages
    assert told.level == "warn"
    assert told.text.startswith("air: temp: 84.99")
    assert told.text.endswith(" is outside -40 to 60")


def test_humidity_is_sent_when_it_changes(station, air, chaos_server) -> None:
    air.set(humidity=50)
    station.run("5m")
    air.set(humidity=50.8)
    station.run("2m")
    air.set(humidity=52)
    station.run("2m")
    assert numbers(chaos_server.values("humidity")) == pytest.approx([50, 52], abs=0.1)
