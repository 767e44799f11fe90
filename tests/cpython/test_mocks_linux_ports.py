"""The fronts of spidev and pyserial."""

import sys

import pytest

from byteport_mocks import SimulatedSPI, SimulatedUART
from byteport_mocks.fronts.pyserial import simulated_serial
from byteport_mocks.fronts.spidev import simulated_spidev
from byteport_mocks.spi import SPIChip
from byteport_mocks.uart import UARTDevice


class Inverter(SPIChip):
    def exchange(self, byte):
        return byte ^ 0xFF


def test_spidev():
    spi = SimulatedSPI(Inverter())
    with simulated_spidev({(0, 1): spi}):
        import spidev

        with spidev.SpiDev() as dev:
            with pytest.raises(FileNotFoundError):
                dev.open(0, 0)
            dev.open(0, 1)
            dev.max_speed_hz = 1000000
            assert dev.xfer2([1, 2]) == [0xFE, 0xFD]
            assert dev.readbytes(2) == [0xFF, 0xFF]
            dev.writebytes([3])
        with pytest.raises(OSError):
            dev.xfer([1])
        assert spidev.SpiDev(0, 1).xfer([0]) == [0xFF]
    assert (spi.transactions, spi.wire_bytes) == (4, 6)
    assert "spidev" not in sys.modules or not hasattr(sys.modules["spidev"].SpiDev, "_chips")


class Talker(UARTDevice):
    def reset(self):
        self.begin(1000000, repeat=True)

    def measured(self):
        self.emit(b"abcd", self.measured_us)

    def on_byte(self, byte):
        self.emit(bytes((byte,)))


def test_pyserial():
    uart = SimulatedUART(Talker())
    with simulated_serial({"/dev/serial0": uart}):
        import serial

        with pytest.raises(serial.SerialException):
            serial.Serial("/dev/ttyUSB7")
        with serial.Serial("/dev/serial0", 9600, timeout=0.5) as port:
            assert port.read(4) == b""
            assert 500 <= uart.clock.ticks_ms() <= 502
            port.timeout = None
            assert port.read(2) == b"ab"
            port.reset_input_buffer()
            port.write(b"?")
            port.flush()
            port.timeout = 0.1
            assert port.read(9)[-1:] == b"?"
            assert port.in_waiting == 0
            assert port.is_open
            uart.device.stall(True)
            port.timeout = None
            with pytest.raises(serial.SerialException, match="0 of 1 bytes in ten minutes"):
                port.read()
        assert not port.is_open
        with pytest.raises(serial.SerialException):
            port.read()
