"""Simulated hardware and servers, for tests that need none of the real.

    VirtualClock      time that passes only when told
    SimulatedI2C      a bus for the chips in `byteport_mocks.chips`, with `machine.I2C`'s methods
    SimulatedSPI, SimulatedUART, SimulatedPin   likewise
    faults            what goes wrong, and when
    fronts            the same buses as smbus2 and busio, so that other libraries run on them
    board             `machine`, `network` and the like, so that a board's program runs on a PC
    linux_tree        1-Wire, IIO and hwmon files in a temporary directory
    byteport_server   Byteport itself on loopback, for what stores, reads and registers
    chaos_server      Byteport's store API on loopback, which remembers, and fails as told
    chaos_proxy       a TCP proxy that makes a good network a bad one
    scripted_server   an HTTP server that answers, or does not, as a script says
    pytest_plugin     all of this as fixtures

Buses, chips, clock, faults and board run on MicroPython too; servers and fixtures do not.
"""

from byteport_mocks.clock import VirtualClock
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.pin import SimulatedPin
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART

__all__ = ["SimulatedI2C", "SimulatedPin", "SimulatedSPI", "SimulatedUART", "VirtualClock"]
