"""A real Chromium, without a window, and what a test asks it: texts, colours, keys, requests.

It begins with an empty profile. Whatever it complains of, or asks of anybody but the gateway, is
kept: `complaints` has it, and each test's end looks at that.
"""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM, DRIVER = "chromium", "chromedriver"
PATIENCE_S = 30
DESKTOP, PHONE, SMALL_PHONE = (1280, 900), (390, 844), (320, 640)
_OPTIONS = (
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
    "--lang=en-US",
    "--no-first-run",
    "--no-proxy-server",
)
# what the page itself hears of, from before its first line
_LISTEN = """
window.__heard = [];
addEventListener("securitypolicyviolation", (event) =>
  __heard.push(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
addEventListener("error", (event) => __heard.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => __heard.push(`rejection: ${event.reason}`));
"""


class Browser:
    """One tab of one Chromium; ``expected`` are texts of complaints that a test provokes."""

    def __init__(self, profile: Path) -> None:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        options = webdriver.ChromeOptions()
        for each in (*_OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(each)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.binary_location = shutil.which(CHROMIUM) or ""
        environment = {**os.environ, "TZ": "UTC", "NO_PROXY": "*"}
        service = Service(shutil.which(DRIVER), env=environment)
        self.driver: Any = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(PATIENCE_S)
        self.driver.set_script_timeout(PATIENCE_S)
        self.command("Page.addScriptToEvaluateOnNewDocument", source=_LISTEN)
        self.begin()

    def begin(self) -> None:
        """Be as new: no cookies, nothing stored, a desktop in the light."""
        self.driver.get("about:blank")
        self.command("Network.clearBrowserCookies")
        self.command("Emulation.clearDeviceMetricsOverride")
        self.size(DESKTOP)
        self.media("light", "reduce")  # so that a colour is what it will be at once
        self.locale()
        self.expected: list[str] = []
        self.asked: list[str] = []
        self._logs: list[str] = []
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)

    def close(self) -> None:
        self.driver.quit()

    def command(self, name: str, **parameters: Any) -> Any:
        return self.driver.execute_cdp_cmd(name, parameters)

    def size(self, size: tuple[int, int]) -> None:
        width, height = size
        mobile = width < 600
        self.command(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=mobile,
        )
        self.command("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def media(self, scheme: str = "light", motion: str = "no-preference") -> None:
        features = {"prefers-color-scheme": scheme, "prefers-reduced-motion": motion}
        listed = [{"name": name, "value": value} for name, value in features.items()]
        self.command("Emulation.setEmulatedMedia", features=listed)

    def locale(self, locale: str = "en-US", zone: str = "UTC") -> None:
        self.command("Emulation.setLocaleOverride", locale=locale)
        self.command("Emulation.setTimezoneOverride", timezoneId=zone)

    def open(self, url: str) -> None:
        self.driver.get(url)

    def run(self, script: str, *arguments: Any) -> Any:
        """Run JavaScript that returns something."""
        return self.driver.execute_script(script, *arguments)

    def wait_for(
        self, condition: Callable[[], Any], what: str = "it", patience_s: float = PATIENCE_S
    ) -> Any:
        """Return what a condition gives once it is true; a page may change meanwhile."""
        from selenium.common.exceptions import StaleElementReferenceException

        ends = monotonic() + patience_s
        while True:
            try:
                if found := condition():
                    return found
            except StaleElementReferenceException:
                pass
            assert monotonic() < ends, f"{what} did not come true: {self.text('body')!r}"
            sleep(0.04)

    def all(self, css: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", css))

    def one(self, css: str) -> Any:
        """Return the one element, once it is there."""
        return self.wait_for(lambda: self.all(css), css)[0]

    def text(self, css: str) -> str:
        """Return the text of the first such element as it is seen, "" where there is none."""
        script = """
        const element = document.querySelector(arguments[0]);
        return element?.getClientRects().length ? element.innerText : "";
        """
        return str(self.run(script, css)).strip()

    def attribute(self, css: str, name: str) -> str:
        script = "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? ''"
        return str(self.run(script, css, name))

    def shows(self, css: str, text: str) -> None:
        """Wait until the first such element has a text in it."""
        self.wait_for(lambda: text in self.text(css), f"{text!r} in {css}")

    def click(self, css: str) -> None:
        self.one(css).click()

    def press(self, *keys: str) -> None:
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def module(self, name: str, expression: str, *arguments: Any) -> Any:
        """Return what an expression gives of a module of the page, there called `it`."""
        script = """
        const done = arguments[arguments.length - 1];
        const asset = document.querySelector("script[type=module]").src;
        import(new URL(arguments[0], asset))
          .then((it) => { %s })
          .catch((error) => done(`${error}`));
        """
        return self.driver.execute_async_script(script % expression, name, *arguments)

    def complaints(self, origin: str) -> list[str]:
        """Return errors, violations of the policy, and requests to others than the gateway."""
        self._read_logs()
        heard = self.run("return window.__heard ?? []")
        others = [url for url in self.asked if not _is_of(url, origin)]
        found = [*self._logs, *heard, *others]
        return [each for each in found if not any(text in each for text in self.expected)]

    def requests(self, path: str) -> list[str]:
        """Return the URLs of a path that were asked for until now."""
        self._read_logs()
        return [url for url in self.asked if urlsplit(url).path == path]

    def _read_logs(self) -> None:
        for line in self.driver.get_log("browser"):
            if line["level"] in ("SEVERE", "WARNING"):
                self._logs.append(f"{line['level']}: {line['message']}")
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                self.asked.append(message["params"]["request"]["url"])


def _is_of(url: str, origin: str) -> bool:
    return url.startswith((f"{origin}/", "data:", "about:", "chrome"))


def needed() -> None:
    """Skip where there is no browser to be had."""
    for name in (CHROMIUM, DRIVER):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed: apt-get install chromium chromium-driver")
