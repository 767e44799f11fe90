"""Why a device file of a bus could not be opened, in words that mend it."""

import errno
from glob import glob

from byteport_agent.command_errors import ConfigurationError

_ENABLE = {
    "i2c": "switch I2C on with 'sudo raspi-config nonint do_i2c 0' or load the module i2c-dev",
    "spi": "switch SPI on with 'sudo raspi-config nonint do_spi 0'",
    "uart": "switch the serial port on with 'sudo raspi-config', or plug the adapter in",
}
_GROUPS = {"i2c": "i2c", "spi": "spi", "uart": "dialout"}


def open_error(error: OSError, kind: str, name: str, path: str) -> ConfigurationError:
    """Return what to tell where a bus's device file could not be opened."""
    if error.errno == errno.ENOENT:
        text = f"{path} is not there{_others(path)}: {_ENABLE[kind]}"
    elif error.errno in (errno.EACCES, errno.EPERM):
        text = (
            f"no permission for {path}: 'sudo usermod -aG {_GROUPS[kind]} $USER' and log in again"
        )
    elif error.errno in (errno.EBUSY, errno.EAGAIN):
        text = f"{path} is in use by another program: end that one, or use another bus"
    else:
        text = f"{path} cannot be opened: {error.strerror or error}"
    return ConfigurationError(f"{name}: {text}")


def _others(path: str) -> str:
    """Return the files that differ from a path in its numbers alone; a Pi's displays have some."""
    start = path.rstrip("0123456789.")
    names = sorted(each.removeprefix("/dev/") for each in glob(f"{start}[0-9]*"))
    return f" ({', '.join(names)} {'is' if len(names) == 1 else 'are'})" if names else ""
