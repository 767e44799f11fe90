"""Folders of Linux, such as /sys/bus/w1, that are elsewhere for this process while a test runs.

    with moved({"/sys/bus/w1": tmp_path / "sys/bus/w1"}):
        open("/sys/bus/w1/devices/28-000000000001/w1_slave")

For Python's own `open`, `os` and what is made of them, `pathlib` and `os.path` among them; not for
C libraries and other processes. All other paths are as they were.
"""

import builtins
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_OF_OS = ("access", "listdir", "lstat", "open", "readlink", "scandir", "stat")


@contextmanager
def moved(folders: "Mapping[str, Path | str]") -> "Iterator[None]":
    """Let each folder's path mean another folder, in all threads."""
    places = [(os.fspath(folder), os.fspath(place)) for folder, place in folders.items()]
    before = [(module, name, getattr(module, name)) for module, name in _replaced()]
    for module, name, function in before:
        setattr(module, name, _going_there(function, places))
    try:
        yield
    finally:
        for module, name, function in before:
            setattr(module, name, function)


def _replaced() -> "list[tuple[Any, str]]":
    return [(builtins, "open"), (io, "open"), *((os, name) for name in _OF_OS)]


def _going_there(
    function: Callable[..., Any], places: "list[tuple[str, str]]"
) -> Callable[..., Any]:
    def going_there(path: Any = ".", *more: Any, **options: Any) -> Any:
        return function(_place_of(path, places), *more, **options)

    return going_there


def _place_of(path: Any, places: "list[tuple[str, str]]") -> Any:
    if not isinstance(path, (str, os.PathLike)):
        return path  # a file's number, or bytes
    text = os.fspath(path)
    for folder, place in places:
        if text == folder or (isinstance(text, str) and text.startswith(folder + "/")):
            return place + text[len(folder) :]
    return path
