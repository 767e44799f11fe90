"""The greenhouse: what its probes mean, and relays that are never left on."""

import pytest

from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.sht3x import SimulatedSHT3X

WATER, VENT = 17, 27  # active low


@pytest.fixture
def air(simulated_pi):
    return simulated_pi.attach(SimulatedSHT3X())


@pytest.fixture
def soil(simulated_pi):
    return simulated_pi.attach(SimulatedADS1115())


@pytest.fixture
def greenhouse(air, soil, run_agent, example):
    return run_agent(example("greenhouse/agent.toml"))


@pytest.fixture
def is_on(simulated_pi):
    return lambda pin: not simulated_pi.pin(pin).state


def told(chaos_server) -> list[tuple[str, str]]:
    return [(each.level, each.text) for each in chaos_server.messages]


def test_volts_of_the_probes_are_moisture(greenhouse, air, soil, chaos_server) -> None:
    air.set(temperature=28.4, humidity=66)
    soil.set(ch0=1.865, ch1=2.58)
    greenhouse.run("1h")
    assert set(chaos_server.values("bed_moisture", "greenhouse-1")) == {"50"}
    assert set(chaos_server.values("pots_moisture")) == {"0"}
    assert set(chaos_server.values("air_temp")) == {"28.40"}
    assert len(chaos_server.values("bed_moisture")) == 12
    assert greenhouse.status()["sensors"][1]["units"] == {
        "bed_moisture": "%",
        "pots_moisture": "%",
    }


def test_both_relays_begin_and_end_safe(greenhouse, simulated_pi, is_on) -> None:
    assert (is_on(WATER), is_on(VENT)) == (False, True)
    greenhouse.message("water=on; vent=off;")
    assert (is_on(WATER), is_on(VENT)) == (True, False)
    written = {pin: [] for pin in (WATER, VENT)}
    for pin, levels in written.items():
        simulated_pi.pin(pin).wired.append(levels.append)
    greenhouse.stop()
    assert written == {WATER: [1], VENT: [0]}  # then the pins are inputs, as before the start


def test_water_runs_as_long_as_it_was_asked_for(greenhouse, is_on, chaos_server) -> None:
    greenhouse.message("water=on 5m;")
    greenhouse.run("299s")
    assert is_on(WATER)
    greenhouse.run("2s")
    assert not is_on(WATER)
    assert told(chaos_server) == [("info", "water is on for 5 min")]


def test_water_is_never_on_for_longer_than_its_timeout(greenhouse, is_on, chaos_server) -> None:
    greenhouse.message("water=on;")
    greenhouse.run("14m")
    assert is_on(WATER)
    greenhouse.run("61s")
    assert not is_on(WATER)
    assert told(chaos_server)[-1] == ("warn", "water is off again: nobody set it for 15 min")


def test_water_stops_where_no_broker_could_stop_it(greenhouse, is_on, chaos_server) -> None:
    greenhouse.message("water=on 10m; vent=off;")
    greenhouse.broker(is_there=False)
    greenhouse.run("119s")
    assert is_on(WATER)
    greenhouse.run("2s")
    assert (is_on(WATER), is_on(VENT)) == (False, False)
    assert told(chaos_server)[-1] == ("warn", "water is off: no broker is reached")
    greenhouse.broker(is_there=True)
    greenhouse.message("water=on 1m;")
    assert is_on(WATER)


def test_a_message_reads_a_sensor_now(greenhouse, chaos_server) -> None:
    greenhouse.run("90s")
    before = len(chaos_server.values("air_temp"))
    greenhouse.message("vent=off; read=air;")
    greenhouse.run("1s")
    assert len(chaos_server.values("air_temp")) == before + 1


@pytest.mark.parametrize("text", ["watr=on;", "water=maybe;", "vent=off; run=reboot;"])
def test_nothing_is_done_of_what_is_not_understood(
    greenhouse, is_on, chaos_server, text: str
) -> None:
    greenhouse.message(text)
    greenhouse.deliver()
    assert (is_on(WATER), is_on(VENT)) == (False, True)
    ((level, words),) = told(chaos_server)
    assert level == "warn"
    assert "is refused: " in words
