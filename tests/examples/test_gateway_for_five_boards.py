"""The gateway: five boards store at it, and all of it reaches Byteport, through outages too."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest

from byteport import Client
from byteport.errors import Refused
from byteport_agent.cli import main
from byteport_agent.testing.configured import link_surroundings
from byteport_mocks.scripted_server import Reply
from curl import curl
from micropythons import interpreter

BOARDS = ("stable-1", "stable-2", "stable-3", "stable-4", "milk-room")
_EVERY_S = 300


class Farm:
    """The gateway and its boards, which store every five minutes of virtual time."""

    def __init__(self, agent) -> None:
        self.agent = agent
        self.begin_s = agent.clock.unix_ms() // 1000
        self.boards = {uid: self.client(uid) for uid in BOARDS}
        self.rounds = 0

    def client(self, uid: str) -> Client:
        return Client("myownspace", self.agent.key, uid, url=self.agent.gateway.url)

    def run(self, rounds: int, uids: tuple[str, ...] = BOARDS, deliver: bool = True) -> None:
        for _ in range(rounds):
            self.agent.run(f"{_EVERY_S}s", deliver=False)
            self.rounds += 1
            with ThreadPoolExecutor(len(uids)) as threads:
                list(threads.map(self._store, uids))
        if deliver:
            self.agent.deliver()

    def _store(self, uid: str) -> None:
        fields = {"temp": 10 + BOARDS.index(uid) + self.rounds / 100, "humidity": 70}
        self.boards[uid].store(fields, timestamp=self.begin_s + self.rounds * _EVERY_S)

    def asked(self, path: str):
        with urlopen(f"{self.agent.gateway.url}{path}", timeout=20) as answer:
            return json.load(answer)

    def problems(self) -> list[tuple[str, str]]:
        return [(each["what"], each["text"]) for each in self.asked("/api/problems")["problems"]]


@pytest.fixture
def farm(run_agent, example):
    farm = Farm(run_agent(example("gateway-for-five-boards/agent.toml")))
    yield farm
    for board in farm.boards.values():
        board.close()


def stored_of(chaos_server, uid: str) -> list[tuple[int, float]]:
    kept = [reading for reading in chaos_server.kept if reading.device == uid]
    return [(reading.ts_ms, float(reading.values["temp"])) for reading in kept]


def expected(farm: Farm, uid: str, rounds: int) -> list[tuple[int, float]]:
    first = 10 + BOARDS.index(uid)
    return [
        ((farm.begin_s + number * _EVERY_S) * 1000, pytest.approx(first + number / 100))
        for number in range(1, rounds + 1)
    ]


def test_each_board_is_a_device_of_its_own_in_byteport(farm, chaos_server) -> None:
    farm.run(12)
    for uid in BOARDS:
        assert stored_of(chaos_server, uid) == expected(farm, uid, 12)
    assert len(chaos_server.stored) == 5 * 12


def test_what_boards_store_while_byteport_is_down_is_sent_later(farm, chaos_server) -> None:
    farm.run(3)
    outage = chaos_server.inject(Reply(503))
    farm.run(20, deliver=False)
    assert farm.agent.status()["outputs"][0]["backlog"] == 5 * 20
    assert outage.hits
    chaos_server.clear()
    farm.run(1)
    for uid in BOARDS:
        assert stored_of(chaos_server, uid) == expected(farm, uid, 24)


def test_a_board_that_is_silent_is_a_problem(farm) -> None:
    farm.run(3)
    assert farm.problems() == []
    farm.run(4, uids=BOARDS[:4])
    ((what, text),) = farm.problems()
    assert what == "device milk-room"
    assert text in ("nothing for 19 min", "nothing for 20 min")  # the network's part is real time
    farm.run(1)
    assert farm.problems() == []


def test_the_dashboard_has_all_five_with_units(farm) -> None:
    farm.run(2)
    devices = {each["uid"]: each for each in farm.asked("/api/devices")["devices"]}
    assert set(devices) == {"farm-gateway", *BOARDS}
    fields = {each["name"]: each for each in devices["stable-3"]["fields"]}
    assert (fields["temp"]["number"], fields["temp"]["unit"]) == (12.02, "Cel")
    assert fields["humidity"]["unit"] == "%RH"


def test_a_boards_station_measures_and_stores(example, tmp_path, capfd) -> None:
    path = link_surroundings(example("gateway-for-five-boards/station.toml"), tmp_path / "board")
    micropython = ("--micropython", interpreter("micropython"))
    assert main(["simulate", "-c", str(path), "--days", "0.25", "--json", *micropython]) == 0
    figures = json.loads(capfd.readouterr().out)
    assert figures["read"] >= 72
    assert figures["delivered"] >= figures["read"] - 1
    assert figures["lost"] == 0


def test_curl_stores_as_the_readme_tells(farm, example, tmp_path, chaos_server) -> None:
    readme = example("gateway-for-five-boards/README.md").read_text()
    (call,) = re.findall(r"^curl (.*) \\\n +http://192.168.1.20:8080(.*)$", readme, re.M)
    key_file = tmp_path / "gateway.key"
    assert "openssl rand -hex 24 | tr -d '\\n' |" in readme  # curl sends a line's end, too
    key_file.write_text(farm.agent.key)
    arguments = call[0].replace("gateway.key", str(key_file)).split()
    assert curl(*arguments, f"{farm.agent.gateway.url}{call[1]}") == (200, "")
    farm.agent.deliver()
    assert chaos_server.values("temp", "milk-room") == ["21.5"]


def test_others_cannot_store(farm) -> None:
    for client in (
        farm.client("stable-6"),
        Client("myownspace", "guessed", "stable-1", farm.agent.gateway.url),
    ):
        with pytest.raises(Refused):
            client.store({"temp": 1})
        client.close()
