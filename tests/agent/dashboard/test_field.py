"""The page of a field in a real Chromium: its chart, any time of it, and the same in words."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from re import search
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from browser_rig import Browser
from dashboard_rig import HOUR_MS, MINUTE_MS, SENSORS, DashboardRig, put_history, wave

from byteport_agent.gateway import pages
from byteport_agent.gateway.history_file import DAY_MS

NewDashboard = Callable[..., DashboardRig]
PLOTLY_LINE = "#chart .scatterlayer path.js-line"
OWN_LINE = "#chart .line-chart .line"


@pytest.fixture
def with_plotly(new_dashboard: NewDashboard, tmp_path: Path) -> DashboardRig:
    """A field with values of 40 days, every 10 minutes."""
    if pages.plotly_path() is None:
        pytest.skip("plotly is not installed: pip install 'byteport-agent[dashboard]'")
    put_history(tmp_path, "dev-1", "temp", wave, 40, 10 * MINUTE_MS)
    return new_dashboard()


@pytest.fixture
def plain(without_plotly: None, new_dashboard: NewDashboard, tmp_path: Path) -> DashboardRig:
    """The same where plotly is not installed."""
    put_history(tmp_path, "dev-1", "temp", wave, 40, 10 * MINUTE_MS)
    return new_dashboard()


def drawn(page: Browser) -> dict[str, Any]:
    """Return what plotly shows: its range, and the times of the curve."""
    return dict(
        page.run(
            """
            const chart = document.getElementById("chart");
            const line = chart.data?.find((each) => each.mode === "lines" && !each.fill);
            return { range: chart.layout?.xaxis.range, t: line?.x ?? [] };
            """
        )
    )


def step(page: Browser) -> float:
    """Return the shortest time between points of the curve."""
    times = [ms for ms in drawn(page)["t"] if ms is not None]
    return min((after - before for before, after in pairwise(times)), default=0)


def spans(page: Browser) -> list[float]:
    """Return the times that series were asked for, in days."""
    found = []
    for url in page.requests("/api/series"):
        query = parse_qs(urlsplit(url).query)
        found.append((int(query["to"][0]) - int(query["from"][0])) / DAY_MS)
    return found


def test_a_chart_is_drawn_and_zooms_into_finer_data(with_plotly: DashboardRig) -> None:
    page = with_plotly.field("temp")
    page.one(PLOTLY_LINE)
    page.click("[data-span='2592000000']")
    page.wait_for(lambda: step(page) >= HOUR_MS, "hours")
    page.shows("#time", "The last 30 d")
    for _ in range(5):
        page.click("#in")
    page.wait_for(lambda: spans(page)[-1] == pytest.approx(2 * 30 / 32, abs=0.01), "a day")
    page.wait_for(lambda: step(page) == 10 * MINUTE_MS, "the values themselves")
    page.click("#out")
    page.wait_for(lambda: spans(page)[-1] > 3, "a longer time")


def test_pointer_and_wheel_move_and_zoom(with_plotly: DashboardRig) -> None:
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    page = with_plotly.field("temp")
    page.one(PLOTLY_LINE)
    before = drawn(page)["range"]
    chart = page.one("#chart .nsewdrag")
    actions = ActionChains(page.driver)
    actions.move_to_element(chart).click_and_hold().move_by_offset(300, 0).release().perform()
    page.wait_for(lambda: drawn(page)["range"][1] < before[1] - HOUR_MS, "an earlier time")
    page.shows("#time", " to ")
    page.wait_for(lambda: "to=" in page.run("return location.hash"), "a time in the address")
    moved = drawn(page)["range"]
    origin = ScrollOrigin.from_element(chart)
    ActionChains(page.driver).scroll_from_origin(origin, 0, -400).perform()
    zoomed = lambda: drawn(page)["range"][1] - drawn(page)["range"][0]  # noqa: E731
    page.wait_for(lambda: zoomed() < moved[1] - moved[0], "a shorter time")
    page.wait_for(lambda: "span=" in page.run("return location.hash"), "a span in the address")
    page.click("#newest")
    page.wait_for(lambda: drawn(page)["range"][1] >= before[1], "now")


def test_the_point_under_the_pointer_is_told(with_plotly: DashboardRig) -> None:
    from selenium.webdriver import ActionChains

    page = with_plotly.field("temp")
    page.one(PLOTLY_LINE)
    ActionChains(page.driver).move_to_element(page.one("#chart .nsewdrag")).perform()
    page.wait_for(lambda: search(r"PM: \d\d\.\d\d$", page.text("#readout")), "a value")


def test_without_plotly_there_is_a_chart_that_says_what_is_missing(plain: DashboardRig) -> None:
    from selenium.webdriver import ActionChains

    page = plain.field("temp")
    page.wait_for(lambda: len(page.attribute(OWN_LINE, "d")) > 500, "a curve")
    page.shows("#without-plotly", "pip install 'byteport-agent[dashboard]'")
    assert page.requests("/plotly/unknown.js") == page.all(PLOTLY_LINE) == []
    day = page.attribute(OWN_LINE, "d")
    page.click("[data-span='2592000000']")
    page.wait_for(lambda: page.attribute("#chart .band", "d"), "a range")
    page.click("#in")
    page.wait_for(lambda: page.attribute(OWN_LINE, "d") != day, "another curve")
    chart = page.one("#chart")

    def shows_the_point() -> bool:
        ActionChains(page.driver).move_to_element(chart).move_by_offset(9, 0).perform()
        told = page.text("#readout")
        return bool(told) and page.attribute("#chart .rule", "visibility") == "visible"

    page.wait_for(shows_the_point, "a point")


def test_lowest_and_highest_are_shown_however_long_the_time(plain: DashboardRig) -> None:
    page = plain.field("temp", view="#span=2592000000")
    page.shows("#high", "25")  # of one value in each day, which no mean shows
    page.shows("#low", "16")
    page.shows("#count", "4,3")
    page.wait_for(lambda: "lowest 16" in page.attribute("#chart", "aria-label"), "its words")


def test_a_gap_is_a_gap(new_dashboard: NewDashboard, tmp_path: Path, without_plotly: None) -> None:
    put_history(tmp_path, "dev-1", "temp", wave, 1, gap=range(-9 * HOUR_MS, -6 * HOUR_MS))
    page = new_dashboard().field("temp")
    page.wait_for(lambda: page.attribute(OWN_LINE, "d").count("M") == 2, "two pieces")
    page.click("[data-span='3600000']")
    page.wait_for(lambda: page.attribute(OWN_LINE, "d").count("M") == 1, "one piece")


def test_values_come_without_a_reload(plain: DashboardRig) -> None:
    page = plain.field("temp", view="#span=60000")
    page.shows("#empty", "No values in this time")
    plain.store("dev-1", temp="21.25")
    page.shows("#value", "21.25")
    page.wait_for(lambda: page.text("#empty") == "", "a value in the chart")
    page.shows("#count", "1")


def test_the_time_shown_survives_a_reload(plain: DashboardRig) -> None:
    page = plain.field("temp")
    page.click("[data-span='604800000']")
    page.click("#earlier")
    page.shows("#time", " to ")
    time = page.text("#time")
    page.driver.refresh()
    page.shows("#time", time)
    assert page.attribute("[data-span='604800000']", "aria-pressed") == "true"


def test_the_chart_is_a_table_too(plain: DashboardRig) -> None:
    page = plain.field("temp")
    page.click("#table-part summary")
    page.shows("#table", "Lowest")
    rows = page.run("return document.querySelector('#table').tBodies[0].rows.length")
    assert 24 <= rows <= 110
    page.click("[data-span='3600000']")
    page.shows("#table", "Value")


def test_the_values_can_be_saved(plain: DashboardRig) -> None:
    page = plain.field("temp")
    page.wait_for(lambda: "from=" in page.attribute("#csv", "href"), "an address")
    answer = plain.get(page.attribute("#csv", "href"))
    assert answer.text.splitlines()[0] == "time,device,field,value"
    assert len(answer.text.splitlines()) > 100


def test_text_is_a_table(dashboard: DashboardRig) -> None:
    dashboard.store("dev-1", _ts=1_700_000_000, note="first")
    dashboard.store("dev-1", note="x" * 500)
    page = dashboard.field("note")
    page.shows("#value", "x" * 500)
    page.shows("#table", "x" * 500)
    assert page.text("#chart") == ""
    page.requests("/")  # reads what was asked for
    assert not [url for url in page.asked if "/plotly/" in url]


def test_a_field_that_is_not_there(dashboard: DashboardRig) -> None:
    dashboard.browser.expected.append("status of 404")
    page = dashboard.field("nothing")
    page.shows("#trouble", "There is no such field here.")


def test_an_own_sensors_field_says_which_sensor_and_what_is_wrong(
    new_dashboard: NewDashboard, without_plotly: None
) -> None:
    dashboard = new_dashboard(sensors=SENSORS)
    page = dashboard.field("porch", "greenhouse-1")
    page.shows("#sensor", "greenhouse-1, sensor porch")
    page.shows("#now .reading", "21.50 °C")
    dashboard.drivers["porch"].answers = [OSError(121, "Remote I/O error")]
    page.shows("#reason", "does not answer (errno 121)")


def test_plotly_comes_from_here_and_is_kept(with_plotly: DashboardRig) -> None:
    page = with_plotly.get("/field?device=dev-1&field=temp").text
    path = page.partition('data-plotly="')[2].partition('"')[0]
    answer = with_plotly.get(path)
    assert (answer.status, len(answer.content) > 1 << 20) == (200, True)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")
