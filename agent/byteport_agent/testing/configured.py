"""A configuration as it is for real hardware, read for a run that must not touch its surroundings.

The file is read in a folder of links to all that is beside it, so drivers and scripts are found.
Key files that are not there, as in a repository, are made up; outbox and history are elsewhere,
what is sent goes to another service, and the gateway listens on a free port.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from byteport_agent.config import ByteportTarget, Configuration, Gateway, Output, load

KEY = "simulated-key"
_QUICK_MS = 20  # to try again, while virtual time stands still
_UNLIMITED = 1e6
_SECRETS = ("key_file", "legacy_key_file", "password_file", "token_file")


def simulated_configuration(path: Path, folder: Path, url: str) -> Configuration:
    """Return what a file configures, for a service at ``url``; ``folder`` is empty.

    Raises MistakesError as `byteport-agent run` tells them.
    """
    linked = link_surroundings(path, folder / "configured")
    configuration = load(linked, {})
    return replace(
        configuration,
        outbox=replace(configuration.outbox, path=str(folder / "outbox.db")),
        outputs=tuple(_sending_to(url, output) for output in configuration.outputs),
        gateway=_here(configuration.gateway, folder),
        history=replace(configuration.history, path=str(folder / "history.db")),
        prometheus=None,
    )


def link_surroundings(path: Path, folder: Path) -> Path:
    """Make a folder with links to what is beside a file, and with keys; return the file there."""
    _link_all(path.absolute().parent, folder)
    values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    values.get("gateway", {}).pop("password_file", None)  # a hash, which set-password makes
    for name in _secret_files(values):
        if not (folder / name).exists():
            _make_up(folder, Path(name))
    return folder / path.name


def _link_all(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for beside in source.iterdir():
        (folder / beside.name).symlink_to(beside)


def _make_up(folder: Path, name: Path) -> None:
    """Make a file with a key; a folder on its way is a link no more, so that none is written to."""
    for parent in list(name.parents)[-2::-1]:
        if (folder / parent).is_symlink():
            source = (folder / parent).resolve()
            (folder / parent).unlink()
            _link_all(source, folder / parent)
        (folder / parent).mkdir(exist_ok=True)
    place = folder / name
    place.touch(0o600)
    place.write_text(f"{KEY}\n")


def _secret_files(values: Any) -> Iterator[str]:
    """Return the relative names of files of secrets, wherever in a file's tables they stand."""
    if isinstance(values, list):
        for each in values:
            yield from _secret_files(each)
    elif isinstance(values, Mapping):
        for name, value in values.items():
            if name in _SECRETS and not Path(str(value)).is_absolute():
                yield str(value)
            else:
                yield from _secret_files(value)


def _sending_to(url: str, output: Output) -> Output:
    """Return an output of any type as one that stores at a service, as Byteport takes it."""
    is_byteport = isinstance(output, ByteportTarget)
    return replace(
        output if is_byteport else ByteportTarget(type="byteport", name=output.name),
        url=url,
        ca=None,
        max_rate=_UNLIMITED,
        retry_min_ms=_QUICK_MS,
        retry_max_ms=_QUICK_MS,
    )


def _here(gateway: Gateway | None, folder: Path) -> Gateway | None:
    if gateway is None:
        return None
    password_file = str(folder / "gateway.password")
    return replace(gateway, listen="127.0.0.1:0", password_file=password_file, mdns=None)
