"""Sensirion's own Python drivers on a simulated bus: what their LinuxI2cTransceiver would do."""

import pytest

from byteport_mocks.i2c import SimulatedI2C


class SimulatedTransceiver:
    """One of sensirion_i2c_driver's transceivers of API version 1, on virtual time."""

    API_VERSION = 1
    STATUS_OK = 0
    STATUS_CHANNEL_DISABLED = 1
    STATUS_NACK = 2
    STATUS_TIMEOUT = 3
    STATUS_UNSPECIFIED_ERROR = 4
    channel_count = None
    description = "simulated"

    def __init__(self, bus: SimulatedI2C) -> None:
        self._bus = bus

    def transceive(self, slave_address, tx_data, rx_length, read_delay, timeout):
        received = b""
        try:
            if tx_data is not None:
                self._bus.writeto(slave_address, tx_data)
            self._bus.clock.sleep_us(round(read_delay * 1000000))
            if rx_length is not None:
                received = self._bus.readfrom(slave_address, rx_length)
        except OSError as error:
            return self.STATUS_NACK, error, b""
        return self.STATUS_OK, None, received


def channel_to(bus: SimulatedI2C, address: int):
    """Return what their drivers of one chip are given; skip where their packages are missing."""
    driver = pytest.importorskip("sensirion_i2c_driver")
    channels = pytest.importorskip("sensirion_driver_adapters.i2c_adapter.i2c_channel")
    connection = driver.I2cConnection(SimulatedTransceiver(bus))
    return channels.I2cChannel(connection, address, driver.CrcCalculator(8, 0x31, 0xFF, 0x0))
