"""The DS18B20 driver on trees of files, against the datasheet's table and w1thermsensor."""

import os
from pathlib import Path

import pytest

from byteport.errors import BadReading, ChipNotFound, DriverError
from byteport_drivers.linux import w1_bulk
from byteport_drivers.linux.ds18b20 import DS18B20, crc8, parse, temperature_of
from byteport_mocks.linux_tree import W1Tree

# Datasheet table 1 with the tail and CRCs of the notes: raw, degrees, CRC
TABLE = [
    (0x07D0, 125.0, 0xF4),
    (0x0550, 85.0, 0x1C),
    (0x0191, 25.0625, 0x70),
    (0x00A2, 10.125, 0x74),
    (0x0008, 0.5, 0xE2),
    (0x0000, 0.0, 0xC8),
    (0xFFF8, -0.5, 0xC3),
    (0xFF5E, -10.125, 0x6A),
    (0xFE6F, -25.0625, 0xE8),
    (0xFC90, -55.0, 0x4F),
]
TAIL = bytes.fromhex("4b467fff0c10")


def line(scratchpad: bytes, verdict: str = "YES") -> str:
    text = " ".join(f"{byte:02x}" for byte in scratchpad)
    return f"{text} : crc={crc8(scratchpad[:8]):02x} {verdict}\n"


def with_crc(head: bytes) -> bytes:
    return head + bytes((crc8(head),))


@pytest.fixture
def tree(tmp_path: Path) -> W1Tree:
    return W1Tree(tmp_path)


def take(driver: DS18B20) -> float:
    driver.start()
    return driver.read()[0]


@pytest.mark.parametrize(("raw", "degrees", "crc"), TABLE)
def test_the_datasheets_table(raw: int, degrees: float, crc: int) -> None:
    scratchpad = raw.to_bytes(2, "little") + TAIL + bytes((crc,))
    assert crc8(scratchpad) == 0
    assert parse(line(scratchpad)) == degrees


def test_the_rom_vector() -> None:
    assert crc8(bytes.fromhex("021cb801000000")) == 0xA2


def test_w1thermsensor_reads_the_same_in_the_same_files(tree, monkeypatch) -> None:
    monkeypatch.setenv("W1THERMSENSOR_NO_KERNEL_MODULE", "1")
    w1thermsensor = pytest.importorskip("w1thermsensor")
    monkeypatch.setattr(w1thermsensor.W1ThermSensor, "BASE_DIRECTORY", tree.devices)
    probe = tree.add(20)
    oracle = w1thermsensor.W1ThermSensor(
        w1thermsensor.Sensor.DS18B20, probe.address.partition("-")[2]
    )
    driver = DS18B20(root=str(tree.root))
    for raw in (*range(-55 * 16, 125 * 16, 37), -1, 0, 1, 125 * 16):
        probe.set_temperature(raw / 16)
        assert take(driver) == oracle.get_temperature() == raw / 16


@pytest.mark.parametrize("resolution", [9, 10, 11, 12])
def test_undefined_bits_count_as_zero(resolution: int) -> None:
    config = (resolution - 9) << 5 | 0x1F
    head = (-161 & 0xFFFF).to_bytes(2, "little") + bytes((0x4B, 0x46, config, 0xFF, 0x0C, 0x10))
    step = 1 << 12 - resolution
    assert temperature_of(head) == -161 // step * step / 16


def test_every_flipped_bit_is_seen() -> None:
    good = with_crc(bytes.fromhex("910 1".replace(" ", "")) + TAIL)
    for bit in range(72):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(BadReading, match="wrong checksum"):
            parse(line(bytes(bad)))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (line(bytes(9)), "held low"),  # its checksum is right
        (line(b"\xff" * 9), "wrong checksum"),
        (line(with_crc(b"\x01\x08" + TAIL)), "beyond -55 to 125"),
        (line(with_crc(b"\x8f\xfc" + TAIL)), "beyond -55 to 125"),
        (line(with_crc(b"\x91\x01" + TAIL), "NO"), "wrong checksum"),
        ("91 01 4b", "makes no sense"),
        ("temperature=21", "makes no sense"),
    ],
)
def test_what_must_not_be_used(text: str, words: str) -> None:
    with pytest.raises(BadReading, match=words):
        parse(text)


def test_the_second_line_is_not_used() -> None:
    good = with_crc(b"\x91\x01" + TAIL)
    stale = line(bytes(9), "NO") + line(good).partition(" :")[0] + " t=25062\n"
    with pytest.raises(BadReading):
        parse(stale)


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("crc", BadReading, "wrong checksum"),
        ("empty", BadReading, "is empty: the measurement failed"),
        ("power_on", BadReading, r"shows 85\.0, its power-on value"),
        ("io_error", BadReading, r"Input/output error \(errno 5\)"),
        ("no_file", ChipNotFound, "is gone: was the sensor unplugged"),
    ],
)
def test_a_fault_is_a_typed_error_and_the_next_reading_works(tree, how, kind, words) -> None:
    probe = tree.add(21.5)
    driver = DS18B20(root=str(tree.root))
    assert take(driver) == 21.5
    probe.fail_reading(how)
    for _ in range(3):
        with pytest.raises(kind, match=words) as caught:
            take(driver)
        assert probe.address in str(caught.value)
    probe.mend()
    probe.set_temperature(-3.25)
    assert take(driver) == -3.25


