"""The simulated hardware as pytest fixtures, there wherever byteport-agent[mocks] is installed.

    virtual_clock     the clock that the other fixtures share
    virtual_time      a function: `virtual_time(program)`, a module, lets it sleep on that clock
    i2c_bus           SimulatedI2C; `i2c_bus.attach(SimulatedBME280())`
    i2c_dev           the same bus as /dev/i2c-1, for code that opens smbus2.SMBus(1)
    spi_bus           a function: `spi_bus(SimulatedMAX31855())` gives a SimulatedSPI
    uart              a function: `uart(SimulatedPMS5003())` gives a SimulatedUART
    w1_tree, iio_tree, hwmon_tree   Linux's sensor files below a temporary directory
    gpio              gpiozero's MockFactory, in use until the test ends
    simulated_pi      all of these as one Raspberry Pi: `simulated_pi.attach(SimulatedBME280())`
    simulated_board   a function: `with simulated_board("esp32") as board:`
    byteport_server   a ByteportServer with the example's data: `byteport_server.url`
    chaos_server      a SimulatedByteport: `chaos_server.url`, `.kept`, `.inject(Reply(503))`
    chaos_proxy       a function: `chaos_proxy(chaos_server.port, delay_s=0.5)`, a ChaosProxy

What a fixture needs is imported when it is used.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from byteport_mocks.board import SimulatedBoard
    from byteport_mocks.byteport_server import ByteportServer
    from byteport_mocks.chaos_proxy import ChaosProxy
    from byteport_mocks.chaos_server import SimulatedByteport
    from byteport_mocks.clock import VirtualClock
    from byteport_mocks.fronts.i2c_dev import I2CDev
    from byteport_mocks.fronts.virtual_time import VirtualTime
    from byteport_mocks.i2c import SimulatedI2C
    from byteport_mocks.linux_tree import HwmonTree, IIOTree, W1Tree
    from byteport_mocks.simulated_pi import SimulatedPi
    from byteport_mocks.spi import SimulatedSPI, SPIChip
    from byteport_mocks.uart import SimulatedUART, UARTDevice


@pytest.fixture
def virtual_clock() -> "VirtualClock":
    """Time that passes only when told."""
    from byteport_mocks.clock import VirtualClock

    return VirtualClock()


@pytest.fixture
def virtual_time(virtual_clock: "VirtualClock") -> "Iterator[Callable[..., VirtualTime]]":
    """A function: the modules it is given sleep and tell the time by `virtual_clock`."""
    from byteport_mocks.fronts import virtual_time

    with ExitStack() as modules:

        def give(*given: ModuleType, look_us: int = 1) -> "VirtualTime":
            entered = virtual_time.virtual_time(virtual_clock, *given, look_us=look_us)
            return modules.enter_context(entered)

        yield give


@pytest.fixture
def i2c_bus(virtual_clock: "VirtualClock") -> "SimulatedI2C":
    """An I2C bus without chips, with a Raspberry Pi's errors."""
    from byteport_mocks.i2c import SimulatedI2C

    return SimulatedI2C(virtual_clock)


@pytest.fixture
def i2c_dev(i2c_bus: "SimulatedI2C") -> "Iterator[I2CDev]":
    """`i2c_bus` as /dev/i2c-1 for the real smbus2."""
    from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev

    with simulated_i2c_dev({1: i2c_bus}) as dev:
        yield dev


@pytest.fixture
def spi_bus(virtual_clock: "VirtualClock") -> "Callable[[SPIChip], SimulatedSPI]":
    """A function that wires a chip to an SPI bus of its own."""
    from byteport_mocks.spi import SimulatedSPI

    return lambda chip: SimulatedSPI(chip, virtual_clock)


@pytest.fixture
def uart(virtual_clock: "VirtualClock") -> "Callable[[UARTDevice], SimulatedUART]":
    """A function that wires a part to a UART of its own."""
    from byteport_mocks.uart import SimulatedUART

    return lambda device: SimulatedUART(device, virtual_clock)


@pytest.fixture
def w1_tree(tmp_path: Path) -> "W1Tree":
    """1-Wire probes as files; ``w1_tree.root`` is the root of the file system."""
    from byteport_mocks.linux_tree import W1Tree

    return W1Tree(tmp_path)


@pytest.fixture
def iio_tree(tmp_path: Path) -> "IIOTree":
    """IIO devices as files."""
    from byteport_mocks.linux_tree import IIOTree

    return IIOTree(tmp_path)


@pytest.fixture
def hwmon_tree(tmp_path: Path) -> "HwmonTree":
    """hwmon chips as files."""
    from byteport_mocks.linux_tree import HwmonTree

    return HwmonTree(tmp_path)


@pytest.fixture
def gpio() -> "Iterator[Any]":
    """gpiozero's own MockFactory: `gpio.pin(4).drive_high()`."""
    gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from gpiozero.pins.mock import MockFactory

    before = gpiozero.Device.pin_factory
    factory = MockFactory()
    gpiozero.Device.pin_factory = factory
    yield factory
    factory.reset()
    gpiozero.Device.pin_factory = before


@pytest.fixture
def simulated_pi(virtual_clock: "VirtualClock", tmp_path: Path) -> "Iterator[SimulatedPi]":
    """A Raspberry Pi whose buses, pins and sensor files are what programs find."""
    pytest.importorskip("gpiozero", reason="gpiozero is not installed")
    from byteport_mocks.simulated_pi import SimulatedPi

    with SimulatedPi(tmp_path / "pi", virtual_clock) as pi:
        yield pi


@pytest.fixture
def simulated_board(virtual_clock: "VirtualClock") -> "Callable[..., SimulatedBoard]":
    """A function that makes a board, "esp32" or "rp2", on the shared clock."""
    from byteport_mocks.board import SimulatedBoard

    return lambda port="esp32", **options: SimulatedBoard(port, virtual_clock, **options)


@pytest.fixture
def byteport_server() -> "Iterator[ByteportServer]":
    """Byteport on loopback; what it has is in `byteport_mocks.service.example_data`."""
    from byteport_mocks.byteport_server import ByteportServer

    with ByteportServer() as server:
        yield server


@pytest.fixture
def chaos_server() -> "Iterator[SimulatedByteport]":
    """Byteport's store API on loopback, which remembers what it stored and fails as told."""
    from byteport_mocks.chaos_server import SimulatedByteport

    with SimulatedByteport() as server:
        yield server


@pytest.fixture
def chaos_proxy() -> "Iterator[Callable[..., ChaosProxy]]":
    """A function that starts a proxy to a port of this machine, or to (host, port)."""
    from byteport_mocks.chaos_proxy import ChaosProxy

    with ExitStack() as proxies:

        def start(upstream: int | tuple[str, int], **options: Any) -> ChaosProxy:
            place = ("127.0.0.1", upstream) if isinstance(upstream, int) else upstream
            return proxies.enter_context(ChaosProxy(place, **options))

        yield start
