"""Which chip it is at an I2C address, proved by a register that holds its id.

A register is read by writing its number: chips that have registers take no harm from that. A
multiplexer has but one, so the number goes into it; it shows by coming back, and what was there
before is put back. Addresses of chips without ids are not spoken to.
Sources: the datasheets named in the drivers.
"""

from typing import Any, NamedTuple


class ChipId(NamedTuple):
    """A chip's id: at which register, how many bytes, under which mask, with which value."""

    driver: str
    addresses: tuple[int, ...]
    register: int
    size: int
    mask: int
    value: int


_BOSCH = (0x76, 0x77)
_MICROCHIP = tuple(range(0x18, 0x20))
IDS = (  # where two may share an address, first the one whose question the other minds less
    ChipId("bme280", _BOSCH, 0xD0, 1, 0xFF, 0x60),
    ChipId("bmp280", _BOSCH, 0xD0, 1, 0xFF, 0x58),
    ChipId("bmp280", _BOSCH, 0xD0, 1, 0xFE, 0x56),  # samples of the first series: 56, 57
    ChipId("bmp180", (0x77,), 0xD0, 1, 0xFF, 0x55),
    ChipId("bme680", _BOSCH, 0xD0, 1, 0xFF, 0x61),
    ChipId("dps310", _BOSCH, 0x0D, 1, 0xFF, 0x10),
    ChipId("mcp9808", _MICROCHIP, 0x06, 2, 0xFFFF, 0x0054),
    ChipId("tsl2591", (0x29,), 0xB2, 1, 0xFF, 0x50),
    ChipId("vl53l0x", (0x29,), 0xC0, 2, 0xFFFF, 0xEEAA),
    ChipId("ccs811", (0x5A, 0x5B), 0x20, 1, 0xFF, 0x81),
    ChipId("mpu6050", (0x68, 0x69), 0x75, 1, 0xFF, 0x68),
)
MULTIPLEXER = "tca9548a"
_ECHOED = (0xD0, 0x00, 0x0D)  # of these registers no chip above has the number for a value


def proved_driver(i2c: Any, address: int) -> tuple[str, set[str]]:
    """Return the proved driver, or none and those that are disproved."""
    ids = [chip for chip in IDS if address in chip.addresses]
    answers: dict[tuple[int, int], int] = {}
    try:
        if ids and 0x70 <= address <= 0x77 and _is_multiplexer(i2c, address):
            return MULTIPLEXER, set()
        for chip in ids:
            question = chip.register, chip.size
            if question not in answers:
                data = i2c.readfrom_mem(address, *question)
                answers[question] = int.from_bytes(data, "big")
            if answers[question] & chip.mask == chip.value:
                return chip.driver, set()
    except OSError:
        return "", set()
    return "", {chip.driver for chip in ids}


def _is_multiplexer(i2c: Any, address: int) -> bool:
    """Tell whether numbers of registers come back from a chip without any."""
    before = i2c.readfrom(address, 1)
    for number in _ECHOED:
        i2c.writeto(address, bytes((number,)))
        if i2c.readfrom(address, 1)[0] != number:
            return False
    i2c.writeto(address, before)
    return True
