"""The iio driver on trees of files, by the rules of the kernel's sysfs-bus-iio."""

from pathlib import Path

import pytest

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux.iio import IIO
from byteport_mocks.linux_tree import Folder, IIOTree


@pytest.fixture
def tree(tmp_path: Path) -> IIOTree:
    return IIOTree(tmp_path)


def read(driver: IIO) -> dict[str, tuple[float, str]]:
    assert driver.start() == 0
    values = driver.read()
    return {
        name: (round(value, 9), unit)
        for (name, unit, _), value in zip(driver.CHANNELS, values, strict=True)
    }


def one(tree: IIOTree, **attributes: object) -> tuple[float, str]:
    tree.add("x", **attributes)
    ((value),) = read(IIO("x", root=str(tree.root))).values()
    return value


def bme280(tree: IIOTree) -> Folder:
    return tree.add(
        "bme280",
        in_temp_input=21480,
        in_humidityrelative_input="45125.000000",
        in_pressure_input="100.653267578",
        in_temp_oversampling_ratio=2,
        sampling_frequency=10,
    )


def test_values_that_the_kernel_computed(tree) -> None:
    bme280(tree)
    assert read(IIO("bme280", root=str(tree.root))) == {
        "humidity": (45.125, "%RH"),
        "pressure": (1006.53267578, "hPa"),
        "temperature": (21.48, "Cel"),
    }


def test_channels_are_given_in_the_order_asked_for(tree) -> None:
    bme280(tree)
    driver = IIO("bme280", ["temperature", "pressure"], root=str(tree.root))
    assert driver.CHANNELS == (("temperature", "Cel", 2), ("pressure", "hPa", 2))
    assert driver.read() == (21.48, pytest.approx(1006.53267578))


def test_scale_and_offset(tree) -> None:
    # (raw + offset) * scale in 0.001 Cel
    assert one(tree, in_temp_raw=26000, in_temp_offset=-4368, in_temp_scale=2.68127) == (
        pytest.approx(58.00122864 + 0, abs=1e-3),
        "Cel",
    )


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"in_voltage0_raw": 16384, "in_voltage0_scale": 0.125}, (2.048, "V")),
        ({"in_voltage3_raw": -8000, "in_voltage_scale": 0.125}, (-1.0, "V")),
        ({"in_voltage0-voltage1_raw": 8000, "in_voltage-voltage_scale": 0.25}, (2.0, "V")),
        ({"in_voltage0-voltage1_raw": 8000, "in_voltage_scale": 0.25}, (2.0, "V")),
        ({"in_current1_raw": 1000, "in_current_scale": "1.000000000"}, (1.0, "A")),
        ({"in_illuminance_raw": 100, "in_illuminance_scale": 0.5}, (50.0, "lx")),
        ({"in_intensity_both_raw": 12}, (12.0, "/")),
        ({"in_accel_z_raw": 16384, "in_accel_scale": 0.000598}, (9.797632, "m/s2")),
        ({"in_anglvel_x_raw": -100, "in_anglvel_scale": 0.001}, (-0.1, "rad/s")),
        ({"in_magn_y_raw": 500, "in_magn_scale": 0.001}, (0.00005, "T")),
        ({"in_concentration_co2_raw": 500, "in_concentration_co2_scale": 0.0001}, (0.05, "%")),
        ({"in_proximity_raw": 3}, (3.0, "m")),
        ({"in_resistance_raw": 12000, "in_resistance_scale": 1}, (12000.0, "Ohm")),
        ({"in_pressure_raw": 1000, "in_scale": 0.1}, (1000.0, "hPa")),
        ({"in_temp_ambient_raw": 100, "in_temp_ambient_scale": 62.5}, (6.25, "Cel")),
        ({"in_incli_x_raw": 400, "in_incli_scale": 0.025}, (10.0, "deg")),
        ({"in_rot_yaw_raw": 1440, "in_rot_scale": 0.0625}, (90.0, "deg")),
        ({"in_accel_x_raw": 16384, "scale": 0.000598}, (9.797632, "m/s2")),  # cros_ec
        ({"in_accel_x_raw": 1000, "in_accel_scale": 0.01, "scale": 5}, (10.0, "m/s2")),
    ],
)
def test_kinds_and_units(tree, attributes, expected) -> None:
    assert one(tree, **attributes) == (pytest.approx(expected[0]), expected[1])


