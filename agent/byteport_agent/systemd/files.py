"""Writes a service's files with the modes that they are to have, whatever the umask."""

import os
from pathlib import Path


def put(path: Path, text: str, mode: int) -> bool:
    """Let a file have this text and mode; tell whether something was to be done."""
    try:
        same = path.read_text(encoding="utf-8") == text
        same = same and path.stat().st_mode & 0o7777 == mode
    except (OSError, UnicodeDecodeError):
        same = False
    if not same:
        new = path.with_name(f".{path.name}.new")
        new.unlink(missing_ok=True)
        _create(new, text, mode)
        new.replace(path)
    return not same


def put_new(path: Path, text: str, mode: int) -> bool:
    """Make a file if there is none; tell whether there was none."""
    try:
        _create(path, text, mode)
    except FileExistsError:
        return False
    return True


def put_directory(path: Path, mode: int, parents: int = 0o755) -> bool:
    """Let there be a directory, with this mode if it is made now; tell whether it was."""
    if path.is_dir():
        return False
    put_directory(path.parent, parents, parents)
    path.mkdir()
    path.chmod(mode)
    return True


def _create(path: Path, text: str, mode: int) -> None:
    fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode & 0o600)
    with open(fd, "w", encoding="utf-8") as file:
        os.fchmod(fd, mode)
        file.write(text)
