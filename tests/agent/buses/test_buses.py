"""The agent's buses: the real smbus2 on simulated chips, spidev's stand-in, pyserial on a pty."""

import errno
import os
import select
import sys
from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace

import pytest

from byteport_agent.buses import devices, open_bus
from byteport_agent.buses.bus_errors import bus_error_text, normalised
from byteport_agent.buses.bus_names import DEFAULT_BUS, kind_of_bus
from byteport_agent.command_errors import ConfigurationError
from byteport_drivers.mcp9808 import MCP9808
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import AllOnes, Hang, NackAddress, NackByte, nth
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.fronts.smbus_access import FUNC_SMBUS_ONLY, PI_FUNCTIONS
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.registers import RegisterChip
from byteport_mocks.spi import SimulatedSPI, SPIChip


class Memory(RegisterChip):
    """An EEPROM of 256 bytes."""

    ADDRESSES = (0x50,)
    POWER_ON = {place: place ^ 0x5A for place in range(256)}


@pytest.fixture
def simulated() -> SimulatedI2C:
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808(0x18)).set(temperature=-10.25)
    bus.attach(Memory())
    return bus


@pytest.fixture(params=[PI_FUNCTIONS, FUNC_SMBUS_ONLY], ids=["plain", "smbus-only"])
def either(simulated: SimulatedI2C, request: pytest.FixtureRequest) -> Iterator[object]:
    with simulated_i2c_dev({1: simulated}, request.param), closing(open_bus("i2c-1")) as bus:
        yield bus


@pytest.fixture
def plain(simulated: SimulatedI2C) -> Iterator[object]:
    with simulated_i2c_dev({1: simulated}), closing(open_bus("i2c-1")) as bus:
        yield bus


@pytest.fixture
def smbus_only(simulated: SimulatedI2C) -> Iterator[object]:
    with simulated_i2c_dev({1: simulated}, FUNC_SMBUS_ONLY), closing(open_bus("i2c-1")) as bus:
        yield bus


# I2C


def test_a_driver_reads_its_chip(either, simulated) -> None:
    driver = MCP9808(either, 0x18)
    simulated.clock.sleep_ms(driver.start())
    assert driver.read() == (-10.25,)


@pytest.mark.parametrize("size", [1, 2, 3, 32])
def test_registers_are_read_and_written(either, simulated, size: int) -> None:
    data = bytes(range(7, 7 + size))
    either.writeto_mem(0x50, 0x10, data)
    assert either.readfrom_mem(0x50, 0x10, size) == data
    buffer = bytearray(size)
    either.readfrom_mem_into(0x50, 0x10, buffer)
    assert buffer == data
    assert either.write_then_read(0x50, b"\x10", size) == data


def test_the_pointer_is_written_alone(either) -> None:
    assert either.writeto(0x50, b"\x20") == 1
    assert either.readfrom(0x50, 1) == bytes((0x20 ^ 0x5A,))
    buffer = bytearray(1)
    either.writeto(0x50, b"\x21")
    either.readfrom_into(0x50, buffer)
    assert buffer == bytes((0x21 ^ 0x5A,))
    assert either.writeto(0x50, b"") == 0
    assert either.writeto(0x50, b"\x20\x01\x02\x03") == 4
    assert either.readfrom_mem(0x50, 0x20, 3) == b"\x01\x02\x03"


def test_a_register_is_read_in_one_transaction(plain, simulated) -> None:
    simulated.reset_counters()
    plain.readfrom_mem(0x18, 0x05, 2)
    assert (simulated.transactions, simulated.wire_bytes) == (1, 5)


def test_plain_i2c_is_not_held_to_32_bytes(plain) -> None:
    assert plain.readfrom_mem(0x50, 0, 200) == bytes(place ^ 0x5A for place in range(200))
    plain.writeto(0x50, bytes(101))
    assert plain.readfrom_mem(0x50, 0, 100) == bytes(100)
    assert len(plain.readfrom(0x50, 40)) == 40


def test_what_smbus_cannot_say_is_refused_and_nothing_sent(smbus_only, simulated) -> None:
    simulated.reset_counters()
    for call in (
        lambda: smbus_only.readfrom(0x50, 2),
        lambda: smbus_only.readfrom_mem(0x50, 0, 33),
        lambda: smbus_only.writeto_mem(0x50, 0, bytes(33)),
        lambda: smbus_only.writeto(0x50, bytes(35)),
        lambda: smbus_only.write_then_read(0x50, b"\0\0", 1),
    ):
        with pytest.raises(OSError, match="SMBus-only adapter cannot") as caught:
            call()
        assert caught.value.errno == errno.EOPNOTSUPP
    assert simulated.transactions == 0


