"""What an outbox costs a card: syncs and written bytes, counted by strace at the default limits."""

import re
from pathlib import Path

import pytest
from strace_rig import strace

HOUR_MS = 3_600_000
_CALL = re.compile(r"^(?:\d+ +)?(\w+)\(\d+<([^>]*)>.*\) += (\d+)", re.M)


def costs(folder: Path, calls: str, *arguments: int) -> tuple[int, int]:
    """Return (syncs, bytes written) of a run, without its start and its end."""
    trace = folder / "trace"
    options = ["--seccomp-bpf", "-s", "10", "-e", f"trace=write,fsync,fdatasync{calls}"]
    strace(trace, options, "outbox_hour.py", folder / "outbox.db", *arguments)
    text = trace.read_text()
    made = _CALL.findall(text[text.index('"begin"') : text.index('"end"')])
    syncs = sum(call.endswith("sync") for call, _, _ in made)
    written = sum(int(size) for call, path, size in made if "write" in call and "outbox" in path)
    return syncs, written


@pytest.mark.parametrize(("readings", "history_ms"), [(3600, 0), (2400, HOUR_MS // 4)])
def test_at_1_hz_an_hour_is_720_syncs_and_a_reading_2_kb(
    tmp_path: Path, readings: int, history_ms: int
) -> None:
    syncs, written = costs(tmp_path, ",pwrite64", 1000, readings, history_ms)
    an_hour = syncs * 3600 / readings
    print(f"{an_hour:.0f} syncs an hour, {written / readings:.0f} bytes a reading")
    assert 400 < an_hour <= 720
    assert 200 < written / readings <= 2048


@pytest.mark.parametrize(("period_ms", "readings"), [(10, 13_000), (700, 1500)])
def test_at_any_rate_an_hour_is_720_syncs(tmp_path: Path, period_ms: int, readings: int) -> None:
    syncs, _ = costs(tmp_path, "", period_ms, readings, 0)
    print(f"{syncs * HOUR_MS / (period_ms * readings):.0f} syncs an hour")
    assert syncs <= 720 * period_ms * readings / HOUR_MS + 1  # the first begins before its time
    assert syncs > 360 * period_ms * readings / HOUR_MS
