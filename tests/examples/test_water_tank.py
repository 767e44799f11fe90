"""The water tank: centimetres that become per cent, through waves, echoes and none."""

import pytest

from byteport_mocks.hcsr04 import SimulatedHCSR04


@pytest.fixture
def sensor(simulated_pi):
    return SimulatedHCSR04(simulated_pi.pin(23), simulated_pi.pin(24), simulated_pi.clock)


@pytest.fixture
def agent(sensor, run_agent, example):
    return run_agent(example("water-tank/agent.toml"))


def levels(chaos_server):
    return [int(value) for value in chaos_server.values("level", "water-tank")]


@pytest.mark.parametrize(("distance", "level"), [(25.4, 100), (106.5, 50), (187.6, 0)])
def test_distance_is_per_cent(agent, sensor, chaos_server, distance: float, level: int) -> None:
    sensor.set(distance=distance)  # of 20 degrees: the cellar's sound is 1.4 % slower
    agent.run("10m")
    assert levels(chaos_server) == [level]
    assert agent.status()["sensors"][0]["units"] == {"level": "%"}


def test_a_tank_that_is_filled_is_told_of_by_the_per_cent(agent, sensor, chaos_server) -> None:
    for step in range(51):
        sensor.set(distance=171.4 - step * 2.6)
        agent.run("1m", deliver=False)
    agent.deliver()
    seen = levels(chaos_server)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (10, 90)
    assert len(seen) >= 50


def test_waves_and_false_echoes_are_no_level(agent, sensor, chaos_server) -> None:
    for _ in range(30):
        for distance in (106.5, 107, 60.0, 106.2, 106.8, 105.9):
            sensor.set(distance=distance)
            agent.run("10s", deliver=False)
    agent.deliver()
    assert set(levels(chaos_server)) == {50}


def test_no_echo_is_no_reading(agent, sensor, chaos_server) -> None:
    sensor.set(distance=106.5)
    agent.run("5m")
    sensor.set(distance=None)
    agent.run("30m")
    assert set(levels(chaos_server)) == {50}
    assert agent.status()["sensors"][0]["state"] == "suspended"
    assert "no echo: nothing within 4 m" in chaos_server.messages[0].text
    sensor.set(distance=50)
    agent.run("30m")
    assert levels(chaos_server)[-1] == 85


def test_a_still_tank_is_told_of_every_quarter_of_an_hour(agent, sensor, chaos_server) -> None:
    agent.run("2h")
    assert len(levels(chaos_server)) == 8
