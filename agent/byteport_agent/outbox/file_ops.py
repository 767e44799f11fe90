"""The file operations that promise durability, in one object, so that a test can make them fail."""

import os
from contextlib import suppress


class FileOps:
    """This machine's files."""

    def fdatasync(self, fd: int) -> None:
        os.fdatasync(fd)

    def disk_space(self, folder: str) -> tuple[int, int]:
        """Return (free, total) bytes of the disk that a folder is on, (0, 0) where none says."""
        disk = os.statvfs(folder)
        return disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize

    def rename(self, old: str, new: str) -> None:
        os.rename(old, new)

    def sync_file(self, path: str) -> None:
        """Put a whole file on the disk."""
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def sync_folder(self, path: str) -> None:
        """Put a folder's names on the disk, where its file system can."""
        fd = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def private_file(path: str) -> None:
    """Make the file if there is none, in a folder that is made too, and close it to others."""
    os.makedirs(os.path.dirname(path) or ".", 0o700, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if os.fstat(fd).st_mode & 0o077:
            os.fchmod(fd, 0o600)
    finally:
        os.close(fd)


def remove(path: str) -> None:
    """Delete a file that may not be there."""
    with suppress(FileNotFoundError):
        os.unlink(path)
