"""An agent on simulated hardware: its own configuration, virtual time, and what it leaves alone."""

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from byteport_agent.config import MistakesError
from byteport_agent.testing.configured import KEY, link_surroundings, simulated_configuration
from byteport_agent.testing.simulated_agent import BEGIN_MS, SimulatedAgent
from byteport_agent.testing.times import GoingOn, VirtualTime
from byteport_mocks import VirtualClock
from byteport_mocks.chaos_server import SimulatedByteport
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.faults import NackAddress, during, probability
from byteport_mocks.scripted_server import Reply
from byteport_mocks.simulated_pi import SimulatedPi

CONFIGURATION = """
[device]
namespace = "myownspace"
uid = "greenhouse-1"
key_file = "byteport.key"

[[sensor]]
name = "porch"
driver = "bme280"
interval = "30s"
stagger = "0s"
fields = { temperature = "porch_temp" }

[[output]]
type = "byteport"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine/agent.toml"
    path.parent.mkdir()
    path.write_text(CONFIGURATION)
    return path


@pytest.fixture
def porch(simulated_pi):
    return simulated_pi.attach(SimulatedBME280())


def test_an_hour_is_120_readings_at_their_times(porch, file, run_agent, chaos_server) -> None:
    porch.set(temperature=-3.25)
    agent = run_agent(file)
    agent.run("1h")
    assert chaos_server.values("porch_temp", "greenhouse-1") == ["-3.25"] * 120
    assert chaos_server.values("porch_temp", "others") == []
    times = [reading.ts_ms for reading in chaos_server.kept]
    assert [time // 1000 - BEGIN_MS // 1000 for time in times] == list(range(0, 3600, 30))
    assert 3_600_000 <= agent.status()["uptime_ms"] < 3_600_005  # the last begins, and takes time


def test_it_is_the_same_each_time(file: Path, tmp_path: Path) -> None:
    runs = []
    for number in range(2):
        place = tmp_path / f"{number}"
        with SimulatedPi(place / "pi") as pi, SimulatedByteport() as service:
            pi.attach(SimulatedBME280())
            pi.i2c[1].inject(NackAddress(when=probability(0.05, seed=1)))
            with SimulatedAgent(file, place / "agent", pi.clock, service.url) as agent:
                agent.run("2h")
        runs.append(service.kept)
    assert runs[0] == runs[1]
    assert 200 < len(runs[0]) < 241


def test_faults_happen_in_virtual_time(porch, simulated_pi, file, run_agent, chaos_server) -> None:
    simulated_pi.i2c[1].inject(NackAddress(when=during(600_000, 1_200_000)))
    agent = run_agent(file)
    agent.run("15m")
    assert agent.status()["sensors"][0]["state"] == "suspended"
    agent.run("30m")
    assert agent.status()["sensors"][0]["state"] == "ok"
    assert 20 + 20 < len(chaos_server.values("porch_temp")) < 90


def test_what_the_service_refuses_is_sent_again(porch, file, run_agent, chaos_server) -> None:
    chaos_server.inject(Reply(503))
    agent = run_agent(file)
    agent.run("10m", deliver=False)
    assert chaos_server.kept == []
    chaos_server.clear()
    agent.deliver()
    assert len(chaos_server.values("porch_temp")) == 20


def test_another_service(porch, file, run_agent, byteport_server, chaos_server) -> None:
    agent = run_agent(file, byteport_server.url)
    agent.run("1m", deliver=False)
    assert agent.configuration.outputs[0].url == byteport_server.url
    assert chaos_server.kept == []
    agent.stop()
    agent.stop()  # does nothing


def test_nothing_is_written_beside_the_configuration(porch, file, run_agent, tmp_path) -> None:
    run_agent(file).run("1m")
    assert os.listdir(file.parent) == ["agent.toml"]
    assert (tmp_path / "agent0/outbox.db").exists()


# Its configuration


def test_keys_are_made_up_where_there_are_none(file: Path, tmp_path: Path) -> None:
    configuration = simulated_configuration(file, tmp_path / "run", "http://127.0.0.1:1")
    assert configuration.device.key.secret.reveal() == KEY
    assert not configuration.warnings
    assert KEY not in repr(configuration)


def test_a_key_that_is_there_is_used(file: Path, tmp_path: Path) -> None:
    file.with_name("byteport.key").write_text("my-own")
    configuration = simulated_configuration(file, tmp_path / "run", "http://127.0.0.1:1")
    assert configuration.device.key.secret.reveal() == "my-own"


def test_a_gateway_is_on_a_free_port_of_this_machine(file: Path, tmp_path: Path) -> None:
    more = '[gateway]\nlisten = "0.0.0.0:80"\nkey_file = "keys/gateway.key"\n'
    file.write_text(CONFIGURATION + more)
    configuration = simulated_configuration(file, tmp_path / "run", "http://127.0.0.1:1")
    assert configuration.gateway is not None
    assert configuration.gateway.listen == "127.0.0.1:0"
    assert configuration.gateway.password_file == f"{tmp_path}/run/gateway.password"
    assert configuration.history.path == f"{tmp_path}/run/history.db"


def test_absolute_places_are_left_alone(file: Path, tmp_path: Path) -> None:
    text = CONFIGURATION.replace('"byteport.key"', f'"{tmp_path}/elsewhere.key"')
    file.write_text(f'{text}[outbox]\npath = "{tmp_path}/real.db"\n')
    with pytest.raises(MistakesError, match=r"there is no such file in .*: put the key into it"):
        simulated_configuration(file, tmp_path / "run", "http://127.0.0.1:1")
    (tmp_path / "elsewhere.key").write_text("my-own")
    configuration = simulated_configuration(file, tmp_path / "run2", "http://127.0.0.1:1")
    assert configuration.outbox.path == f"{tmp_path}/run2/outbox.db"


def test_what_a_real_agent_keeps_beside_it_is_not_touched(
    porch, file: Path, run_agent, tmp_path: Path
) -> None:
    (file.parent / "keys").mkdir()
    (file.parent / "keys/other.key").write_text("real")
    (file.parent / "outbox.db").write_text("real")
    file.write_text(CONFIGURATION.replace('"byteport.key"', '"keys/byteport.key"'))
    agent = run_agent(file)
    agent.run("1m")
    assert agent.configuration.device.key.secret.reveal() == KEY
    assert (file.parent / "outbox.db").read_text() == "real"
    assert sorted(os.listdir(file.parent)) == ["agent.toml", "keys", "outbox.db"]
    assert os.listdir(file.parent / "keys") == ["other.key"]
    linked = tmp_path / "agent0/configured/keys"
    assert sorted(os.listdir(linked)) == ["byteport.key", "other.key"]


def test_mistakes_are_told_as_ever(file: Path, tmp_path: Path, run_agent) -> None:
    file.write_text(CONFIGURATION.replace("bme280", "bme28").replace("interval", "intervall"))
    with pytest.raises(MistakesError) as caught:
        run_agent(file)
    assert len(caught.value.problems) > 1
    assert caught.value.__notes__ == ["\n".join(map(str, caught.value.problems))]
    assert 'did you mean "bme280"?' in str(caught.value.problems[0])


def test_what_is_beside_it_is_there(file: Path, tmp_path: Path) -> None:
    (file.parent / "folder").mkdir()
    (file.parent / "folder/driver.py").write_text("")
    linked = link_surroundings(file, tmp_path / "run")
    assert linked.with_name("folder").joinpath("driver.py").exists()


def test_the_plugin_imports_nothing_that_a_test_may_not_need() -> None:
    names = ("byteport", "byteport_agent.config", "byteport_mocks", "sqlite3", "bottle")
    code = (
        f"import sys, byteport_agent.pytest_plugin; print([n for n in {names} if n in sys.modules])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert run.stdout == "[]\n"


# Its clocks


def test_a_gateway_has_a_time_that_goes_on_and_never_back() -> None:
    hardware = VirtualClock()
    clock = GoingOn(VirtualTime(hardware, BEGIN_MS))
    first = clock.ticks_ms()
    clock.wait_ms(20)
    second = clock.ticks_ms()
    assert second >= first + 19
    hardware.sleep_ms(1)
    assert clock.ticks_ms() >= second
    hardware.sleep_ms(60_000)
    assert 60_000 <= clock.ticks_ms() - first < 120_000
    assert clock.unix_ms() - BEGIN_MS >= 60_000


def test_events_of_a_drivers_own_thread_take_turns(
    simulated_pi, file, run_agent, chaos_server
) -> None:
    text = 'name = "door"\ndriver = "gpio"\npin = 4\npull = "up"\ndebounce_ms = 10'
    file.write_text(
        CONFIGURATION.replace('name = "porch"\ndriver = "bme280"', text).replace(
            'temperature = "porch_temp"', 'state = "door"'
        )
    )
    agent = run_agent(file)
    agent.run("1s")
    opening = Thread(target=simulated_pi.pin(4).drive_low)
    opening.start()
    opening.join()
    agent.run("1s")
    assert chaos_server.values("door") == ["1", "0"]


def test_a_path_is_relative_to_the_test_too(run_agent, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    agent = run_agent("../../../examples/weather-station/agent.toml")
    assert agent.status()["sensors"]
    with pytest.raises(FileNotFoundError, match=r"none\.toml is neither in .* nor in .*agent"):
        run_agent("none.toml")
