"""The outbox: whether an agent runs on it, and what was set aside. Its lock is not touched.

The kernel tells who holds a lock: /proc/locks, proc_locks(5).
"""

from collections.abc import Iterator

from byteport_agent.doctor.finding import Finding, listed, ok, warning
from byteport_agent.doctor.machine import Machine

_SUBJECT = "outbox"


def check_outbox(machine: Machine, path: str) -> Iterator[Finding]:
    """Yield what is to be known of an outbox."""
    if pid := running_agent(machine, path):
        yield ok(_SUBJECT, f"an agent runs on {path}: process {pid}")
    aside = machine.found(f"{path}.corrupt-[0-9]*")
    if files := [name for name in aside if not name.endswith("-wal")]:
        text = f"damaged files were set aside, their readings saved: {listed(files)}"
        yield warning(_SUBJECT, text, "delete them when nothing is missed", f"rm {path}.corrupt-*")


def running_agent(machine: Machine, path: str) -> int:
    """Return the pid of the agent that has an outbox open, 0 for none or where it does not say."""
    status = machine.status(f"{path}.lock")
    pid = machine.text(f"{path}.lock").strip()
    if status is None or not pid.isdigit():
        return 0
    locks = [line.split() for line in machine.text("/proc/locks").splitlines()]
    held = any(
        words[1] == "FLOCK" and (words[4] == pid or words[5].endswith(f":{status.st_ino}"))
        for words in locks  # a container or an overlay may show another pid or inode
    )
    return int(pid) if held else 0
