"""`dht`: MicroPython's driver, on the sensor that is wired to the pin."""

import errno

from byteport_mocks.board.current import current
from byteport_mocks.board.pins import pin_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.pin import SimulatedPin


class DHTBase:
    """Reads five bytes into ``buf``; keeps the old ones where that fails, as the original does."""

    def __init__(self, pin: "SimulatedPin") -> None:
        self.pin = pin
        self.buf = bytearray(5)

    def measure(self) -> None:
        sensor = current().dhts.get(pin_number(self.pin))
        answer = None if sensor is None else sensor.answer()
        if answer is None or len(answer) < 5:
            raise OSError(errno.ETIMEDOUT)
        self.buf[:] = answer
        if sum(answer[:4]) & 0xFF != answer[4]:
            raise Exception("checksum error")


class DHT11(DHTBase):
    def humidity(self) -> int:
        return self.buf[0]

    def temperature(self) -> int:
        return self.buf[2]


class DHT22(DHTBase):
    def humidity(self) -> float:
        return (self.buf[0] << 8 | self.buf[1]) * 0.1

    def temperature(self) -> float:
        magnitude = ((self.buf[2] & 0x7F) << 8 | self.buf[3]) * 0.1
        return -magnitude if self.buf[2] & 0x80 else magnitude
