"""What a kind of board is: its pins, what they can do, its buses, and how firmware gets onto it.

One for each file of `types`; a user's file of pins changes one of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from byteport_agent.config import kinds
from byteport_agent.config.board.kinds import PINS, TEXTS
from byteport_agent.config.settings import setting

ROLES = {"i2c": ("sda", "scl"), "spi": ("sck", "mosi", "miso"), "uart": ("tx", "rx")}
Pin = int | str  # a number, or a name that the firmware has for one, such as LED


@dataclass(frozen=True)
class BusPins:
    """One bus: the pins it has by default, by role, and those that each role can have, if few."""

    kind: str
    defaults: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, frozenset[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Firmware:
    """How MicroPython is written: ``esptool`` to an offset, or a ``uf2`` file onto a drive.

    ``page`` is the board's at micropython.org/download.
    """

    tool: str
    page: str
    chip: str = ""
    chip_id: int = 0  # in an image's header
    offset: int = 0
    family: int = 0  # in each block of a UF2 file
    drive: str = ""  # what INFO_UF2.TXT calls the board


@dataclass(frozen=True, kw_only=True)
class BoardType:
    """A file of pins: what a board is that is none of those known. It begins with `base`, \
the type with its chip; all else is what differs."""

    name: str = setting(
        kinds.TEXT, "name", "What the board is called in messages.", example='"Wind station v2"'
    )
    pins: frozenset[int] = setting(
        PINS, "pins", "The pins that are led out.", example='"0-5 12-19 32-39"'
    )
    input_only: frozenset[int] = setting(
        PINS,
        "input_only",
        "Pins that can only be read, and have no pull resistors.",
        example='"34-39"',
    )
    adc: frozenset[int] = setting(PINS, "adc", "Pins that measure a voltage.", example='"32-39"')
    wifi_adc: frozenset[int] = setting(
        PINS, "wifi_adc", "Pins that measure a voltage only without Wi-Fi.", example='"0 2 4"'
    )
    named_pins: tuple[str, ...] = setting(
        TEXTS, "named_pins", "Names that the firmware has for pins.", example='["LED"]'
    )
    watchdog_most_ms: int = setting(
        kinds.duration("1s", "6d"),
        "watchdog_most",
        "The longest watchdog that the chip has.",
        example='"8388ms"',
        default="6d",
    )
    taken_table: object = setting(
        kinds.TABLE,
        "taken",
        "Pins that nothing can be put on, and whose they are; adds to the base's.",
        example='{ "5 18" = "the display\'s" }',
        read=False,
    )
    care_table: object = setting(
        kinds.TABLE,
        "care",
        "Pins that need care, and why: a warning; adds to the base's.",
        example='{ "12" = "is pulled up by R3" }',
        read=False,
    )
    base: str  # the known type that it is, or is like
    port: str  # of MicroPython
    taken: Mapping[int, str] = field(default_factory=dict)
    care: Mapping[int, str] = field(default_factory=dict)
    buses: Mapping[str, BusPins] = field(default_factory=dict)
    firmware: Firmware
