"""A driver in a file and one in a package, in an agent's configuration."""

import subprocess
import sys
from importlib import import_module


def test_both_are_read_and_stored(package, simulated_pi, run_agent, example, chaos_server) -> None:
    chip = simulated_pi.attach(import_module("test_pct2075_driver").SimulatedPCT2075())
    chip.set(temperature=-5.125)
    agent = run_agent(example("third-party-driver/agent.toml"))
    agent.run("10m")
    assert chaos_server.values("bench_temp", "workshop") == ["-5.125"]
    chip.set(temperature=31.5)
    agent.run("1m")
    assert chaos_server.values("bench_temp") == ["-5.125", "31.500"]
    assert all(int(count) > 1 for count in chaos_server.values("processes"))
    assert len(chaos_server.values("processes")) == 11


def test_a_driver_that_fails_is_told_of_and_comes_back(
    package, simulated_pi, run_agent, example, chaos_server
) -> None:
    agent = run_agent(example("third-party-driver/agent.toml"))
    agent.run("10m")
    states = {each["name"]: each["state"] for each in agent.status()["sensors"]}
    assert states == {"machine": "ok", "bench": "suspended"}
    assert "pct2075 at 0x37 on i2c-1 does not answer" in chaos_server.messages[0].text
    simulated_pi.attach(import_module("test_pct2075_driver").SimulatedPCT2075())
    agent.run("15m")
    assert chaos_server.values("bench_temp")[:1] == ["25.000"]


def test_the_packages_own_test(package) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:hypothesispytest", "-p", "no:xdist"],
        cwd=package,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "6 passed" in run.stdout
