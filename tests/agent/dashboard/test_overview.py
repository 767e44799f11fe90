"""The first page in a real Chromium: values, states, problems, outputs, log, as they come."""

import json
from collections.abc import Callable

import pytest
from agent_rig import KEY
from dashboard_rig import SENSORS, DashboardRig, put_history, tile, wave
from sampling_rig import FakeDriver
from service_rig import output

from byteport_agent.gateway import live
from byteport_agent.sampling import health

NewDashboard = Callable[..., DashboardRig]
BAD = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">'


def test_values_appear_and_change_without_a_reload(dashboard: DashboardRig) -> None:
    page = dashboard.show()
    page.shows("#nothing", "No values yet")
    chosen = "return document.querySelector('input[name=curve]:checked').value"
    assert page.run(chosen) == "1h"  # as there is not more to show of yet
    dashboard.store("dev-1", temp="21.50", note="up")
    page.shows(tile("temp") + " .value", "21.50")
    page.shows(tile("note") + " .value", "up")
    assert page.text(".device h2") == "dev-1"
    assert page.text("#nothing") == ""
    page.run("window.same = true")
    dashboard.store("dev-1", temp="-3")
    page.shows(tile("temp") + " .value", "-3")
    page.shows(tile("temp") + " .age", "now")
    page.shows(tile("temp") + " .age", "2 s ago")
    dashboard.store("dev-2", count="1")
    page.shows(".device:nth-of-type(2)", "count")
    assert page.run("return window.same")


def test_own_sensors_have_units_names_and_states(new_dashboard: NewDashboard) -> None:
    dashboard = new_dashboard(sensors=SENSORS)
    page = dashboard.show()
    page.shows("#device", "greenhouse-1")
    page.shows("#namespace", "myownspace")
    page.shows(tile("porch") + " .reading", "21.50 °C")
    assert page.text(tile("porch") + " .sensor") == "porch"
    page.shows("#problems-status", "All is well.")
    assert "greenhouse-1" in page.run("return document.title")


