"""The battery node: the real station on real MicroPython, through days, outages and power cuts."""

import json
from pathlib import Path
from typing import Any

import pytest

from byteport_agent.cli import main
from byteport_agent.testing.configured import KEY, link_surroundings
from micropythons import interpreter

DAY_S = 86_400


class Node:
    """`byteport-agent simulate` on the example's file, or on one that differs from it."""

    def __init__(self, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capfd = capfd

    def figures(self, *words: str) -> dict[str, Any]:
        path = interpreter("micropython")
        code = main(["simulate", "-c", str(self.path), "--json", "--micropython", path, *words])
        out, errors = self._capfd.readouterr()
        assert code == 0, out + errors
        assert KEY not in out + errors
        found: dict[str, Any] = json.loads(out)
        return found


@pytest.fixture
def node(example, tmp_path, capfd) -> Node:
    return Node(link_surroundings(example("battery-node/station.toml"), tmp_path / "node"), capfd)


def test_two_days(node: Node) -> None:
    figures = node.figures("--days", "2")
    assert figures["read"] >= 2 * 144
    assert figures["read"] == figures["delivered"] + figures["waiting"]
    assert figures["waiting"] < 12 + 2
    assert figures["out_of_order"] == figures["duplicates"] == 0
    assert figures["joins"] == figures["connections"] == pytest.approx(24, abs=1)
    assert figures["asleep_s"] > 0.98 * 2 * DAY_S
    assert figures["worst_time_error_ms"] < 0.005 * 2 * 3600e3  # of two hours' sleep, until learnt
    assert figures["battery"]["days"] > 1.5 * 365


def test_nothing_is_lost_in_a_night_without_a_network(node: Node) -> None:
    figures = node.figures("--days", "1", "--router-outage", "4h,12h")
    assert figures["lost"] == 0
    assert figures["read"] == figures["delivered"] + figures["waiting"] >= 144
    assert figures["out_of_order"] == 0


def test_another_battery_costs_five_readings_at_most(node: Node) -> None:
    figures = node.figures("--days", "1", "--power-cut", "475m,10m", "--power-cut", "14h,10m")
    assert figures["resets"] == {"power cut": 2}
    assert figures["lost"] == figures["lost_in_ram"] <= 2 * 5


def test_frost_is_told_of_at_once(node: Node, tmp_path: Path) -> None:
    calm = node.figures("--days", "0.5")
    text = node.path.read_text()
    assert "temp = { below = 0.5 }" in text
    node.path.unlink()  # a link
    node.path.write_text(text.replace("below = 0.5", "below = 9.5"))
    assert node.figures("--days", "0.5")["joins"] > calm["joins"]
