"""Checks a file of firmware before it is written: whether it is one, and for this kind of board.

ESP: esptool's documentation, "Firmware Image Format" (magic byte, chip id in the extended header).
RP2: microsoft/uf2 (magic numbers and family id of each 512-byte block).
"""

from pathlib import Path
from struct import unpack_from

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.board.board_type import BoardType

_ESP_MAGIC = 0xE9
_UF2_MAGIC = (0x0A324655, 0x9E5D5157)
_UF2_BYTES = 512
_SOME = 64 * 1024
_LEAST = 100_000


def check_firmware(path: str, kind: BoardType) -> None:
    """Raise ConfigurationError for a file that cannot be this board's firmware."""
    wanted = "a .uf2 file" if kind.firmware.tool == "uf2" else "a .bin file"
    where = f"micropython.org/download/{kind.firmware.page} has {wanted} for this board"
    try:
        size = Path(path).stat().st_size
        with open(path, "rb") as file:
            head = file.read(_SOME)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}: {where}") from None
    problem = _uf2_problem(head, kind) if kind.firmware.tool == "uf2" else _esp_problem(head, kind)
    if problem:
        raise ConfigurationError(f"{path} {problem}: {where}")
    if size < _LEAST:
        raise ConfigurationError(f"{path} is too short for MicroPython: {where}")


def _esp_problem(head: bytes, kind: BoardType) -> str:
    """Return what is wrong with an image for esptool, or an empty text."""
    if len(head) < 24 or head[0] != _ESP_MAGIC:
        return "is no image for an ESP"
    if unpack_from("<H", head, 12)[0] != kind.firmware.chip_id:
        return f"is an image for another chip than {kind.firmware.chip}"
    return ""


def _uf2_problem(head: bytes, kind: BoardType) -> str:
    """Return what is wrong with a UF2 file, or an empty text."""
    if len(head) < _UF2_BYTES or unpack_from("<II", head) != _UF2_MAGIC:
        return "is no UF2 file"
    families = {unpack_from("<I", head, at + 28)[0] for at in range(0, len(head) - 511, _UF2_BYTES)}
    if kind.firmware.family not in families:
        return f"is for another chip than {kind.firmware.chip}"
    return ""
