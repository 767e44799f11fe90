"""The dashboard's modules by themselves, in Chromium: units, gaps, round times and numbers."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser_rig import Browser
from dashboard_rig import DashboardRig

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
MIDNIGHT_MS = 1_793_491_200_000  # 1 November 2026, UTC


@pytest.fixture(scope="module")
def page(_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A page whose modules can be asked."""
    _browser.begin()
    rig = DashboardRig(tmp_path_factory.mktemp("modules"), _browser)
    page = rig.show("/field?device=a&field=b")
    yield page
    page.open("about:blank")
    rig.close()


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("21.50", "Cel", ["21.50", "°C"]),
        ("45.0", "%RH", ["45.0", "%"]),
        ("3.88", "/", ["3.88", ""]),
        ("1234567", "lx", ["1,234,567", "lx"]),
        ("448049075", "B", ["448", "MB"]),
        ("7168", "B", ["7,168", "B"]),
        ("23917324", "KiB", ["22.8", "GiB"]),
        ("101325", "Pa", ["1,013", "hPa"]),
        ("1011.10", "hPa", ["1,011.10", "hPa"]),
        ("9310", "s", ["2.59", "h"]),
        ("0.25", "s", ["0.25", "s"]),
        ("-0.5", "Cel", ["-0.5", "°C"]),
        ("1e30", "V", ["1e30", "V"]),
        ("12", "m3", ["12", "m³"]),
        ("3.2", "uT", ["3.2", "µT"]),
        ("up", "", ["up", ""]),
        ("0x10", "", ["0x10", ""]),
        ("", "Cel", ["", ""]),
    ],
)
def test_values_and_units_are_as_people_write_them(
    page: Browser, text: str, unit: str, expected: list[str]
) -> None:
    script = "done(Object.values(it.shown(arguments[1], it.numberOf(arguments[1]), arguments[2])))"
    assert page.module("./units.js", script, text, unit) == expected


def runs(page: Browser, times: list[int], usual_ms: int) -> list[list[int]]:
    script = (
        "done(it.runsOf(arguments[1].map((t) => ({ t })), arguments[2])"
        ".map((run) => run.map((point) => point.t)))"
    )
    return list(page.module("./series.js", script, times, usual_ms))


def test_a_line_goes_over_no_gap(page: Browser) -> None:
    assert runs(page, [0, 10, 20, 31, 41], 10) == [[0, 10, 20, 31, 41]]
    assert runs(page, [0, 10, 20, 90, 100], 10) == [[0, 10, 20], [90, 100]]
    assert runs(page, [0, 10, 20, 90, 160, 170], 10) == [[0, 10, 20], [90], [160, 170]]
    assert runs(page, [], 10) == []
    assert runs(page, [5], 10) == [[5]]


def test_another_interval_is_no_gap(page: Browser) -> None:
    slow = [0, 300, 600, 900]
    fast = [*range(1200, 1300, 2)]
    assert runs(page, slow + fast, 2) == [slow + fast]
    later = [*range(5300, 5400, 2)]
    assert runs(page, [*slow, 5000, *later], 2) == [slow, [5000], later]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [[0, 2, 4, 6, 8, 10], 0]),
        (-0.3, 0.1, [[-0.3, -0.2, -0.1, 0, 0.1], 1]),
        (1011.05, 1011.3, [[1011.05, 1011.1, 1011.15, 1011.2, 1011.25, 1011.3], 2]),
        (1e6, 5e6, [[1e6, 2e6, 3e6, 4e6, 5e6], 0]),
    ],
)
def test_numbers_of_an_axis_are_round(
    page: Browser, low: float, high: float, expected: list[Any]
) -> None:
    script = "done(Object.values(it.numberTicks(arguments[1], arguments[2], 6)))"
    assert page.module("./axes.js", script, low, high) == expected


def ticks(page: Browser, from_ms: int, to_ms: int, most: int = 6) -> list[str]:
    script = "done(it.timeTicks(arguments[1], arguments[2], arguments[3]))"
    return [text for _, text in page.module("./axes.js", script, from_ms, to_ms, most)]


@pytest.mark.parametrize(
    ("span_ms", "expected"),
    [
        (50_000, ["12:00:15 AM", "12:00:30 AM"]),
        (5 * 60_000, ["12:01 AM", "12:02 AM"]),
        (DAY_MS, ["6:00 AM", "12:00 PM"]),
        (3 * DAY_MS, ["12:00 PM", "Nov 2"]),
        (30 * DAY_MS, ["Nov 2", "Nov 9"]),
        (300 * DAY_MS, ["2027", "Mar"]),
        (2000 * DAY_MS, ["2027", "2028"]),
    ],
)
def test_times_of_an_axis_are_round(page: Browser, span_ms: int, expected: list[str]) -> None:
    found = ticks(page, MIDNIGHT_MS + 1, MIDNIGHT_MS + span_ms)
    assert found[:2] == expected or found[1:3] == expected, found


def test_times_of_an_axis_are_round_where_the_viewer_is(page: Browser) -> None:
    def seen_from(zone: str) -> None:
        page.locale(zone=zone)
        page.driver.refresh()

    seen_from("Asia/Kolkata")  # five hours and a half ahead
    assert ticks(page, MIDNIGHT_MS, MIDNIGHT_MS + DAY_MS)[0] == "6:00 AM"
    seen_from("Europe/Stockholm")  # one of these days has 25 hours
    days = ticks(page, MIDNIGHT_MS - 9 * DAY_MS, MIDNIGHT_MS - 5 * DAY_MS, 4)
    assert days == ["Oct 24", "Oct 25", "Oct 26", "Oct 27"]
    seen_from("UTC")


def test_ages_grow_by_the_gateways_clock(page: Browser) -> None:
    script = """(() => {
      it.serverTime(Date.now() + 3_600_000);
      const now = it.now();
      const ages = [0, 1500, 2500, 119_000, 121_000, 7_300_000, 200_000_000];
      done(ages.map((ms) => it.ageText(now - ms)).concat(it.ageText(null)));
    })()"""
    assert page.module("./times.js", script) == [
        "now", "now", "2 s ago", "119 s ago", "2 min ago", "2 h ago", "2 d ago", "never"
    ]  # fmt: skip
