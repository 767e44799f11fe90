"""What goes wrong in a simulation, from options to what the board's side is told."""

import pytest

from byteport_agent.simulation.troubles import (
    Troubles,
    every,
    merged,
    mixture,
    power_cut,
    span,
    unplugging,
)

DAY_MS = 86_400_000


def test_spans_of_one_kind_become_one() -> None:
    assert merged([(5, 9), (1, 3), (3, 4), (6, 7), (20, 20)]) == [(1, 4), (5, 9)]


def test_events_are_in_order_and_within_the_run() -> None:
    troubles = Troubles(wifi=[(10, 30), (20, 40)], service=[(15, 1000)], resets=[12, 2000])
    assert troubles.events(500) == [
        (10, "wifi", False),
        (12, "reset", None),
        (15, "service", False),
        (40, "wifi", True),
    ]


def test_sensors_are_away_each_for_itself() -> None:
    troubles = Troubles(unplugged=[("a", (1, 5)), ("b", (2, 4)), ("a", (3, 9))])
    assert troubles.events(100) == [
        (1, "unplug", "a"),
        (2, "unplug", "b"),
        (4, "plug", "b"),
        (9, "plug", "a"),
    ]


def test_nobody_resets_what_has_no_power() -> None:
    troubles = Troubles(power=[(100, 200)], resets=[99, 100, 150, 200, 201])
    assert troubles.events(1000) == [(99, "reset", None), (100, "power", 100), (201, "reset", None)]


def test_options() -> None:
    assert span("2d,6h") == (2 * DAY_MS, 2 * DAY_MS + DAY_MS // 4)
    assert power_cut("1s") == (1000, 61_000)
    assert power_cut("1s, 2s") == (1000, 3000)
    assert unplugging("porch,1s,1m") == ("porch", (1000, 61_000))
    assert every(10, 31) == [10, 20, 30]


@pytest.mark.parametrize("text", ["", "2d", "2d,", ",6h", "2d,6h,1h", "2d;6h"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        span(text)


def test_the_mixture_has_everything() -> None:
    events = mixture(30 * DAY_MS, ["porch", "rain"]).events(30 * DAY_MS)
    kinds = {kind for _, kind, _ in events}
    assert kinds == {"wifi", "internet", "service", "ntp", "power", "unplug", "plug", "reset"}
    away = [ms for ms, kind, _ in events if kind in ("unplug", "plug")]
    assert away[3] - away[2] == 7 * DAY_MS
    assert {argument for _, kind, argument in events if kind == "unplug"} == {"porch"}


@pytest.mark.parametrize("run_ms", [60_000, 3_600_000, DAY_MS])
def test_the_mixture_fits_into_short_runs(run_ms: int) -> None:
    assert all(ms < run_ms for ms, _, _ in mixture(run_ms, []).events(run_ms))
