"""The packages that put programs onto boards, imported when they are needed."""

from types import ModuleType

from byteport_agent.buses.packages import needed

_INSTALL = "byteport-agent[flash]"


def flash_package(name: str) -> ModuleType:
    """Return a package; raise ConfigurationError saying how to get it."""
    return needed(name, "flash", _INSTALL)


def serial_package() -> ModuleType:
    """Return pyserial's package."""
    return needed("serial", "a board's serial port", _INSTALL)
