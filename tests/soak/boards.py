"""Simulates boards of all kinds with troubles of all kinds; fails where a reading goes astray.

usage: boards.py [SEEDS [FIRST]]    so many configurations, from that seed on

What a seed decides: board, sleep, interval, filters, sizes of the outbox, what goes wrong and when.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
TOOLS = Path(os.environ.get("BYTEPORT_TOOLS", PROJECT / ".tools"))
LIMIT_S = 900
FILTERED = (
    "",
    'fields = { temperature = "porch_temp", humidity = { name = "porch_rh", deadband = 0.5 } }\n',
    'fields = { temperature = { name = "porch_temp", window = "30m" } }\n',
)
ALLOWED_GROWTH = 2048  # lists and dictionaries that have more room after the first hour


def configuration(dice: random.Random) -> str:
    interval = dice.choice(("1m", "5m", "7m", "10m"))
    telemetry = 'telemetry = ["reset_cause", "free_heap", "rssi", "dropped", "backlog"]\n'
    return (
        f'[[sensor]]\nname = "porch"\ndriver = "bme280"\ninterval = "{interval}"\n'
        f"{dice.choice(FILTERED)}"
        f'[[sensor]]\nname = "soil"\ndriver = "ds18x20"\npin = 13\ninterval = "{interval}"\n'
        'stagger = "1s"\nfields = { temperature = "soil" }\n'
        '[device]\nnamespace = "myownspace"\nuid = "porch-1"\nkey_file = "byteport.key"\n'
        f'[outbox]\nmax_bytes = "{dice.choice(("16kB", "400kB"))}"\n'
        f"flush_records = {dice.choice((1, 3, 10, 50))}\n"
        f'flush_interval = "{dice.choice(("10s", "1m", "1h"))}"\n'
        f'[[output]]\ntype = "byteport"\nurl = "https://api.byteport.se"\n'
        f'[board]\ntype = "{dice.choice(("esp32", "esp32", "pico-w"))}"\n'
        f'sleep = "{dice.choice(("none", "deep", "deep"))}"\n'
        f"send_every = {dice.choice((1, 6, 10, 50))}\n"
        f'reset_after = "{dice.choice(("15m", "2h"))}"\n'
        f"{dice.choice((telemetry, ''))}"
        '[[board.wifi]]\nssid = "home"\npassword_file = "wifi.key"\n'
    )


def troubles(dice: random.Random, minutes: int) -> Iterator[str]:
    def times(most: int) -> range:
        return range(dice.randrange(most))

    def span(most: int) -> str:
        return f"{dice.randrange(minutes)}m,{dice.randrange(1, most)}m"

    for _ in times(4):
        yield f"--router-outage={span(dice.choice((5, 60, 600)))}"
    for _ in times(3):
        yield f"--internet-outage={span(200)}"
        yield f"--service-down={span(200)}"
    for _ in times(4):
        yield f"--power-cut={dice.randrange(60 * minutes)}s,{dice.randrange(1, 200)}s"
    for _ in times(3):
        yield f"--unplug={dice.choice(('porch', 'soil'))},{span(300)}"
    if dice.randrange(2):
        yield f"--ntp-late={dice.randrange(1, 600)}m"
    if dice.randrange(2):
        yield f"--reboot-every={dice.randrange(20, 900)}m"


def simulated(seed: int, folder: Path) -> "tuple[int, dict[str, Any], str]":
    """Return the exit code, the figures, and what else was said."""
    dice = random.Random(seed)
    days = dice.choice((1, 2, 4))
    (folder / "station.toml").write_text(configuration(dice))
    for name in ("byteport.key", "wifi.key"):
        (folder / name).write_text("s3cret-for-tests")
        (folder / name).chmod(0o600)
    interpreter = TOOLS / dice.choice(("micropython", "micropython32", "micropython32f"))
    options = ["--days", str(days), "--json", "--seed", str(seed + 1), *troubles(dice, 1440 * days)]
    command = [sys.executable, "-m", "byteport_agent", "simulate", "--micropython", interpreter]
    run = subprocess.run(
        [*command, "-c", folder / "station.toml", *options],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    said = f"{' '.join(options)}\n{(folder / 'station.toml').read_text()}{run.stderr}"
    return run.returncode, json.loads(run.stdout or "{}"), said


def complaints(code: int, figures: "dict[str, Any]") -> Iterator[str]:
    if code or not figures:
        yield f"it ended with {code}"
        return
    growth = figures["heap_end"] - figures["heap_first_hour"]
    if growth > ALLOWED_GROWTH:
        yield f"memory grew by {growth} bytes"
    if figures["worst_time_error_ms"] > 600_000:
        yield f"a time was wrong by {figures['worst_time_error_ms']} ms"


def main(seeds: int = 5, first: int = 1) -> int:
    failed = 0
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory(prefix="byteport-soak-") as folder:
            code, figures, said = simulated(seed, Path(folder))
        shown = ("read", "delivered", "waiting", "lost", "duplicates", "dropped", "resets")
        print(seed, {name: figures.get(name) for name in shown}, flush=True)
        for complaint in complaints(code, figures):
            failed += 1
            print(f"  FAILED: {complaint}\n{said}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
