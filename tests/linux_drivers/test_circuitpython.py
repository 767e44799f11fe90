"""CircuitPython classes as drivers: Adafruit's own on a simulated chip, and made-up ones."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.linux.circuitpython import CircuitPython
from byteport_drivers.linux.circuitpython_i2c import CircuitPythonI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import NackAddress
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.registers import RegisterChip


class Compass:
    """A CircuitPython class as they come."""

    magnetic = (1, -2.5, 3)
    temperature = 21
    heading = 90.0
    _answers: object = None

    def __init__(self, i2c: object, address: int = 0x1E, *, gain: int = 1) -> None:
        self.made_with = address, gain
        if gain < 0:
            raise ValueError("no such gain")


@pytest.fixture
def module(monkeypatch) -> ModuleType:
    module = ModuleType("made_up")
    module.Compass = type("Compass", (Compass,), {})
    monkeypatch.setitem(sys.modules, "made_up", module)
    return module


def make(**options: object) -> CircuitPython:
    return CircuitPython(SimulatedI2C(), target="made_up.Compass", **options)


def take(driver: CircuitPython) -> dict[str, float]:
    assert driver.start() == 0
    names = [channel[0] for channel in driver.CHANNELS]
    return dict(zip(names, driver.read(), strict=True))


@pytest.mark.parametrize("degrees", [-40.0, -10.25, 0.0, 25.25, 125.0])
def test_adafruits_mcp9808(degrees: float) -> None:
    with stand_ins():
        pytest.importorskip("adafruit_mcp9808")
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808(0x19))
    chip.set(temperature=degrees)
    driver = CircuitPython(bus, 0x19, target="adafruit_mcp9808.MCP9808")
    bus.clock.sleep_ms(300)
    assert take(driver) == {"temperature": degrees}
    assert driver.CHANNELS == (("temperature", "Cel", 2),)
    bus.inject(NackAddress())
    with pytest.raises(OSError):
        driver.start()
    with pytest.raises(NotReady):
        driver.read()
    bus.clear()
    assert take(driver) == {"temperature": degrees}


def test_a_chip_that_is_not_there() -> None:
    with stand_ins():
        pytest.importorskip("adafruit_mcp9808")
    with pytest.raises(ChipNotFound, match=r"adafruit_mcp9808\.MCP9808: No I2C device at address"):
        CircuitPython(SimulatedI2C(), target="adafruit_mcp9808.MCP9808")


def test_properties_of_the_design_guide_are_channels(module) -> None:
    driver = make()
    assert take(driver) == {
        "temperature": 21.0,
        "magnetic_x": 1.0,
        "magnetic_y": -2.5,
        "magnetic_z": 3.0,
    }
    assert driver.CHANNELS[:2] == (("temperature", "Cel", 2), ("magnetic_x", "uT", 3))


def test_other_properties_are_channels_when_named(module) -> None:
    assert take(make(channels=["heading"])) == {"heading": 90.0}
    driver = make(channels={"heading": "deg"})
    driver.start()
    assert driver.CHANNELS == (("heading", "deg", 3),)
    with pytest.raises(ChipNotFound, match="has no property 'colour'"):
        make(channels=["colour"])


def test_address_and_options_are_handed_on(module) -> None:
    driver = CircuitPython(SimulatedI2C(), 0x1F, target="made_up.Compass", gain=3)
    assert driver._sensor.made_with == (0x1F, 3)
    with pytest.raises(ChipNotFound, match="no such gain"):
        make(gain=-1)
    with pytest.raises(ChipNotFound, match=r"cannot be made with these options: .*'colour'"):
        make(colour="red")


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (None, NotReady, "has no temperature yet"),
        ("warm", BadReading, "is no number: 'warm'"),
        ((1, 2, 3, 4), BadReading, "is no number"),
    ],
)
def test_what_must_not_be_used(module, value, kind, words: str) -> None:
    module.Compass.temperature = value
    with pytest.raises(kind, match=words):
        make().start()


def test_what_a_class_raises_is_typed(module) -> None:
    def fail(_: object) -> float:
        raise RuntimeError("checksum")

    module.Compass.temperature = property(fail)
    with pytest.raises(BadReading, match="temperature: checksum"):
        make().start()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("Compass", "write circuitpython:module.Class"),
        ("made_up.Compas", "the module made_up has no Compas"),
        ("adafruit_no_such.X", "pip install adafruit-circuitpython-no-such"),
        ("made_up.Nothing", "write which: channels = "),
    ],
)
def test_a_wrong_target(module, target: str, words: str) -> None:
    module.Nothing = SimpleNamespace
    with pytest.raises(ChipNotFound, match=words):
        CircuitPython(SimulatedI2C(), target=target)


class Memory(RegisterChip):
    ADDRESSES = (0x50,)
    POWER_ON = {place: place for place in range(16)}


def test_the_bus_in_circuitpythons_shape() -> None:
    bus = SimulatedI2C()
    bus.attach(Memory())
    i2c = CircuitPythonI2C(bus)
    assert i2c.try_lock()
    assert not i2c.try_lock()
    assert i2c.scan() == [0x50]
    buffer = bytearray(6)
    i2c.writeto(0x50, b"\x09\x02\x63", start=1)
    i2c.writeto_then_readfrom(0x50, b"\x00\x02\x00", buffer, out_start=1, out_end=2, in_start=4)
    assert buffer == b"\0\0\0\0\x63\x03"
    i2c.writeto(0x50, b"\x05")
    i2c.readfrom_into(0x50, buffer, start=1, end=3)
    assert buffer == b"\0\x05\x06\0\x63\x03"
    i2c.writeto_then_readfrom(0x50, b"\x08\x07", buffer, in_end=1)
    assert buffer[0] == 9
    i2c.unlock()
    i2c.deinit()
