"""The DHT drivers on simulated pulses, beside adafruit-circuitpython-dht's own decoding."""

import signal
import subprocess
import sys
from array import array
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.dht_frame import decode
from byteport_drivers.linux import dht_sensor, dht_wire
from byteport_drivers.linux.dht11 import DHT11
from byteport_drivers.linux.dht22 import DHT22
from byteport_drivers.linux.dht_wire import bits
from byteport_mocks import SimulatedPin
from byteport_mocks.faults import AllOnes, AllZeros, DropByte, FlipBit, NackAddress
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from byteport_mocks.linux_tree import IIOTree
from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22


def frame(text: str) -> bytes:
    return bytes.fromhex(text)


def with_sum(data: bytes) -> bytes:
    return data + bytes((sum(data) & 0xFF,))


def pulses_of(data: bytes) -> "array[int]":
    train = array("H")
    for byte in data:
        for bit in range(7, -1, -1):
            train.extend((50, 70 if byte >> bit & 1 else 26))
    return train


# What the bits mean


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02 8c 01 5f ee", (35.1, 65.2)),  # AM2302 datasheet
        ("02 8c 80 65 73", (-10.1, 65.2)),
        ("02 8c 80 00 0e", (0.0, 65.2)),
        ("02 8c 0f ff 9c", (-0.1, 65.2)),  # a clone: 12 bits, two's complement
        ("02 8c ff ff 8c", (-0.1, 65.2)),  # 16 bits
        ("00 00 01 5f 60", (35.1, 0.0)),
        ("03 e8 03 20 0e", (80.0, 100.0)),
    ],
)
def test_dht22_vectors(text: str, expected: tuple[float, float]) -> None:
    assert decode(frame(text), False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2d 00 15 05 47", (21.5, 45.0)),
        ("2d 00 02 81 b0", (-2.1, 45.0)),
        ("2d 00 18 00 45", (24.0, 45.0)),
    ],
)
def test_dht11_vectors(text: str, expected: tuple[float, float]) -> None:
    assert decode(frame(text), True) == expected


@pytest.mark.parametrize(
    ("text", "is_dht11", "words"),
    [
        ("00 00 00 00 00", False, "only zeros"),
        ("00 00 00 00 00", True, "only zeros"),
        ("02 8c 01 5f ef", False, "checksum"),
        ("02 8c 01 5f", False, "checksum"),
        ("ff ff ff ff ff", False, "checksum"),
        ("03 e9 00 d7 c3", False, "cannot be"),  # 100.1 %
        ("02 8c 03 21 b2", False, "cannot be"),  # 80.1 degrees
        ("02 8c 81 91 a0", False, "cannot be"),  # -40.1
        ("2d 00 3d 00 6a", True, "cannot be"),  # 61
        ("60 00 15 00 75", True, "cannot be"),  # 96 %
        ("04 00 15 00 19", True, "cannot be"),  # 4 %
        ("00 ff 00 ff fe", False, "only zeros"),
        ("02 8c 01 5f ee", True, "another kind"),
        ("2d 00 15 05 47", False, "another kind"),
    ],
)
def test_what_must_not_be_used(text: str, is_dht11: bool, words: str) -> None:
    with pytest.raises(BadReading, match=words):
        decode(frame(text), is_dht11)


def test_every_flipped_bit_is_seen() -> None:
    good = frame("02 8c 01 5f ee")
    for bit in range(40):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadReading):
            decode(bytes(bad), False)


@pytest.fixture(scope="module")
def adafruit_dht() -> ModuleType:
    with stand_ins():
        return pytest.importorskip("adafruit_dht")


def oracle(library: ModuleType, kind: str, data: bytes) -> tuple[float, float]:
    """Decode by the library itself."""
    device = getattr(library, kind)(object(), use_pulseio=False)
    device._get_pulses_bitbang = lambda: pulses_of(data)
    device.measure()
    return device._temperature, device._humidity


