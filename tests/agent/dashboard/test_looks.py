"""For everybody: on a phone, in the dark, by keyboard, by ear, with contrast and without motion."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browser_rig import DESKTOP, PHONE, SMALL_PHONE, Browser
from dashboard_rig import MINUTE_MS, SENSORS, DashboardRig, put_history, tile, wave
from sampling_rig import FakeDriver
from service_rig import output

from byteport_agent.gateway.passwords import PasswordFile
from byteport_agent.sampling import health
from waiting import wait_for

PAGES = ("/", "/field?device=dev-1&field=temp", "/field?device=dev-1&field=note", "/login")
# The contrast of each text with what is behind it (WCAG 2.2, 1.4.3), where it is less than 4.5.
FAINT = """
const rgb = (text) => {
  const numbers = text.match(/[\\d.]+/g).map(Number);
  return numbers.length > 3 ? numbers : [...numbers, 1];
};
const over = ([r, g, b, a], below) => [r, g, b].map((each, i) => each * a + below[i] * (1 - a));
const curved = (share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
const light = (color) => {
  const [r, g, b] = color.map((value) => curved(value / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (element) => {
  const layers = [];
  for (let each = element; each; each = each.parentElement) {
    layers.push(rgb(getComputedStyle(each).backgroundColor));
  }
  return layers.reverse().reduce((below, layer) => over(layer, below), rgb("255 255 255"));
};
const faint = [];
let seen = 0;
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const text = walker.currentNode.textContent.trim();
  if (!text || !element.getClientRects().length || element.closest("noscript, .skip")) continue;
  if (element.closest(":disabled")) continue;
  seen += 1;
  const style = getComputedStyle(element);
  const below = behind(element);
  const front = over(rgb(element instanceof SVGElement ? style.fill : style.color), below);
  const [high, low] = [light(front), light(below)].sort((a, b) => b - a);
  const ratio = (high + 0.05) / (low + 0.05);
  if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${text.slice(0, 30)} (${element.className})`);
}
return { seen, faint };
"""
CONTROLS = """
const all = document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']");
return [...all].filter((each) => each.getClientRects().length && !each.disabled
  && !(each.type === "radio" && !each.checked));
"""


@pytest.fixture
def full(
    new_dashboard: Callable[..., DashboardRig], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> DashboardRig:
    """One of everything: states of sensors, a silent device, all levels, an output that waits."""
    monkeypatch.setattr(health, "_PATIENT_MS", 0)
    put_history(tmp_path, "dev-1", "temp", wave, 2, 10 * MINUTE_MS)
    devices = '[[gateway.device]]\nuid = "away"\nunits = { temp = "Cel" }\n'
    full = new_dashboard(devices, output("up") + output("down", port=1) + SENSORS)
    full.add_sensor("broken", FakeDriver(OSError(121, "Remote I/O error")))
    full.drivers["porch"].answers = [OSError(121, "Remote I/O error")]
    full.store(
        "dev-1", temp="21.5", note="text that goes on " * 9, a_name_as_long_as_can_be_0123456="1"
    )
    for level in ("debug", "info", "warn", "error"):
        full.store("dev-1", **{level: f"a message of level {level}, no_break_here_" + "x" * 60})
    states = lambda: [each["state"] for each in full.agent.status()["sensors"]]  # noqa: E731
    wait_for(lambda: states() == ["suspended", "ok", "suspended"])
    return full


def shown(rig: DashboardRig, path: str) -> Browser:
    """Return the page with all it has."""
    if path == "/login":
        rig.browser.open("about:blank")  # which asks for nothing that is forbidden from now on
        PasswordFile(rig.gateway._settings.password_file).set("a password")
    page = rig.show(path)
    if path == "/":
        page.shows("#problems-list", "away")
        page.shows(".missing[data-state=suspended]", "broken")
        page.shows(f"{tile('porch')}[data-state=suspended]", "does not answer")
        page.shows("#messages", "level error")
        page.shows("#outputs", "down")
    elif path == "/login":
        page.one("#password")
    elif "note" in path:
        page.shows("#table", "text that goes on")
    else:
        page.shows("#high", "2")
        page.click("#table-part summary")
        page.shows("#table", "Lowest")
    return page


@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_a_phone_and_are_read_in_both_schemes(full: DashboardRig, path: str) -> None:
    page = shown(full, path)
    fits = "return document.documentElement.scrollWidth === innerWidth"
    for size in (DESKTOP, PHONE, SMALL_PHONE):
        page.size(size)
        page.wait_for(lambda: page.run(fits), f"a page as wide as {size}")
    for scheme in ("light", "dark"):
        page.media(scheme, "reduce")
        # plotly draws the chart anew in the other colours, a moment after the page has them
        page.wait_for(lambda: page.run(FAINT)["faint"] == [], f"texts that can be read in {scheme}")
        assert page.run(FAINT)["seen"] >= 3, scheme


@pytest.mark.usefixtures("without_plotly")
@pytest.mark.parametrize("path", PAGES)
def test_every_control_is_reached_by_keyboard_and_has_a_name(full: DashboardRig, path: str) -> None:
    from selenium.webdriver.common.keys import Keys

    page = shown(full, path)
    page.run("document.activeElement.blur()")
    controls: list[Any] = page.run(CONTROLS)
    reached = []
    for _ in range(2 * len(controls) + 10):
        page.press(Keys.TAB)
        focused = page.run("return document.activeElement")
        if focused in reached:
            break
        reached.append(focused)
        if focused.tag_name != "body":
            outline = "const [e] = arguments; const s = getComputedStyle(e);"
            outline += (
                "const near = e.type === 'radio' ? getComputedStyle(e.nextElementSibling) : s;"
            )
            assert page.run(outline + "return near.outlineStyle", focused) != "none"
    missed = [each.get_attribute("outerHTML") for each in controls if each not in reached]
    assert missed == []
    nameless = [each.get_attribute("outerHTML") for each in controls if not each.accessible_name]
    assert nameless == []


@pytest.mark.usefixtures("without_plotly")
def test_a_chart_is_moved_and_zoomed_by_keyboard(full: DashboardRig) -> None:
    from selenium.webdriver.common.keys import Keys

    page = shown(full, "/field?device=dev-1&field=temp")
    page.run("document.querySelector(\"[data-span='604800000']\").focus()")
    page.press(Keys.ENTER)
    page.shows("#time", "The last 7 d")
    page.run("document.getElementById('in').focus()")
    page.press(Keys.SPACE)
    page.shows("#time", "The last 3 d")


def test_what_is_read_out_does_not_chatter(full: DashboardRig) -> None:
    page = shown(full, "/")
    page.run(
        """
        window.changes = 0;
        const watch = new MutationObserver((all) => { changes += all.length; });
        const regions = "[role=status], [role=alert], [aria-live]";
        for (const region of document.querySelectorAll(regions)) {
          watch.observe(region, { childList: true, subtree: true, characterData: true });
        }
        """
    )
    age = page.text(tile("note") + " .age")
    page.wait_for(lambda: page.text(tile("note") + " .age") != age, "an age that grows")
    full.store("dev-1", temp="22", info="news")
    page.shows(tile("temp") + " .value", "22")
    assert page.run("return changes") == 0


def test_who_wants_no_motion_sees_none(full: DashboardRig) -> None:
    page = shown(full, "/")
    longest = """
    return Math.max(...[...document.querySelectorAll("*")].flatMap((each) => {
      const style = getComputedStyle(each);
      return [style.transitionDuration, style.animationDuration].map(parseFloat);
    }));
    """
    assert page.run(longest) == 0


@pytest.mark.usefixtures("without_plotly")
def test_pages_have_landmarks_headings_and_a_language(full: DashboardRig) -> None:
    for path in PAGES:
        page = shown(full, path)
        assert page.run("return document.documentElement.lang") == "en"
        assert len(page.all("main")) == len(page.all("h1")) == 1
        pictures = "return [...document.images].filter((each) => !each.hasAttribute('alt')).length"
        assert page.run(pictures) == 0
