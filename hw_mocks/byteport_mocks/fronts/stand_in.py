"""Modules that imports find in place of those of the same names, while a with block lasts.

A module that was imported before keeps what it got, and so does one imported inside the block.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def stood_in(modules: "Mapping[str, ModuleType | None]") -> "Iterator[None]":
    """Let imports find these modules, by name; None is one whose import fails."""
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
