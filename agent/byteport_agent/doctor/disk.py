"""The disk below the outbox: room, rights, and whether what is written there is still there later.

Sources: proc_pid_mountinfo(5), statvfs(3); https://www.sqlite.org/wal.html for network disks.
"""

import os
from collections.abc import Iterator

from byteport_agent.config.kinds import size_text
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine

_SUBJECT = "disk"
_LEAST_BYTES = 16_000_000
_FORGETS = ("tmpfs", "ramfs", "overlay", "squashfs")
_NETWORK = ("nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs")
_NO_MODES = ("vfat", "exfat", "fuseblk", "ntfs3")


def check_disk(machine: Machine, outbox: str, max_bytes: int) -> Iterator[Finding]:
    """Yield how the disk of an outbox is that may grow to so many bytes."""
    directory = os.path.dirname(outbox) or "."
    kind, mount = file_system(machine, directory)
    yield from _check_kind(kind, mount)
    if kind in _NETWORK:
        return  # one whose server is gone would keep this waiting for ever
    try:
        room = machine.statvfs(machine.root + directory)
    except OSError as error:
        text = f"{directory} cannot be looked at: {error.strerror}"
        yield problem(_SUBJECT, text, "make it, or let its owner ask", f"sudo ls -ld {directory}")
        return
    if room.f_flag & os.ST_RDONLY:
        advice = "let it be written to; a failing card is mounted so too: sudo dmesg"
        text = f"{mount} is mounted read-only, the outbox is there"
        yield problem(_SUBJECT, text, advice, f"sudo mount -o remount,rw {mount}")
        return
    yield from _check_room(room, outbox, max_bytes)
    yield from _check_rights(machine, directory, outbox)


def check_root(machine: Machine) -> Iterator[Finding]:
    """Yield how the machine's own disk is, where no configuration names another."""
    kind, mount = file_system(machine, "/")
    yield from _check_kind(kind, mount)
    yield from _check_room(machine.statvfs(machine.root or "/"), mount, _LEAST_BYTES)


def file_system(machine: Machine, path: str) -> tuple[str, str]:
    """Return the kind of the file system that a path is on, and where it is mounted."""
    path = os.path.realpath(path)
    best = ("", "/")
    for line in machine.text("/proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        mount = before.split()[4].replace("\\040", " ")
        within = path == mount or path.startswith(mount.rstrip("/") + "/")
        if within and len(mount) >= len(best[1]):
            best = (after.split()[0], mount)
    return best


def _check_kind(kind: str, mount: str) -> Iterator[Finding]:
    if kind in _FORGETS:
        text = f"{mount} is {kind}: what is written there may be gone after a restart"
        yield warning(_SUBJECT, text, "put the outbox on a disk: path in [outbox]")
    elif kind in _NETWORK:
        text = f"{mount} is {kind}, on which the outbox's database cannot work"
        yield problem(_SUBJECT, text, "put the outbox on a disk of this machine: path in [outbox]")
    elif kind in _NO_MODES:
        text = f"{mount} is {kind}, where every user can read every file"
        yield warning(_SUBJECT, text, "put outbox and key on another disk, such as ext4")


def _check_room(room: os.statvfs_result, outbox: str, max_bytes: int) -> Iterator[Finding]:
    free = room.f_bavail * room.f_frsize
    largest = "sudo du -xh / | sort -h | tail -20"
    if free < _LEAST_BYTES or (room.f_files and not room.f_favail):
        what = f"{free // 10**6} MB" if free < _LEAST_BYTES else "no inode"
        text = f"{what} free for {outbox}"
        yield problem(_SUBJECT, text, "make room; these take most", largest)
    elif free < max_bytes:
        text = f"{free // 10**6} MB free, {outbox} may grow to {size_text(max_bytes)}"
        yield warning(_SUBJECT, text, "make room, or give less to max_bytes in [outbox]", largest)
    else:
        yield ok(_SUBJECT, f"{free // 10**6} MB free for {outbox}")


def _check_rights(machine: Machine, directory: str, outbox: str) -> Iterator[Finding]:
    name = machine.person.name
    if not machine.may(directory, 3):
        text = f"{name} may not write in {directory}"
        yield problem(_SUBJECT, text, f"give it to {name}", f"sudo chown -R {name}: {directory}")
    elif machine.exists(outbox) and not machine.may(outbox, 6):
        text = f"{name} may not use {outbox}: was it made by another user?"
        yield problem(_SUBJECT, text, f"give it to {name}", f"sudo chown {name}: {outbox}*")
