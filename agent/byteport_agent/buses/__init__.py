"""The buses of this machine for drivers: `machine.I2C`, `machine.SPI` and `machine.UART` on Linux.

    from byteport_agent.buses import open_bus

    bus = open_bus("i2c-1")          # "spi-0.0", "/dev/ttyAMA0"

One module per bus; each imports its package when a bus is opened, and no sooner. Errors have one
errno for one meaning, whichever adapter it is (`bus_errors`).
"""

from byteport_agent.buses.bus_names import open_bus

__all__ = ["open_bus"]
