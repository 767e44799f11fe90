"""Where a service's files are: on this machine, in an image's directory, or a user's own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

NAME = "byteport-agent"
UNIT = f"{NAME}.service"


@dataclass(frozen=True)
class Places:
    """Paths as the service sees them; ``root`` stands before them all, empty for this machine."""

    unit: str
    config: str  # directory
    state: str  # directory
    root: str = ""
    own: bool = False  # one user's, not the system's

    @property
    def config_file(self) -> str:
        return f"{self.config}/agent.toml"

    @property
    def key_file(self) -> str:
        return f"{self.config}/byteport.key"

    @property
    def systemctl(self) -> tuple[str, ...]:
        return ("systemctl", "--user") if self.own else ("systemctl",)

    def here(self, path: str) -> Path:
        """Return where a path of the service is found by this process."""
        return Path(self.root + path)


def system_places(root: str = "") -> Places:
    """Return the places of the system's service."""
    config, state = f"/etc/{NAME}", f"/var/lib/{NAME}"
    return Places(f"/etc/systemd/system/{UNIT}", config, state, root.rstrip("/"))


def state_of(config: str, environ: Mapping[str, str] = os.environ) -> str:
    """Return where readings wait that a configuration in this directory makes.

    That is the same directory, unless it is a service's, which may not write there.
    """
    for places in (system_places(), own_places(environ)):
        if config == places.config and os.path.isdir(places.state):
            return places.state
    return config


def own_places(environ: Mapping[str, str] = os.environ) -> Places:
    """Return the places of the calling user's own service (XDG Base Directory specification)."""
    home = os.path.expanduser("~")
    config = environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    state = environ.get("XDG_STATE_HOME") or f"{home}/.local/state"
    return Places(f"{config}/systemd/user/{UNIT}", f"{config}/{NAME}", f"{state}/{NAME}", own=True)
