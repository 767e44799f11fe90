"""D4, D1, D3: system calls that strace makes fail, at every place where the outbox makes them."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from strace_rig import strace

_NAMES = "rename,renameat,renameat2,unlink,unlinkat"
_LINE = re.compile(r"^(\d+) +(\w+)\((.*)\) += (-?\d+)(.*)$")
_FD_PATH = re.compile(r"\d+<(.*)>")
_QUOTED = re.compile(r'"([^"]*)"')


def run(folder: Path, call: str, numbers: range, *injections: str) -> str:
    """Live through an outbox's life once for each number of ``call``; return the trace."""
    trace, lives = folder / "trace", folder / "lives"
    lives.mkdir()
    traced = f"trace={_NAMES},fsync,{call}"
    options = ["--seccomp-bpf", "-e", traced]
    for injection in injections:
        options += ["-e", f"inject={injection}"]
    when = int(re.findall(r"\d+", injections[0].partition("when=")[2])[0])
    spans = (numbers.start, numbers.stop - 1, numbers.step)
    strace(trace, options, "outbox_on_bad_disk.py", lives, call, when, *spans)
    return trace.read_text()


def syncs_of_suspects(trace: str) -> tuple[int, list[str]]:
    """Return how many syncs of files failed, and the later ones of the same files."""
    failed, again = 0, []
    suspects: dict[str, set[str]] = defaultdict(set)
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None or (found[4] == "-1" and "INJECTED" not in found[5]):
            continue
        of_process, call, arguments = suspects[found[1]], found[2], found[3]
        if call in ("fsync", "fdatasync"):
            path = _FD_PATH.match(arguments)
            if path is None or not path[1].rpartition("/")[2].startswith("outbox.db"):
                continue  # a call that was spent; a folder, which cannot be had anew
            if path[1] in of_process:
                again.append(line)
            if "INJECTED" in found[5]:
                of_process.add(path[1])
                failed += 1
        else:
            old, *new = _QUOTED.findall(arguments)
            of_process.difference_update(new)
            if old in of_process:
                of_process.remove(old)
                of_process.update(new)
    return failed, again


def test_D4_each_sync_fails_once_and_none_is_asked_again(tmp_path: Path) -> None:
    trace = run(tmp_path, "fdatasync", range(1, 51), "fdatasync:error=EIO:when=60")
    failed, again = syncs_of_suspects(trace)
    assert trace.count("INJECTED") == 50
    assert failed > 35  # the rest are of the folder
    assert again == []


def test_D4_the_healing_fails_too(tmp_path: Path) -> None:
    syncs = "fdatasync:error=EIO:when=60..62", "fsync:error=EIO:when=3..5"
    trace = run(tmp_path, "fdatasync", range(1, 50, 6), *syncs)
    failed, again = syncs_of_suspects(trace)
    assert failed > 20
    assert again == []


@pytest.mark.parametrize("error", ["ENOSPC", "EROFS", "EIO"])
def test_D1_D3_D4_writes_fail_for_a_while(tmp_path: Path, error: str) -> None:
    trace = run(tmp_path, "pwrite64", range(1, 420, 29), f"pwrite64:error={error}:when=500..507")
    assert trace.count("INJECTED") > 14 * 7
