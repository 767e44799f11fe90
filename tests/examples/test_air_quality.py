"""Air quality: two sensors on two buses, and what is not believed."""

import pytest

from byteport_mocks.chips.pms5003 import SimulatedPMS5003
from byteport_mocks.chips.scd4x import SimulatedSCD4X
from byteport_mocks.faults import AllZeros, FlipBit, NackAddress, every, probability


@pytest.fixture
def gas(simulated_pi):
    return simulated_pi.attach(SimulatedSCD4X())


@pytest.fixture
def dust(simulated_pi):
    return simulated_pi.attach(SimulatedPMS5003(), "/dev/serial0")


@pytest.fixture
def agent(gas, dust, run_agent, example):
    return run_agent(example("air-quality/agent.toml"))


def test_a_lesson(agent, gas, dust, chaos_server) -> None:
    gas.set(co2=650, temperature=22.5, humidity=41)
    dust.set(pm25=6, pm10=11)
    agent.run("20m")
    gas.set(co2=1400)
    dust.set(pm25=30)
    agent.run("25m")
    co2 = [int(value) for value in chaos_server.values("co2", "classroom-4")]
    assert len(co2) == 90
    assert (co2[5], co2[-1]) == (650, 1400)
    assert set(chaos_server.values("temp")) == {"21.0"}
    assert set(chaos_server.values("humidity")) == {"41.0"}
    assert chaos_server.values("pm25_max")[0] == "6"
    assert chaos_server.values("pm25_max")[-1] == "30"
    assert chaos_server.values("pm25_mean")[0] == "6"
    assert set(chaos_server.values("pm10")) == {"11"}


def test_a_single_wild_value_is_gone(agent, gas, chaos_server) -> None:
    gas.set(co2=600)
    agent.run("2m", deliver=False)
    gas.set(co2=4800)
    agent.run("30s", deliver=False)
    gas.set(co2=610)
    agent.run("2m")
    assert set(chaos_server.values("co2")) == {"600", "610"}


def test_a_bad_line_costs_readings_and_makes_none(
    agent, simulated_pi, gas, dust, chaos_server
) -> None:
    gas.set(co2=700)
    dust.set(pm25=9)
    simulated_pi.i2c[1].inject(FlipBit(1, 5, when=probability(0.1, seed=1)))
    simulated_pi.uarts["/dev/serial0"].inject(AllZeros(when=every(3)))
    agent.run("40m")
    assert set(chaos_server.values("co2")) == {"700"}
    assert len(chaos_server.values("co2")) >= 60
    assert set(chaos_server.values("pm25_max")) == {"9"}


def test_one_that_is_unplugged_does_not_disturb_the_other(
    agent, simulated_pi, chaos_server
) -> None:
    agent.run("10m")
    simulated_pi.i2c[1].inject(NackAddress())
    agent.run("30m")
    states = {each["name"]: each["state"] for each in agent.status()["sensors"]}
    assert states == {"co2": "suspended", "dust": "ok"}
    assert len(chaos_server.values("pm10")) in (3, 4)
    assert [message.level for message in chaos_server.messages] == ["error"]
    assert "scd4x at 0x62 on i2c-1 does not answer" in chaos_server.messages[0].text
    simulated_pi.i2c[1].clear()
    agent.run("30m")
    assert {each["state"] for each in agent.status()["sensors"]} == {"ok"}
    assert [message.level for message in chaos_server.messages] == ["error", "info"]
