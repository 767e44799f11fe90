"""`machine.SPI`'s subset over spidev; the kernel selects the chip for each transfer."""

from threading import Lock
from typing import Any

from byteport_agent.buses.bus_errors import normalised_errno
from byteport_agent.buses.devices import open_error
from byteport_agent.buses.packages import needed

DEFAULT_HZ = 1_000_000


def open_spi(bus: int, chip: int, speed_hz: int = DEFAULT_HZ, mode: int = 0) -> "LinuxSPI":
    """Open /dev/spidevB.C."""
    name, path = f"spi-{bus}.{chip}", f"/dev/spidev{bus}.{chip}"
    spi = needed("spidev", name, "byteport-agent[spi]").SpiDev()
    try:
        spi.open(bus, chip)
        spi.mode = mode
        spi.max_speed_hz = speed_hz
    except OSError as error:
        spi.close()
        raise open_error(error, "spi", name, path) from None
    return LinuxSPI(spi)


class LinuxSPI:
    """One chip on an SPI bus of this machine."""

    def __init__(self, spi: Any) -> None:
        self._spi = spi
        self._lock = Lock()

    def close(self) -> None:
        self._spi.close()

    def readinto(self, buffer: bytearray, write: int = 0) -> None:
        self.write_readinto(bytes((write,)) * len(buffer), buffer)

    def write_readinto(self, data: bytes | bytearray, buffer: bytearray) -> None:
        if len(data) != len(buffer):
            raise ValueError(f"{len(data)} bytes out and {len(buffer)} in cannot go together")
        with self._lock, normalised_errno():
            buffer[:] = bytes(self._spi.xfer2(list(data)))
