"""Imports a package that only some buses need; its absence is one line that says how to get it."""

from importlib import import_module
from types import ModuleType

from byteport_agent.command_errors import ConfigurationError


def needed(package: str, purpose: str, install: str) -> ModuleType:
    """Return the module; raise ConfigurationError where it is not installed."""
    try:
        return import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        raise ConfigurationError(
            f"{purpose} needs the package {package!r}: pip install '{install}'"
        ) from None