@given(st.integers(0, 1000), st.integers(-400, 800))
def test_the_library_decodes_a_dht22_alike(adafruit_dht, humidity: int, tenths: int) -> None:
    word = -tenths | 0x8000 if tenths < 0 else tenths
    data = with_sum(humidity.to_bytes(2, "big") + word.to_bytes(2, "big"))
    assert bits(pulses_of(data)) == data
    if data not in (bytes(5), b"\x00\xff\x00\xff\xfe"):  # a line held low looks like these
        assert decode(data, False) == oracle(adafruit_dht, "DHT22", data)


@given(st.integers(5, 95), st.integers(0, 59), st.integers(0, 9))
def test_the_library_decodes_a_dht11_alike(adafruit_dht, humidity, whole, tenth) -> None:
    data = with_sum(bytes((humidity, 0, whole, tenth)))
    if any(data):
        assert decode(data, True) == pytest.approx(oracle(adafruit_dht, "DHT11", data))


def test_where_the_library_is_wrong(adafruit_dht) -> None:
    assert oracle(adafruit_dht, "DHT11", frame("2d 00 02 81 b0")) == (2.1, 45)  # it was -2.1
    assert oracle(adafruit_dht, "DHT22", bytes(5)) == (0.0, 0.0)  # a data line held low


# The whole way, through the library on a simulated pin


@pytest.fixture
def rig(adafruit_dht):
    pin = SimulatedPin(poll_us=3)
    with virtual_time(pin.clock, adafruit_dht, dht_sensor):
        yield pin


def take(driver, pin: SimulatedPin) -> tuple[float, ...]:
    pin.clock.sleep_ms(driver.start())
    return driver.read()


def test_a_dht22_is_read(rig) -> None:
    sensor = SimulatedDHT22(rig)
    driver = DHT22(rig)
    for temperature, humidity in ((35.1, 65.2), (-10.1, 30.0), (0.0, 100.0)):
        sensor.set(temperature=temperature, humidity=humidity)
        assert take(driver, rig) == (temperature, humidity)


def test_a_dht11_is_read(rig) -> None:
    sensor = SimulatedDHT11(rig)
    driver = DHT11(rig)
    for temperature, humidity in ((21.5, 40), (-2.1, 45)):
        sensor.set(temperature=temperature, humidity=humidity)
        assert take(driver, rig) == (temperature, humidity)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (NackAddress, ChipNotFound, "does not answer: wiring, power or pin"),
        (lambda: FlipBit(byte=1, bit=0), BadReading, "checksum"),
        (lambda: FlipBit(byte=4, bit=7), BadReading, "checksum"),
        (lambda: DropByte(2), BadReading, "of 80 pulses came"),
        (AllZeros, BadReading, "only zeros came"),
        (AllOnes, BadReading, "checksum"),
    ],
)
def test_a_fault_is_a_typed_error_and_the_next_reading_is_new(rig, fault, kind, words) -> None:
    sensor = SimulatedDHT22(rig)
    driver = DHT22(rig)
    assert take(driver, rig) == (21.5, 45.0)
    sensor.inject(fault())
    for _ in range(2):
        with pytest.raises(kind, match=words) as caught:
            take(driver, rig)
        assert "dht22 at pin" in str(caught.value)
        with pytest.raises(NotReady, match="less than 2000 ms ago"):  # and no old value
            driver.read()
    sensor.clear()
    sensor.set(temperature=-3.0, humidity=90.0)
    assert take(driver, rig) == (-3.0, 90.0)


def test_a_sensor_is_not_asked_too_soon(rig) -> None:
    SimulatedDHT22(rig)
    driver = DHT22(rig)
    assert driver.start() == 0
    driver.read()
    assert 1000 < driver.start() <= 2000
    with pytest.raises(NotReady):
        driver.read()
    rig.clock.sleep_ms(2000)
    assert driver.start() == 0
    driver.close()


# The library