def test_an_adapter_without_blocks_reads_words(simulated) -> None:
    no_blocks = FUNC_SMBUS_ONLY & ~0x0F000000
    with simulated_i2c_dev({1: simulated}, no_blocks), closing(open_bus("i2c-1")) as bus:
        assert bus.readfrom_mem(0x50, 0, 2) == b"\x5a\x5b"
        bus.writeto_mem(0x50, 0, b"\x01\x02")
        assert bus.readfrom_mem(0x50, 0, 2) == b"\x01\x02"
        with pytest.raises(OSError, match="cannot read 3 bytes"):
            bus.readfrom_mem(0x50, 0, 3)


def test_a_scan_finds_what_answers_and_writes_nothing(either, simulated) -> None:
    simulated.reset_counters()
    assert either.scan() == [0x18, 0x50]
    assert all(transaction.written == 0 for transaction in simulated.log)
    assert {entry.address for entry in simulated.log} <= set(range(0x08, 0x78))


def test_a_scan_reads_where_eeproms_live(simulated) -> None:
    reads = []
    with simulated_i2c_dev({1: simulated}), closing(open_bus("i2c-1")) as bus:
        bus.scan()
    reads = [entry.address for entry in simulated.log if entry.read]
    assert reads == [0x50]


def test_a_kernel_drivers_chip_is_left_alone(simulated, monkeypatch) -> None:
    with simulated_i2c_dev({1: simulated}) as dev:
        ioctl = dev.ioctl

        def held(fd, request, argument=0):
            if request == 0x0703 and argument == 0x18:
                raise OSError(errno.EBUSY, "busy")
            return ioctl(fd, request, argument)

        monkeypatch.setattr("smbus2.smbus2.ioctl", held)
        with closing(open_bus("i2c-1")) as bus:
            assert bus.scan() == [0x50]
            assert bus.responding() == {0x18: False, 0x50: True}
    assert 0x18 not in {entry.address for entry in simulated.log}


# Faults


@pytest.mark.parametrize(
    ("fault", "number"),
    [
        (lambda: NackAddress(when=nth(1)), errno.EREMOTEIO),
        (lambda: NackByte(0, when=nth(1)), errno.EREMOTEIO),
        (lambda: Hang(when=nth(1)), errno.ETIMEDOUT),
    ],
)
def test_a_fault_is_an_oserror_and_the_next_call_works(either, simulated, fault, number) -> None:
    simulated.inject(fault())
    with pytest.raises(OSError) as caught:
        either.readfrom_mem(0x50, 0, 2)
    assert caught.value.errno == number
    assert either.readfrom_mem(0x50, 0, 2) == b"\x5a\x5b"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(121, 121), (6, 121), (19, 121), (110, 110), (62, 110), (5, 5), (11, 11), (38, 95), (95, 95)],
)
def test_one_meaning_has_one_errno(given: int, expected: int) -> None:
    error = normalised(OSError(given, "x"))
    assert error.errno == expected
    assert given == expected or f"errno {given} here" in str(error)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (121, "bme280 at 0x76 on i2c-1 does not answer (errno 121): wiring, power or address?"),
        (6, "bme280 at 0x76 on i2c-1 does not answer (errno 121): wiring, power or address?"),
        (110, "bme280 at 0x76 on i2c-1 holds up the bus (errno 110): "),
        (5, "bme280 at 0x76 on i2c-1 broke off a transfer (errno 5): "),
        (16, "bme280 at 0x76 on i2c-1 is in use by a kernel driver "),
        (99, "bme280 at 0x76 on i2c-1: Cannot assign requested address"),
    ],
)
def test_an_errno_in_words(number: int, text: str) -> None:
    error = OSError(number, os.strerror(number))
    assert bus_error_text(error, "bme280", "0x76 on i2c-1").startswith(text)


# Opening


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("i2c-1", "i2c"),
        ("/dev/i2c-20", "i2c"),
        ("spi-0.1", "spi"),
        ("/dev/spidev1.0", "spi"),
        ("/dev/ttyAMA0", "uart"),
        ("/dev/serial/by-id/usb-x_1-if00", "uart"),
        ("ttyUSB0", "uart"),
        *((name, kind) for kind, name in DEFAULT_BUS.items()),
    ],
)
def test_names_of_buses(name: str, kind: str) -> None:
    assert kind_of_bus(name) == kind


@pytest.mark.parametrize("name", ["", "i2c", "i2c1", "spi-0", "1", "i2c-1 ", "../x"])
def test_a_wrong_name_says_how_buses_are_written(name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"is no bus: write such as i2c-1, spi-0\.0 or"):
        open_bus(name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("i2c-99", "i2c-99: /dev/i2c-99 is not there: switch I2C on"),
        ("spi-9.9", "spi-9.9: /dev/spidev9.9 is not there: switch SPI on"),
        ("/dev/ttyNONE9", "/dev/ttyNONE9: /dev/ttyNONE9 is not there: switch the serial port on"),
    ],
)
def test_a_missing_bus_is_one_line(name: str, text: str) -> None:
    pytest.importorskip("spidev")
    with pytest.raises(ConfigurationError) as caught:
        open_bus(name)
    assert str(caught.value).startswith(text)


