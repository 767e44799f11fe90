"""Where an API key comes from, and how it stays unseen.

Looked for in a key file, then $CREDENTIALS_DIRECTORY/byteport.key (systemd's LoadCredential=), then
the environment variable BYTEPORT_KEY; never on a command line, which every user of a machine sees.
A key file that a service may not read is looked for by its name in $CREDENTIALS_DIRECTORY, so that
one configuration is right for the service and for root, who checks it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from re import fullmatch

from byteport.secret import Secret as Secret
from byteport_agent.command_errors import ConfigurationError

CREDENTIAL = "byteport.key"
BY_TYPING = ": 'install -m 600 /dev/stdin FILE', paste, Enter, Ctrl-D"
VARIABLE = "BYTEPORT_KEY"
_MAX_BYTES = 4096
_HOW = f"give --key-file FILE, or set {VARIABLE}"


@dataclass(frozen=True)
class FoundKey:
    """A key, the place it came from, and what its owner should be warned of, if anything."""

    secret: Secret
    source: str
    warning: str = ""


NO_KEY = FoundKey(Secret("none"), "no key is needed")


def find_key(
    key_file: str | None = None,
    environ: Mapping[str, str] = os.environ,
    *,
    credential: str = CREDENTIAL,
    variable: str = VARIABLE,
    how: str = _HOW,
    what: str = "API key",
) -> FoundKey:
    """Return the first key found; raise ConfigurationError where there is none or a bad one.

    ``how`` tells the person what to do about it; ``what`` is what the key is called.
    """
    credentials = environ.get("CREDENTIALS_DIRECTORY", "")
    name = credential if key_file is None else os.path.basename(key_file)
    loaded = os.path.join(credentials, name) if credentials else ""
    closed = key_file is None or (os.path.exists(key_file) and not os.access(key_file, os.R_OK))
    if closed and os.path.exists(loaded):
        # systemd guards it, with an ACL that looks open
        return _from_file(loaded, False, how, what, called=key_file or loaded)
    if key_file is not None:
        return _from_file(key_file, True, how, what)
    if variable in environ:
        place = f"environment variable {variable}"
        return FoundKey(_checked(environ[variable], place, what), place)
    raise ConfigurationError(f"no {what}: {how}")


def _from_file(path: str, watch_mode: bool, how: str, what: str, called: str = "") -> FoundKey:
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        denied = isinstance(error, PermissionError)
        first = f"use sudo if it is the service's, 'sudo chown $USER {path}' if yours" * denied
        raise ConfigurationError(
            f"key file {path!r} cannot be read: {error.strerror}: {first or 'mend it'}; or {how}"
        ) from None
    place = f"key file {called or path!r}{' (loaded by systemd)' * bool(called)}"
    if len(content) > _MAX_BYTES:
        raise ConfigurationError(f"{place} is longer than {_MAX_BYTES} bytes: is it the key?")
    try:
        secret = _checked(content.decode("utf-8-sig"), place, what)
    except UnicodeDecodeError:
        raise ConfigurationError(f"{place} holds no text: is it the right file?") from None
    return FoundKey(secret, place, _mode_warning(path, status) if watch_mode else "")


def _checked(text: str, place: str, what: str) -> Secret:
    key = text.strip()
    if not key:
        raise ConfigurationError(f"{place} is empty: put the {what} into it{BY_TYPING}")
    if not key.isprintable() or any(char.isspace() for char in key):
        raise ConfigurationError(
            f"{place} holds more than one word or line: it must hold nothing but the {what}"
        )
    if what == "API key" and fullmatch(r"""(["']).*\1""", key):  # a password may have such
        raise ConfigurationError(f"{place} has quotes around the {what}: take them away")
    return Secret(key)


def _mode_warning(path: str, status: os.stat_result) -> str:
    """Return a warning where the world can read the key, or the group of one's own file.

    Another owner's file that this user reads through its group is how a service is given its key.
    """
    everyone = status.st_mode & 0o006
    own_group = status.st_mode & 0o060 and status.st_uid == os.geteuid()
    if not (everyone or own_group):
        return ""
    who = "every user" if everyone else "its group"
    return f"key file {path!r} is open to {who} of this machine: chmod 600 {path!r}"
