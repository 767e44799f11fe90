"""Which addresses of an I2C bus answer, asked much as i2cdetect does, so that no chip is upset.

A quick write (address and nothing) goes to most addresses. A read of one byte goes to those of
EEPROMs and of their write protection, which a quick write can corrupt (AT24RF08, SPD), and to all
where the adapter lacks quick writes. i2cdetect reads at 0x58 to 0x5b too, where an SGP30 that has
nothing to say does not answer; no such EEPROM lives there. An address that a kernel driver has is
not spoken to. Source: i2c-tools, i2cdetect(8) and its "WARNING".
"""

import errno
from typing import Any

FIRST, LAST = 0x08, 0x77
_QUICK = 0x00010000  # I2C_FUNC_SMBUS_QUICK
_READ_BYTE = 0x00020000  # I2C_FUNC_SMBUS_READ_BYTE


def responding(smbus: Any) -> dict[int, bool]:
    """Return the addresses that answer, False for those that a kernel driver has."""
    found = {}
    for address in range(FIRST, LAST + 1):
        try:
            _ask(smbus, address)
            found[address] = True
        except OSError as error:
            if error.errno == errno.EBUSY:
                found[address] = False
    return found


def _ask(smbus: Any, address: int) -> None:
    eeprom = address & 0xF8 in (0x30, 0x50) or 0x5C <= address <= 0x5F
    if (eeprom and smbus.funcs & _READ_BYTE) or not smbus.funcs & _QUICK:
        smbus.read_byte(address)
    else:
        smbus.write_quick(address)