def run(code: str) -> str:
    """Run code where Blinka has no board to know."""
    command = [sys.executable, "-W", "ignore", "-c", code]
    env = {"PATH": "/usr/bin:/bin", "BLINKA_OS_AGNOSTIC": "1", "PYTHONPATH": ":".join(sys.path)}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def test_pulseio_is_not_imported_and_sigterm_stays() -> None:
    pytest.importorskip("adafruit_blinka")
    code = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, mine := lambda *_: None)\n"
        "from byteport_drivers.linux.dht22 import DHT22\n"
        "from byteport.errors import ChipNotFound\n"
        "assert 'adafruit_dht' not in sys.modules\n"
        "driver = DHT22('Dx_INPUT_TRUE')\n"
        "try: driver.read()\n"
        "except ChipNotFound as error: print(error)\n"
        "print('pulseio' in sys.modules, signal.getsignal(signal.SIGTERM) is mine)\n"
    )
    assert (
        run(code)
        == "dht22 at pin Dx_INPUT_TRUE does not answer: wiring, power or pin?\nFalse True\n"
    )


def test_pulseio_gives_sigterm_back_when_it_is_asked_for(adafruit_dht, monkeypatch) -> None:
    class PulseIn:
        def __init__(self, *_: object, **__: object) -> None: ...
        def pause(self) -> None: ...
        def deinit(self) -> None: ...

    class Blinka(ModuleType):
        def __getattr__(self, name: str) -> object:
            signal.signal(signal.SIGTERM, lambda *_: None)
            return PulseIn

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(dht_wire, "import_module", lambda _: Blinka("pulseio"))
    DHT22(object(), use_pulseio=True).close()
    assert signal.getsignal(signal.SIGTERM) is before
    monkeypatch.delattr(adafruit_dht, "PulseIn")


def test_a_missing_library_is_one_line(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "adafruit_dht", None)
    monkeypatch.delitem(sys.modules, "adafruit_dht")
    monkeypatch.setattr(dht_wire, "import_module", missing)
    with pytest.raises(ChipNotFound, match=r"dht22 at pin 4 needs .*\[dht\].*backend = \"iio\""):
        DHT22(4)


def missing(name: str) -> ModuleType:
    raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def test_a_pin_that_the_board_lacks(adafruit_dht, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "board", SimpleNamespace(D4=object()))
    DHT22(4)
    DHT22("4")
    DHT22("D4")
    with pytest.raises(ChipNotFound, match="dht22 at pin 99: "):
        DHT22(99)


def test_another_library(adafruit_dht, monkeypatch) -> None:
    monkeypatch.setattr(adafruit_dht, "DHT22", lambda *_, **__: SimpleNamespace())
    with pytest.raises(ChipNotFound, match="is unknown here: install"):
        DHT22(object())


def test_what_the_library_raises(adafruit_dht, monkeypatch) -> None:
    driver = DHT22(object())

    def fail() -> None:
        raise RuntimeError("Unable to set line 4 to input")

    driver._wire._pulses = fail
    with pytest.raises(BadReading, match="Unable to set line 4 to input"):
        driver.read()


# The kernel's driver


def test_the_kernels_driver(tmp_path: Path) -> None:
    tree = IIOTree(tmp_path)
    folder = tree.add("dht11@4", in_temp_input=-10100, in_humidityrelative_input=65200)
    tree.add("dht11@11", in_temp_input=1, in_humidityrelative_input=1)
    driver = DHT22(4, backend="iio", root=str(tmp_path))
    assert driver.start() == 0
    assert driver.read() == (pytest.approx(-10.1), pytest.approx(65.2))
    driver._asked_s = None
    folder.fail("in_temp_input", "io_error")
    with pytest.raises(BadReading):
        driver.read()
    driver.close()
    DHT22(17, backend="iio", root=str(tmp_path))  # 0x11
    with pytest.raises(ChipNotFound, match="there are dht11@4, dht11@11"):
        DHT11(22, backend="iio", root=str(tmp_path))


def test_no_kernel_driver(tmp_path: Path) -> None:
    with pytest.raises(ChipNotFound, match="add dtoverlay=dht11,gpiopin=4 to"):
        DHT11(4, backend="iio", root=str(tmp_path))
    with pytest.raises(ChipNotFound, match="backend is 'x': write adafruit or iio"):
        DHT11(4, backend="x")
