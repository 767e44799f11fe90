"""How soon the page of a field shows a year of it, in Chromium: the agent's time and the browser's.

The first chart is the plain one; plotly.js takes over when it has loaded, which is slower once,
while the browser compiles it.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench_gateway import DAYS, FIELDS, a_year, agent, free_port
from figures import Figure

sys.path.append(str(Path(__file__).parents[1] / "agent/rigs"))

from browser_rig import Browser

_DAY_S, _DAY_MS = 86_400, 86_400_000
_OPENED = 6  # pages, each of another field
_WATCH = """
window.__drawn = {};
const watched = { plain: ".line-chart .line", plotly: ".scatterlayer path.js-line" };
const look = () => {
  for (const [name, css] of Object.entries(watched)) {
    const line = document.querySelector(`#chart ${css}`);
    if (line?.getAttribute("d")?.length > 1000) __drawn[name] ??= performance.now();
  }
  if (!__drawn.plotly) requestAnimationFrame(look);
};
look();
"""


def drawn_ms(browser: Browser, port: int, field: str) -> tuple[float, float]:
    """Return how long after a field's page was asked for its chart is there, and is plotly's."""
    browser.open("about:blank")
    address = f"http://127.0.0.1:{port}/field?device=greenhouse-1&field={field}"
    browser.open(f"{address}#span={DAYS * _DAY_MS}")
    browser.wait_for(lambda: browser.run("return __drawn.plotly"), "a chart")
    drawn = browser.run("return __drawn")
    return min(drawn.values()), drawn["plotly"]


def figures() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="byteport-bench-"))
    a_year(folder / "history.db", int(time.time() // _DAY_S) - DAYS).close()
    port = free_port()
    browser = Browser(Path(tempfile.mkdtemp(prefix="byteport-bench-")))
    try:
        browser.command("Page.addScriptToEvaluateOnNewDocument", source=_WATCH)
        with agent(folder, port):
            times = [drawn_ms(browser, port, f"field-{n}") for n in range(_OPENED)]
    finally:
        browser.close()
    again_ms = statistics.median(plotly for _, plotly in times[1:])
    what = f"a year of {FIELDS} fields at 1/min in Chromium: page asked for to chart drawn"
    return [
        Figure(f"{what}, the first time", times[0][0], "ms", 1000, True),
        Figure("the same, until plotly.js draws it", times[0][1], "ms"),
        Figure(
            "the same, another field's page after that, by plotly.js", again_ms, "ms", 1000, True
        ),
    ]