def test_buses_that_are_there_instead_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"/dev/i2c-[0-9]*": ["/dev/i2c-21", "/dev/i2c-20"], "/dev/spidev[0-9]*": []}
    monkeypatch.setattr(devices, "glob", lambda pattern: files[pattern])
    missing = OSError(errno.ENOENT, "")
    text = str(devices.open_error(missing, "i2c", "i2c-1", "/dev/i2c-1"))
    assert text.startswith("i2c-1: /dev/i2c-1 is not there (i2c-20, i2c-21 are): switch I2C on")
    text = str(devices.open_error(missing, "spi", "spi-0.0", "/dev/spidev0.0"))
    assert text.startswith("spi-0.0: /dev/spidev0.0 is not there: switch SPI on")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (errno.EACCES, "no permission for /dev/i2c-1: 'sudo usermod -aG i2c $USER' and log in"),
        (errno.EBUSY, "/dev/i2c-1 is in use by another program"),
        (errno.EIO, "/dev/i2c-1 cannot be opened: Input/output error"),
    ],
)
def test_why_a_bus_cannot_be_opened(monkeypatch, number: int, text: str) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("smbus2.smbus2.os", SimpleNamespace(open=refuse, O_RDWR=2))
    with pytest.raises(ConfigurationError, match=r"^i2c-1: ") as caught:
        open_bus("i2c-1")
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("package", "name", "install"),
    [
        ("smbus2", "i2c-1", "smbus2"),
        ("spidev", "spi-0.0", "byteport-agent[spi]"),
        ("serial", "/dev/ttyAMA0", "byteport-agent[serial]"),
    ],
)
def test_a_missing_package_is_one_line(monkeypatch, package, name, install) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError) as caught:
        open_bus(name)
    assert str(caught.value) == f"{name} needs the package {package!r}: pip install '{install}'"


# SPI


class Echo(SPIChip):
    """Sends each byte back with the next one."""

    def reset(self) -> None:
        self.last = 0xA5

    def exchange(self, byte: int) -> int:
        byte, self.last = self.last, byte
        return byte


class SpiDev:
    """spidev's SpiDev on a simulated bus."""

    buses: "dict[tuple[int, int], SimulatedSPI]" = {}

    def open(self, bus: int, chip: int) -> None:
        if (bus, chip) not in self.buses:
            raise FileNotFoundError(errno.ENOENT, "no such file")
        self._bus = self.buses[bus, chip]

    def xfer2(self, data: "list[int]") -> "list[int]":
        buffer = bytearray(len(data))
        self._bus.write_readinto(bytes(data), buffer)
        return list(buffer)

    def close(self) -> None:
        pass


def test_spi(monkeypatch) -> None:
    simulated = SimulatedSPI(Echo())
    monkeypatch.setattr(SpiDev, "buses", {(0, 1): simulated})
    monkeypatch.setitem(sys.modules, "spidev", SimpleNamespace(SpiDev=SpiDev))
    with closing(open_bus("spi-0.1", speed_hz=500_000, mode=1)) as bus:
        buffer = bytearray(3)
        bus.write_readinto(b"\x01\x02\x03", buffer)
        assert buffer == b"\xa5\x01\x02"
        bus.readinto(buffer, 0xFF)
        assert buffer == b"\x03\xff\xff"
        assert simulated.transactions == 2
        with pytest.raises(ValueError, match="2 bytes out and 3 in"):
            bus.write_readinto(b"\0\0", buffer)
        simulated.inject(AllOnes())
        bus.readinto(buffer)
        assert buffer == b"\xff\xff\xff"
    with pytest.raises(ConfigurationError, match="is not there"):
        open_bus("spi-0.0")


# UART


def test_a_uart_is_a_serial_port() -> None:
    pytest.importorskip("serial")
    far, near = os.openpty()
    name = os.ttyname(near)
    with closing(open_bus(name, baudrate=9600)) as uart:
        buffer = bytearray(4)
        assert (uart.any(), uart.readinto(buffer)) == (0, None)
        os.write(far, b"\x42\x4d\x00\x1c\x00\x05")
        assert select.select([near], [], [], 5)[0]
        assert uart.any() == 6
        assert (uart.readinto(buffer), bytes(buffer)) == (4, b"\x42\x4d\x00\x1c")
        assert (uart.readinto(buffer), bytes(buffer[:2])) == (2, b"\x00\x05")
        assert uart.write(b"\xff\x01") == 2
        assert os.read(far, 10) == b"\xff\x01"
        with pytest.raises(ConfigurationError, match="is in use by another program"):
            open_bus(name)
    os.close(far)
    os.close(near)
