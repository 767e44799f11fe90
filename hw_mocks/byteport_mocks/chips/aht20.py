"""Aosong AHT20, a temperature and humidity sensor: commands of three bytes, a status byte.

Datasheet AHT20: "Sending command" (commands, status bits), 5.4 (80 ms for a measurement, checksum
over status and data), 6.1 and 6.2 (conversion). A part that is read while it measures gives its
last sample, with the busy bit; after power-up that sample is all zeros. 0xE1, which initialises the
AHT10, is not acknowledged. The 20 ms that a soft reset takes are not simulated.
"""

from byteport_mocks.chip import MessageChip
from byteport_mocks.sensirion import crc8

_MEASURE = 0xAC
_SOFT_RESET = 0xBA
_STATUS = 0x71
_BUSY = 0x80
_CALIBRATED = 0x08
_MEASURE_US = 80000


class SimulatedAHT20(MessageChip):
    """Measures when told to; ``lose_calibration()`` clears the bit that a good part has."""

    ADDRESSES: "tuple[int, ...]" = (0x38,)
    QUANTITIES = (
        ("temperature", -40.0, 85.0, 0.01, 21.5),
        ("humidity", 0.0, 100.0, 0.01, 45.0),
    )
    UNSEEN = ("id of zeros",)  # its status when it is idle
    INITIALISE = 0xBE
    STATUS_AT_POWER_ON = 0x18
    HAS_CHECKSUM = True

    def reset(self) -> None:
        self.status = self.STATUS_AT_POWER_ON
        self.sample = bytes(5)

    def lose_calibration(self) -> None:
        self.status &= ~_CALIBRATED

    def accepts(self, message: bytearray, byte: int) -> bool:
        return len(message) > 0 or byte in (self.INITIALISE, _MEASURE, _SOFT_RESET, _STATUS)

    def on_message(self, message: bytes) -> None:
        if message[0] == _SOFT_RESET:
            self.power_on()
        elif message == bytes((_MEASURE, 0x33, 0x00)):
            self.begin(_MEASURE_US)
        elif message == bytes((self.INITIALISE, 0x08, 0x00)):
            self.status |= _CALIBRATED

    def measured(self) -> None:
        temperature = counts((self.value_of("temperature") + 50.0) / 200.0)
        humidity = counts(self.value_of("humidity") / 100.0)
        both = humidity << 20 | temperature
        self.sample = bytes([both >> place & 0xFF for place in (32, 24, 16, 8, 0)])

    def reply(self) -> bytes:
        status = self.status | (_BUSY if self.busy() else 0)
        data = bytes((status,)) + self.sample
        return data + bytes((crc8(data),)) if self.HAS_CHECKSUM else data


def counts(share: float) -> int:
    """Return a share of the whole span in 20 bits."""
    return min(max(round(share * 1048576.0), 0), 0xFFFFF)
