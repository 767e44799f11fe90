"""TCA9548A, PCA9548A: one I2C bus made eight, each a bus that a driver can be given.

    mux = TCA9548A(i2c)
    indoors = BME280(mux.channel(0))
    outdoors = BME280(mux.channel(1))           # the same address, another chip

Datasheet: TI SCPS207, 8.5 and 8.6: one register, a bit for each channel, which takes effect at the
STOP; all are off after power-on. Witness: adafruit-circuitpython-tca9548a on the same simulated
chip.

A channel is open for one transaction only: selected before, closed after, four bytes on the wire.
So equal addresses behind two channels, or behind two multiplexers, never meet, and a reset or
another program's choice is repaired by the next transaction. A chip on the bus itself is heard on
every channel: its address is taken there too. Use one object for one multiplexer, and one thread
for all that share the bus.
"""

from byteport.compat import Lock, const
from byteport.errors import ChipNotFound

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus


class TCA9548A:
    """One multiplexer on a bus that the caller opened, which may be another one's channel."""

    BUS = "i2c"
    ADDRESSES = (0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77)

    def __init__(self, i2c: "I2CBus", address: int = 0x70) -> None:
        self._i2c = i2c
        self._address = address
        self._bits = bytearray(1)
        self._lock = Lock()
        for bits in (1, 0):
            self._write(bits)
            i2c.readfrom_into(address, self._bits)
            if self._bits[0] != bits:
                found = f"found 0x{self._bits[0]:02x} for channels 0x{bits:02x}"
                raise ChipNotFound(f"{found} at 0x{address:02x} where a TCA9548A was expected")

    def channel(self, number: int) -> "Channel":
        """Return the bus behind a channel, 0 to 7."""
        if not 0 <= number < 8:
            raise ValueError(f"no channel {number}: 0 to 7")
        return Channel(self, 1 << number)

    def _open(self, bit: int) -> "I2CBus":
        self._lock.__enter__()
        try:
            self._write(bit)
        except OSError:
            self._lock.__exit__(None, None, None)
            raise
        return self._i2c

    def _close(self) -> None:
        try:
            self._write(0)
        finally:
            self._lock.__exit__(None, None, None)

    def _write(self, bits: int) -> None:
        self._bits[0] = bits
        self._i2c.writeto(self._address, self._bits)


class Channel:
    """The bus behind one channel, with the methods of `machine.I2C`."""

    def __init__(self, mux: TCA9548A, bit: int) -> None:
        self._mux = mux
        self._bit = bit

    def __enter__(self) -> "I2CBus":
        return self._mux._open(self._bit)

    def __exit__(self, kind: "type[BaseException] | None", *_: object) -> None:
        try:
            self._mux._close()
        except OSError:
            if kind is None:  # else the chip's own error says more
                raise

    def scan(self) -> "list[int]":
        """Return what answers while the channel is open, the multiplexer apart."""
        with self as i2c:
            return [address for address in i2c.scan() if address != self._mux._address]

    def readfrom_mem(self, address: int, register: int, size: int) -> bytes:
        with self as i2c:
            return i2c.readfrom_mem(address, register, size)

    def readfrom_mem_into(self, address: int, register: int, buffer: bytearray) -> None:
        with self as i2c:
            i2c.readfrom_mem_into(address, register, buffer)

    def writeto_mem(self, address: int, register: int, data: "bytes | bytearray") -> None:
        with self as i2c:
            i2c.writeto_mem(address, register, data)

    def readfrom(self, address: int, size: int) -> bytes:
        with self as i2c:
            return i2c.readfrom(address, size)

    def readfrom_into(self, address: int, buffer: bytearray) -> None:
        with self as i2c:
            i2c.readfrom_into(address, buffer)

    def writeto(self, address: int, data: "bytes | bytearray") -> int:
        with self as i2c:
            return i2c.writeto(address, data)
