"""Linux's spidev without its hardware: `import spidev` finds simulated chips.

    with simulated_spidev({(0, 0): spi}):
        bus = spidev.SpiDev()
        bus.open(0, 0)
        bus.xfer2([1, 0x80, 0])

Works whether or not the real spidev is installed; modules that imported it before are not changed.
"""

# ruff: noqa: ARG002 (spidev's signatures)

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

from byteport_mocks.fronts.stand_in import stood_in
from byteport_mocks.spi import SimulatedSPI


class SpiDev:
    """spidev.SpiDev; settings are kept and change nothing but what they are."""

    _chips: "dict[tuple[int, int], SimulatedSPI]" = {}

    def __init__(self, bus: "int | None" = None, device: int = 0) -> None:
        self.max_speed_hz = 500000
        self.mode = 0
        self.bits_per_word = 8
        self.lsbfirst = False
        self.cshigh = False
        self.no_cs = False
        self._spi: "SimulatedSPI | None" = None
        if bus is not None:
            self.open(bus, device)

    def __enter__(self) -> "SpiDev":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, bus: int, device: int) -> None:
        if (bus, device) not in self._chips:
            path = f"/dev/spidev{bus}.{device}"
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        self._spi = self._chips[bus, device]

    def close(self) -> None:
        self._spi = None

    def xfer2(
        self,
        values: "Sequence[int]",
        speed_hz: int = 0,
        delay_usec: int = 0,
        bits_per_word: int = 8,
    ) -> "list[int]":
        """Exchange bytes while the chip is selected; return those that came."""
        buffer = bytearray(len(values))
        self._opened().write_readinto(bytes(values), buffer)
        return list(buffer)

    xfer = xfer2

    def readbytes(self, length: int) -> "list[int]":
        return self.xfer2([0] * length)

    def writebytes(self, values: "Sequence[int]") -> None:
        self.xfer2(values)

    writebytes2 = writebytes

    def _opened(self) -> SimulatedSPI:
        if self._spi is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._spi


@contextmanager
def simulated_spidev(chips: "dict[tuple[int, int], SimulatedSPI]") -> "Iterator[ModuleType]":
    """Put a module `spidev` with these chips, by (bus, device), where imports find it."""
    module = ModuleType("spidev")
    module.SpiDev = type("SpiDev", (SpiDev,), {"_chips": chips})  # type: ignore[attr-defined]
    with stood_in({"spidev": module}):
        yield module
