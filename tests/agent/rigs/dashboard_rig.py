"""A dashboard with something to see: an agent with sensors, boards, and days of history."""

import math
from collections.abc import Callable
from pathlib import Path

from browser_rig import Browser
from gateway_rig import GatewayRig
from sampling_rig import FakeDriver

from byteport_agent.clock import unix_ms
from byteport_agent.gateway.history_file import DAY_MS, HistoryFile

MINUTE_MS, HOUR_MS = 60_000, 3_600_000


def sensor(name: str, address: int = 0x76, bus: str = "i2c-1") -> str:
    """Return the table of a sensor whose only field is called as it is."""
    return (
        f'[[sensor]]\nname = "{name}"\ndriver = "bme280"\nbus = "{bus}"\naddress = {address}\n'
        f'interval = "50ms"\nfields = {{ temperature = "{name}" }}\n'
    )


SENSORS = sensor("porch") + sensor("cellar", 0x77)


def put_history(
    directory: Path,
    device: str,
    field: str,
    value: Callable[[int], str],
    days: float = 2,
    step_ms: int = MINUTE_MS,
    gap: range = range(0),
) -> None:
    """Put values of the last days into a history that no agent has open; none within a gap."""
    file = HistoryFile(str(directory / "history.db"))
    now_ms = unix_ms()
    times = range(now_ms - int(days * DAY_MS), now_ms - 2 * step_ms, step_ms)
    values = {ms: value(ms) for ms in times if ms - now_ms not in gap}
    with file.commit():
        series = file.add_series(device, field)
        file.put(series, values)
        last = max(values)
        file.put_last(series, last, values[last])
    file.close()


def wave(ms: int) -> str:
    """Return a value that rises and falls each day, with a peak of ten minutes."""
    peak = 5 if ms % DAY_MS // (10 * MINUTE_MS) == 70 else 0
    return f"{20 + 4 * math.sin(ms / DAY_MS * math.tau) + peak:.2f}"


class DashboardRig(GatewayRig):
    """Two own sensors that are read twenty times a second; boards as a test stores them."""

    def __init__(
        self, directory: Path, browser: Browser, more: str = "", sensors: str = ""
    ) -> None:
        self.browser = browser
        super().__init__(directory, f"{more}\n{sensors}")

    def add_sensor(self, name: str, driver: FakeDriver) -> None:
        """Have one more sensor, from a restart on."""
        self.agent.stop()
        self.drivers[name] = driver
        self.text += sensor(name, bus="i2c-3")
        self.start(self.text)

    def show(self, path: str = "/") -> Browser:
        self.browser.open(f"{self.url}{path}")
        return self.browser

    def field(self, name: str, device: str = "dev-1", view: str = "") -> Browser:
        return self.show(f"/field?device={device}&field={name}{view}")

    def complaints(self) -> list[str]:
        return self.browser.complaints(self.url)


def tile(name: str) -> str:
    """Return the selector of a field's tile."""
    return f'.tile:has(a[href$="field={name}"])'