def test_a_probe_may_be_unplugged_and_come_back(tree) -> None:
    probe = tree.add(21.5)
    driver = DS18B20(root=str(tree.root))
    probe.unplug()
    with pytest.raises(ChipNotFound):
        take(driver)
    probe.mend()
    assert take(driver) == 21.5


def test_85_degrees_are_true_near_85_degrees(tree) -> None:
    probe = tree.add(85.0)
    driver = DS18B20(root=str(tree.root))
    with pytest.raises(BadReading):
        take(driver)
    probe.set_temperature(84.9375)
    assert take(driver) == 84.9375
    probe.set_temperature(85.0)
    assert [take(driver), take(driver)] == [85.0, 85.0]
    probe.set_temperature(20)
    assert take(driver) == 20
    probe.fail_reading("power_on")
    with pytest.raises(BadReading):
        take(driver)


# Which probe


def test_one_probe_needs_no_address_and_several_do(tree) -> None:
    with pytest.raises(ChipNotFound, match=r"no probe is there: wiring, 4\.7 kOhm"):
        DS18B20(root=str(tree.root))
    tree.add(1.0)
    assert take(DS18B20(root=str(tree.root))) == 1.0
    tree.add(2.0)
    with pytest.raises(ChipNotFound, match="there is 28-000000000001, 28-000000000002: give its"):
        DS18B20(root=str(tree.root))
    assert take(DS18B20("28-000000000002", root=str(tree.root))) == 2.0


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("28-000000000009", "is not on the bus: there is 28-000000000001"),
        ("10-000000000001", "is another kind of chip"),
        ("../../etc", "write an address such as 28-"),
    ],
)
def test_a_wrong_address(tree, address: str, words: str) -> None:
    tree.add(1.0)
    with pytest.raises(ChipNotFound, match=words):
        DS18B20(address, root=str(tree.root))


def test_no_1_wire_at_all(tmp_path: Path) -> None:
    with pytest.raises(ChipNotFound, match="1-Wire is off: add dtoverlay=w1-gpio"):
        DS18B20(root=str(tmp_path))


# One conversion for all


@pytest.fixture
def two(tree) -> tuple[DS18B20, DS18B20]:
    return tuple(DS18B20(tree.add(t).address, root=str(tree.root)) for t in (1.0, 2.0))


def test_a_single_probe_converts_by_its_own_reading(tree) -> None:
    tree.add(1.0)
    assert DS18B20(root=str(tree.root)).start() == 0
    assert not tree.bulk_asked()


def test_several_probes_share_a_conversion(tree, two) -> None:
    assert [driver.start() for driver in two] == [0, 0]
    assert tree.bulk_asked()
    tree.bulk_state(1)
    assert [driver.read() for driver in two] == [(1.0,), (2.0,)]
    assert not tree.bulk_asked()
    two[0].start()
    assert tree.bulk_asked()


def test_an_old_conversion_is_not_shared(tree, two, monkeypatch) -> None:
    two[0].start()
    tree.bulk_state(1)
    later = w1_bulk.time.monotonic() + 5
    monkeypatch.setattr(w1_bulk.time, "monotonic", lambda: later)
    two[1].start()
    assert tree.bulk_asked()


def test_what_others_left_unread_is_replaced(tree) -> None:
    tree.add(1.0)
    driver = DS18B20(root=str(tree.root))
    tree.bulk_state(1)
    driver.start()
    assert tree.bulk_asked()


def test_a_conversion_under_way_is_waited_for(tree, two, monkeypatch) -> None:
    monkeypatch.setattr(w1_bulk, "optional_text", lambda _: "-1")
    assert two[0].start() == 750


def test_a_conversion_that_nobody_may_ask_for(tree, two, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(w1_bulk, "open", refuse, raising=False)
    assert [take(driver) for driver in two] == [1.0, 2.0]
    assert not tree.bulk_asked()


def test_a_bus_on_which_no_probe_converts(tree, two, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(w1_bulk, "open", fail, raising=False)
    assert take(two[0]) == 1.0


def test_an_old_kernel_converts_one_by_one(tree) -> None:
    tree.master.fail("therm_bulk_read", "no_file")
    drivers = [DS18B20(tree.add(t).address, root=str(tree.root)) for t in (1.0, 2.0)]
    assert [take(driver) for driver in drivers] == [1.0, 2.0]


def test_a_closed_driver_takes_no_part(tree, two) -> None:
    two[1].close()
    two[0].start()
    assert not tree.bulk_asked()


def test_the_master_is_the_parent_in_sysfs(tmp_path: Path) -> None:
    tree = W1Tree(tmp_path)
    probe = tree.add(5.0)
    second = tree.root / "sys/devices/w1_bus_master2"
    second.mkdir(parents=True)
    (second / "therm_bulk_read").write_text("1\n")
    os.rename(probe.path, second / probe.address)
    probe.path.symlink_to(second / probe.address)
    driver = DS18B20(root=str(tree.root))
    driver.start()
    assert (second / "therm_bulk_read").read_text() == "trigger\n"


def test_every_error_is_a_driver_error() -> None:
    assert issubclass(BadReading, DriverError)