def test_a_sensor_that_fails_turns_red_and_says_why(
    new_dashboard: NewDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_PATIENT_MS", 0)
    dashboard = new_dashboard(sensors=SENSORS)
    page = dashboard.show()
    page.shows(tile("porch") + " .value", "21.50")
    fine = page.run("return getComputedStyle(document.querySelector('.tile')).borderTopColor")
    why = OSError(121, "Remote I/O error")
    dashboard.drivers["porch"].answers = [why]
    red = page.wait_for(
        lambda: page.run(
            "const tile = document.querySelector(arguments[0]);"
            "return tile?.dataset.state === 'suspended' && getComputedStyle(tile).borderTopColor",
            tile("porch"),
        ),
        "suspended",
    )
    assert fine != red == "rgb(168, 32, 26)"
    assert page.text(tile("porch") + " .badge") == "suspended"
    page.shows(tile("porch") + " .reason", "does not answer (errno 121)")
    page.shows("#problems-status", "1 error")
    page.shows("#problems-list", "sensor porch suspended: bme280 at here does not answer")
    page.wait_for(lambda: page.run("return document.title").startswith("(1) "))
    page.shows("#messages", "porch: suspended")
    assert page.attribute(tile("cellar"), "data-state") == "ok"
    dashboard.drivers["porch"].answers = [(-4.0,)]
    page.wait_for(lambda: page.attribute(tile("porch"), "data-state") == "ok", "ok again")
    page.shows("#problems-status", "All is well.")
    page.shows(tile("porch") + " .value", "-4.00")


def test_a_sensor_that_never_had_a_value_is_not_forgotten(
    new_dashboard: NewDashboard,
) -> None:
    dashboard = new_dashboard()
    dashboard.add_sensor("broken", FakeDriver(OSError(121, "Remote I/O error")))
    page = dashboard.show()
    page.shows(".tile.missing", "broken")
    page.shows(".tile.missing .reason", "does not answer (errno 121)")


def test_X7_script_in_a_value_a_message_or_a_reason_stays_text(
    new_dashboard: NewDashboard,
) -> None:
    dashboard = new_dashboard(sensors=SENSORS)
    dashboard.drivers["porch"].answers = [OSError(5, BAD)]
    dashboard.store("dev-1", note=BAD, error=BAD)
    page = dashboard.show()
    page.shows(tile("note") + " .value", "<script>window.hacked")
    page.shows("#messages", BAD)
    page.shows("#problems-list", "sensor porch")
    dashboard.store("dev-1", note=f"live {BAD}", warn=f"live {BAD}")
    page.shows(tile("note") + " .value", f"live {BAD}"[:30])
    page.shows("#messages", f"live {BAD}")
    assert page.run("return window.hacked") is None
    assert page.run("return document.querySelectorAll('img[src=x], body script').length") == 0
    dashboard.field("note")
    page.shows("#value", BAD)
    page.shows("#table", BAD)
    assert page.run("return window.hacked") is None


def test_outputs_have_a_backlog_and_a_last_delivery(new_dashboard: NewDashboard) -> None:
    dashboard = new_dashboard(sensors=output("up") + output("down", port=1))
    dashboard.store("dev-1", temp=1)
    page = dashboard.show()
    page.shows("#outputs", "up")
    rows = page.run("return [...outputs.tBodies[0].rows].map((row) => row.innerText)")
    assert [row.split("\t")[:3] for row in rows] == [["up", "0", "1"], ["down waiting", "1", "0"]]


def test_without_outputs_it_says_so(dashboard: DashboardRig) -> None:
    dashboard.show().shows("#outputs", "None: readings stay in the history here.")


def test_the_log_comes_by_level_and_device(dashboard: DashboardRig) -> None:
    dashboard.store("dev-1", debug="deep", info="begun", warn="odd", error="broken")
    dashboard.store("dev-2", info="other")
    page = dashboard.show()
    page.shows("#messages", "begun")
    shown = lambda: page.run("return [...messages.children].map((each) => each.innerText)")  # noqa: E731
    assert len(shown()) == 4
    assert "deep" not in page.text("#messages")
    page.click("#level option[value=warn]")
    page.wait_for(lambda: len(shown()) == 2, "two messages")
    dashboard.store("dev-1", info="not wanted", error="late")
    page.shows("#messages", "late")
    assert "not wanted" not in page.text("#messages")
    page.click("#level option[value=debug]")
    page.shows("#messages", "deep")
    page.shows("#message-device", "dev-2")
    page.click("#message-device option[value=dev-2]")
    page.wait_for(lambda: len(shown()) == 1, "one message")
    assert "other" in shown()[0]


def test_older_messages_come_when_asked_for(dashboard: DashboardRig) -> None:
    packets = [
        {
            "namespace": "myownspace",
            "uid": "dev-1",
            "timestamp": str(n),
            "data": f"info=number {n};",
        }
        for n in range(1, 61)
    ]
    form = {"packets": json.dumps(packets), "legacy_key": KEY}
    assert dashboard.ask("POST", "/api/legacy/packets/timeseries/", form).status == 200
    dashboard.settled()
    page = dashboard.show()
    page.wait_for(lambda: len(page.all("#messages li")) == 50, "fifty messages")
    page.click("#more-messages")
    page.wait_for(lambda: len(page.all("#messages li")) == 60, "sixty messages")
    assert page.text("#messages li:last-child").endswith("number 1")


def test_curves_are_of_the_time_that_is_chosen(new_dashboard: NewDashboard, tmp_path) -> None:  # type: ignore[no-untyped-def]
    put_history(tmp_path, "dev-1", "temp", wave)
    page = new_dashboard().show()
    curve = lambda: page.attribute(tile("temp") + " .line", "d")  # noqa: E731
    day = page.wait_for(curve, "a curve")
    assert day.count("L") >= 22
    assert page.run("return document.querySelector('input[name=curve]:checked').value") == "1d"
    page.click("input[value='1h']")
    hour = page.wait_for(lambda: curve() != day and curve(), "another curve")
    assert hour.count("L") >= 50
    page.open(page.run("return location.href"))
    page.wait_for(lambda: curve() == hour or curve().count("L") >= 50, "the same after a reload")


def test_a_lost_connection_is_told_with_the_age_of_what_is_seen(dashboard: DashboardRig) -> None:
    dashboard.browser.expected += ["/api/", "ERR_"]
    dashboard.text = dashboard.text.replace("127.0.0.1:0", dashboard.url.removeprefix("http://"))
    dashboard.store("dev-1", temp=1)
    page = dashboard.show()
    page.shows(tile("temp") + " .value", "1")
    assert page.text("#connection") == "Live"
    assert page.text("#lost") == ""
    dashboard.agent.stop()
    page.shows("#lost-text", "The connection is lost: what you see is as of")
    assert page.attribute("#lost-text", "role") == "alert"
    page.shows("#lost-age", "s ago")
    page.shows("#connection", "Offline")
    dashboard.start(dashboard.text)
    page.shows("#connection", "Live")
    page.wait_for(lambda: page.text("#lost") == "", "the banner's end")
    dashboard.store("dev-1", temp=2)
    page.shows(tile("temp") + " .value", "2")


def test_a_connection_that_says_nothing_is_lost(
    dashboard: DashboardRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    dashboard.browser.expected += ["/api/live"]
    page = dashboard.show()
    page.shows("#connection", "Live")
    monkeypatch.setattr(live, "MOST_FOLLOWERS", 0)
    page.run("const now = Date.now; Date.now = () => now() + 60_000")
    page.shows("#connection", "Offline")
    monkeypatch.setattr(live, "MOST_FOLLOWERS", 64)
    page.shows("#connection", "Live")


def test_many_devices_are_closed_and_found_by_name(dashboard: DashboardRig) -> None:
    for number in range(12):
        dashboard.store(f"dev-{number}", temp=number, rh=2, co2=3)
    page = dashboard.show()
    page.wait_for(lambda: len(page.all(".device")) == 12, "twelve devices")
    assert page.all(".tile") == []
    assert page.requests("/api/sparklines") == []
    page.one("#search-text").send_keys("co2")
    page.wait_for(lambda: len(page.all(".device[open]")) == 12, "all open")
    assert page.text(".device .tile:not([hidden])").startswith("co2")
    page.one("#search-text").clear()
    page.one("#search-text").send_keys("dev-11")
    page.wait_for(lambda: len(page.all(".device:not([hidden])")) == 1, "one device")
    assert page.text(".device:not([hidden]) h2") == "dev-11"


def test_a_device_that_is_silent_is_told(dashboard: DashboardRig, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    dashboard.store("dev-1", temp=1)
    page = dashboard.show()
    page.shows(tile("temp"), "1")
    silent = lambda *_: "nothing for 3 h"  # noqa: E731
    monkeypatch.setattr(dashboard.gateway.devices, "_silence", silent)
    page.shows(".device summary .badge", "silent")
    page.shows("#problems-list", "device dev-1 nothing for 3 h")
    page.wait_for(lambda: page.attribute(tile("temp"), "data-state") == "silent", "a silent tile")


def test_numbers_and_times_are_written_as_the_viewer_writes_them(dashboard: DashboardRig) -> None:
    dashboard.browser.locale("sv-SE", "Asia/Tokyo")
    dashboard.store("dev-1", _ts=1_800_000_000, level="1234567.50", info="x")
    page = dashboard.show()
    page.shows(tile("level") + " .value", "1\u00a0234\u00a0567,50")
    assert "17:00" in page.attribute("#messages time", "title")  # 08:00 UTC
