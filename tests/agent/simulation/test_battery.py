"""A battery's life by what a board did."""

from pathlib import Path

import pytest

from byteport_agent.config import board
from byteport_agent.simulation.battery import CURRENTS, USABLE, battery_life

HOUR_MS = 3_600_000


def test_every_board_has_its_currents() -> None:
    types = Path(board.__file__).with_name("types").glob("*.toml")
    assert set(CURRENTS) == {path.stem for path in types}
    assert all("data sheet" in each.source for each in CURRENTS.values())
    assert all(each.asleep < each.awake < each.radio for each in CURRENTS.values())


def test_an_hour_on_the_radio() -> None:
    life = battery_life("esp32", HOUR_MS, HOUR_MS, 0, 0, 100 / USABLE)
    assert life.mean_ma == pytest.approx(100)
    assert life.days == pytest.approx(1 / 24)


def test_each_state_counts_for_its_time() -> None:
    life = battery_life("esp32", 10 * HOUR_MS, HOUR_MS, 8 * HOUR_MS, 0, 1000)
    assert life.mean_ma == pytest.approx((100 + 44 + 8 * 0.010) / 10)


def test_without_power_nothing_is_drawn() -> None:
    whole = battery_life("esp32", 5 * HOUR_MS, HOUR_MS, 4 * HOUR_MS, 0, 1000)
    cut = battery_life("esp32", 10 * HOUR_MS, HOUR_MS, 4 * HOUR_MS, 5 * HOUR_MS, 1000)
    assert cut == whole
