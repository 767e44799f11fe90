"""Runs the agent for minutes and watches what must not grow: memory, open files, the WAL, threads.

usage: steady.py [MINUTES]    10 by default; fails where resident memory grows by 2 MiB or more

Twenty sensors at 10 Hz send to a server that is away for ten seconds of each minute, so the outbox
fills and drains over and over.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS / "bench"), str(TESTS)]

from counting import COUNTER, head, sensor  # noqa: E402 (found by the line above)
from processes import running, status_number  # noqa: E402

from byteport_mocks.chaos_server import SimulatedByteport  # noqa: E402
from byteport_mocks.scripted_server import Reply  # noqa: E402

AGENT = str(Path(sys.executable).parent / "byteport-agent")
MOST_GROWTH_KIB = 2048
MOST_WAL_BYTES = 4 << 20
SETTLE_S = 60


def configuration(url: str) -> str:
    sensors = (sensor(f"s-{number}", interval="100ms") for number in range(20))
    return head(url, max_rate=1000, retry_max='"2s"') + "".join(sensors)


def sample(pid: int, folder: Path) -> dict[str, int]:
    wal = folder / "outbox.db-wal"
    return {
        "rss_kib": status_number(pid, "VmRSS"),
        "files": len(os.listdir(f"/proc/{pid}/fd")),
        "threads": status_number(pid, "Threads"),
        "wal_bytes": wal.stat().st_size if wal.exists() else 0,
    }


def complaints(first: dict[str, int], samples: list[dict[str, int]]) -> list[str]:
    """Return what grew, from the first sample to the last third of them."""
    last = samples[-len(samples) // 3 :]
    least = {name: min(each[name] for each in last) for name in first}
    found = []
    if least["rss_kib"] - first["rss_kib"] >= MOST_GROWTH_KIB:
        found.append(f"memory grew from {first['rss_kib']} to {least['rss_kib']} KiB")
    found += [
        f"{name} grew from {first[name]} to {least[name]}"
        for name in ("files", "threads")
        if least[name] > first[name]
    ]
    most_wal = max(each["wal_bytes"] for each in samples)
    if most_wal >= MOST_WAL_BYTES:
        found.append(f"the WAL had {most_wal} bytes")
    return found


def main(minutes: float = 10) -> int:
    with (
        tempfile.TemporaryDirectory(prefix="byteport-soak-") as name,
        SimulatedByteport("myownspace", "f00b4s3cretk3y") as server,
    ):
        folder = Path(name)
        (folder / "drivers.py").write_text(COUNTER)
        (folder / "byteport.key").write_text("f00b4s3cretk3y")
        (folder / "byteport.key").chmod(0o600)
        (folder / "agent.toml").write_text(configuration(server.url))
        samples = []
        with running([AGENT, "run", "-c", str(folder / "agent.toml")]) as process:
            ends = time.monotonic() + 60 * minutes
            first = None
            begin = time.monotonic()
            while time.monotonic() < ends:
                away = (time.monotonic() - begin) % 60 >= 50
                server.clear()
                if away:
                    server.inject(Reply(503))
                time.sleep(5)
                server.stored.clear()
                server.requests.clear()
                if time.monotonic() - begin < SETTLE_S:
                    continue
                samples.append(sample(process.pid, folder))
                first = first or samples[0]
                print(samples[-1], flush=True)
        found = complaints(first or samples[0], samples)
    for each in found:
        print(f"FAILED: {each}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
