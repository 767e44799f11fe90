"""Takes the pictures of the dashboard that the documentation shows: of the demo, in Chromium.

It is always an afternoon in them, and a loose wire is just being noticed.

usage: pictures.py FOLDER
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "agent/rigs"))

from browser_rig import DESKTOP, PHONE, Browser

HOUR = 16
FIELD = "/field?device=garden&field=temperature"
PICTURES = (  # name, path, size, colours, what must be seen
    ("dashboard", "/", DESKTOP, "light", ".tile[data-state=retrying]"),
    ("dashboard-phone", "/", PHONE, "dark", ".tile[data-state=retrying]"),
    ("field", FIELD, DESKTOP, "light", "#chart .scatterlayer path.js-line"),
    ("field-phone", FIELD, PHONE, "dark", "#chart .scatterlayer path.js-line"),
)


def zone() -> str:
    """Return the time zone where it is the afternoon now, as tzdata calls it."""
    east = max(min(HOUR - datetime.now(UTC).hour, 14), -12)
    return f"Etc/GMT{-east:+d}"  # whose signs are the wrong way round


@contextmanager
def demo() -> Iterator[str]:
    """Run a demo and give its URL."""
    command = [sys.executable, "-m", "byteport_agent", "demo", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "TZ": zone()}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[-1].rstrip("/")
        finally:
            process.terminate()


def take(browser: Browser, url: str, folder: Path) -> None:
    for name, path, size, colours, needed in PICTURES:
        browser.size(size)
        browser.media(colours, "reduce")
        browser.open(f"{url}{path}")
        browser.shows("#connection", "Live")
        browser.one(needed)
        browser.run("document.activeElement.blur()")
        (folder / f"{name}.png").write_bytes(browser.driver.get_screenshot_as_png())


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile, demo() as url:
        browser = Browser(Path(profile))
        try:
            browser.locale(zone=zone())
            browser.open(f"{url}/")
            browser.wait_for(lambda: browser.all(PICTURES[0][-1]), "a loose wire", patience_s=120)
            take(browser, url, folder)
        finally:
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