def test_a_hid_inclinometer_counts_in_radians(tree) -> None:
    """hid-sensor-attributes.c scales tenths of a degree by 0.0017453293."""
    tree.add("incli_3d", in_incli_x_raw=629, in_incli_scale="0.001745329")
    ((value, unit),) = read(IIO("incli_3d", root=str(tree.root))).values()
    assert (value, unit) == (pytest.approx(62.9, abs=1e-3), "deg")


def test_names_of_channels(tree) -> None:
    attributes = ("in_voltage10_raw", "in_voltage2_raw", "in_voltage0-voltage1_raw")
    tree.add("adc", **dict.fromkeys((*attributes, "in_accel_x_raw", "in_temp0_raw"), 1))
    names = {channel[0] for channel in IIO("adc", root=str(tree.root)).CHANNELS}
    assert names == {"voltage10", "voltage2", "voltage0_1", "accel_x", "temperature0"}


def test_what_the_kernel_computed_goes_before_raw(tree) -> None:
    assert one(tree, in_temp_raw=1, in_temp_scale=1, in_temp_input=21000) == (21.0, "Cel")


def test_a_new_value_is_read_each_time(tree) -> None:
    folder = tree.add("x", in_temp_input=1000)
    driver = IIO("x", root=str(tree.root))
    for value in (1000, -40000, 85000):
        folder.set(in_temp_input=value)
        assert driver.read() == (value / 1000,)


@pytest.mark.parametrize("wanted", ["bme280", "iio:device1", "porch", "1-0076"])
def test_a_device_has_several_names(tree, wanted: str) -> None:
    tree.add("other", in_temp_input=1)
    folder = tree.add("bme280", in_temp_input=21000, label="porch")
    real = tree.root / "sys/devices/i2c-1/1-0076" / folder.path.name
    real.parent.mkdir(parents=True)
    folder.path.rename(real)
    folder.path.symlink_to(real)
    assert IIO(wanted, root=str(tree.root)).read() == (21.0,)


def test_a_wrong_name_says_what_there_is(tree) -> None:
    with pytest.raises(ChipNotFound, match="is its overlay or module loaded"):
        IIO("bme280", root=str(tree.root))
    tree.add("ads1015", in_voltage0_raw=1)
    tree.add("ads1015", in_voltage0_raw=1)
    with pytest.raises(ChipNotFound, match="no such device: it has ads1015, ads1015"):
        IIO("bme280", root=str(tree.root))
    with pytest.raises(ChipNotFound, match="there are iio:device0, iio:device1: write which"):
        IIO("ads1015", root=str(tree.root))
    with pytest.raises(ChipNotFound, match="has no channel 'temp': it has voltage0"):
        IIO("iio:device0", ["temp"], root=str(tree.root))
    tree.add("trigger", sampling_frequency=1)
    with pytest.raises(ChipNotFound, match="has no channel that can be read"):
        IIO("trigger", root=str(tree.root))


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("empty", BadReading, "is empty"),
        ("io_error", BadReading, "errno 5"),
        ("no_file", ChipNotFound, "is gone"),
        ("nan\n", BadReading, "holds no number: 'nan'"),
        ("21,5\n", BadReading, "holds no number"),
        ("1" * 5000, BadReading, "longer than 4096"),
    ],
)
def test_a_fault_is_a_typed_error_and_the_next_reading_works(tree, how, kind, words) -> None:
    folder = bme280(tree)
    driver = IIO("bme280", root=str(tree.root))
    before = driver.read()
    for attribute in ("in_temp_input", "in_humidityrelative_input"):
        folder.fail(attribute, how)
        with pytest.raises(kind, match=words):
            driver.read()
        folder.mend()
        assert driver.read() == before


def test_a_device_that_goes_and_another_that_takes_its_number(tree) -> None:
    folder = bme280(tree)
    driver = IIO("bme280", root=str(tree.root))
    folder.unplug()
    with pytest.raises(ChipNotFound, match="is gone or another device"):
        driver.read()
    folder.mend()
    folder.set(name="bmp280")
    with pytest.raises(ChipNotFound):
        driver.read()
    folder.set(name="bme280")
    assert driver.read()
