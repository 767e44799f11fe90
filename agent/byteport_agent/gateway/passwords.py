"""The password of the dashboard: a hash in a file of its own, scrypt by RFC 7914.

The cost is that of OWASP's table for 8 MiB, as a Pi Zero has little memory: some tenths of a second
on a Pi 4. What a hash was made with stands in it, so that another cost can be chosen later.
"""

import os
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from contextlib import suppress
from hashlib import scrypt
from hmac import compare_digest
from pathlib import Path
from secrets import token_bytes, token_hex

LEAST_CHARACTERS = 8
_COST = (1 << 13, 8, 10)  # n, r, p
_MOST_MEMORY = 64 << 20
_MOST_CHARACTERS = 1000


class PasswordFile:
    """One file; it may be written while an agent runs, and counts from then on."""

    def __init__(self, path: str) -> None:
        self._path = path

    def is_set(self) -> bool:
        """Tell whether a password is to be asked for: also where the file cannot be read."""
        return os.path.lexists(self._path)

    def version(self) -> tuple[int, int] | None:
        """Return what is another whenever a password was set, None where there is none."""
        with suppress(OSError):
            found = os.lstat(self._path)
            return found.st_ino, found.st_mtime_ns
        return None

    def matches(self, password: str) -> bool:
        """Compare with what was set, in the time that scrypt takes; False where nothing was."""
        line = ""
        with suppress(OSError, UnicodeError):
            line = Path(self._path).read_text("ascii")
        return len(password) <= _MOST_CHARACTERS and _matches(password, line)

    def set(self, password: str) -> None:
        """Write the hash for the owner of the directory alone; OSError where it cannot be."""
        directory = os.path.dirname(self._path) or "."
        new = os.path.join(directory, f".password-{token_hex(8)}")
        fd = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        try:
            with open(fd, "w", encoding="ascii") as file:
                owner = os.stat(directory)
                if os.geteuid() == 0:
                    os.fchown(fd, owner.st_uid, owner.st_gid)  # the service's, who reads it
                file.write(hashed(password) + "\n")
                file.flush()
                os.fsync(fd)
            os.rename(new, self._path)
        except BaseException:
            with suppress(OSError):
                os.unlink(new)
            raise

    def remove(self) -> None:
        """Ask for no password any more; OSError where that cannot be."""
        with suppress(FileNotFoundError):
            os.unlink(self._path)


def hashed(password: str) -> str:
    """Return ``scrypt$n$r$p$salt$hash`` with a new salt."""
    salt = token_bytes(16)
    cost = "$".join(map(str, _COST))
    found = _hash(password, salt, _COST)
    return f"scrypt${cost}${b64encode(salt).decode()}${b64encode(found).decode()}"


def _matches(password: str, line: str) -> bool:
    parts = line.strip().split("$")
    try:
        name, n, r, p, salt, expected = parts
        found = _hash(password, b64decode(salt), (int(n), int(r), int(p)))
        return name == "scrypt" and compare_digest(found, b64decode(expected))
    except (ValueError, Base64Error, MemoryError):
        _hash(password, b"no password is set", _COST)  # which takes as long
        return False


def _hash(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    secret = password.encode("utf-8", "surrogatepass")
    return scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=_MOST_MEMORY, dklen=32)
