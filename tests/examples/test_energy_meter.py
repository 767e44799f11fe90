"""The energy meter: pulses that become kilowatt-hours and watts."""

import pytest

from byteport_mocks.pulse_source import SimulatedPulses


@pytest.fixture
def meter(simulated_pi):
    return SimulatedPulses(simulated_pi.pin(13), simulated_pi.clock)


@pytest.fixture
def agent(meter, run_agent, example):
    return run_agent(example("energy-meter/agent.toml"))


def numbers(values):
    return [float(value) for value in values]


def test_pulses_are_kilowatt_hours(agent, meter, chaos_server) -> None:
    for watts, hours in ((200, "2h"), (2400, "1h"), (350, "1h"), (800, "2h")):
        meter.set(per_hour=watts)
        agent.run(hours)
    meter.set(per_hour=0)
    agent.run("2m")
    energy = numbers(chaos_server.values("energy", "energy-meter"))
    assert meter.count == pytest.approx(2 * 200 + 2400 + 350 + 2 * 800, abs=4)
    assert sum(energy) == pytest.approx(meter.count / 1000, abs=0.002)
    assert len(energy) == 6 * 60 + 2  # and none is a reading of a single pulse
    assert agent.status()["sensors"][0]["units"] == {
        "energy": "kWh",
        "power_mean": "W",
        "power_max": "W",
    }


def test_power_is_the_mean_of_five_minutes(agent, meter, chaos_server) -> None:
    meter.set(per_hour=1500)
    agent.run("30m")
    means = numbers(chaos_server.values("power_mean"))
    assert len(means) in (5, 6)
    assert means[1:] == pytest.approx([1500] * len(means[1:]), abs=13)


def test_a_pulse_that_bounces_is_one(simulated_pi, run_agent, example, chaos_server) -> None:
    meter = SimulatedPulses(simulated_pi.pin(13), simulated_pi.clock, bounces=4)
    agent = run_agent(example("energy-meter/agent.toml"))
    meter.set(per_hour=600)
    agent.run("1h")
    meter.set(per_hour=0)
    agent.run("2m")
    assert sum(numbers(chaos_server.values("energy"))) == pytest.approx(0.6)


def test_a_restart_of_the_agent_changes_no_sum(
    simulated_pi, meter, run_agent, example, chaos_server
) -> None:
    meter.set(per_hour=3600)
    for _ in range(3):
        agent = run_agent(example("energy-meter/agent.toml"))
        agent.run("10m")
        agent.stop()
    energy = sum(numbers(chaos_server.values("energy")))
    assert energy == pytest.approx(1.8, abs=3 * 0.06)  # less what came after the last reading
