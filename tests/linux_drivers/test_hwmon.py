"""The hwmon driver on trees of files, by the rules of the kernel's hwmon/sysfs-interface."""

from pathlib import Path

import pytest

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux.hwmon import Hwmon
from byteport_mocks.linux_tree import HwmonTree


@pytest.fixture
def tree(tmp_path: Path) -> HwmonTree:
    return HwmonTree(tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "channel", "expected"),
    [
        ("temp1_input", -10125, ("temperature1", "Cel", 2), -10.125),
        ("in0_input", 3312, ("voltage0", "V", 3), 3.312),
        ("curr2_input", -250, ("current2", "A", 3), -0.25),
        ("power1_input", 5990000, ("power1", "W", 3), 5.99),
        ("power1_average", 1000, ("power1", "W", 3), 0.001),
        ("energy1_input", 1500000, ("energy1", "J", 3), 1.5),
        ("humidity1_input", 45100, ("humidity1", "%RH", 1), 45.1),
        ("fan3_input", 1200, ("fan3", "1/min", 0), 1200.0),
        ("freq1_input", 500000000, ("frequency1", "Hz", 0), 5e8),
    ],
)
def test_kinds_and_units(tree, file, text, channel, expected) -> None:
    tree.add("x", **{file: text})
    driver = Hwmon("x", root=str(tree.root))
    assert (channel,) == driver.CHANNELS
    assert driver.start() == 0
    assert driver.read() == (pytest.approx(expected),)


def test_labels_name_channels(tree) -> None:
    tree.add(
        "coretemp",
        temp1_input=48000,
        temp1_label="Package id 0",
        temp2_input=47000,
        temp2_label="Core 0",
        temp10_input=46000,
        temp3_input=45000,
        temp3_label="Core 0",
        temp1_max=100000,
    )
    driver = Hwmon("hwmon0", root=str(tree.root))
    assert dict(zip([c[0] for c in driver.CHANNELS], driver.read(), strict=True)) == {
        "package_id_0": 48.0,
        "core_0": 47.0,
        "core_0_temp3": 45.0,
        "temperature10": 46.0,
    }
    assert Hwmon("coretemp", ["core_0"], root=str(tree.root)).read() == (47.0,)


def test_a_wrong_name_says_what_there_is(tree) -> None:
    tree.add("coretemp", temp1_input=48000)
    with pytest.raises(ChipNotFound, match=r"hwmon nct6775: .*it has coretemp"):
        Hwmon("nct6775", root=str(tree.root))
    with pytest.raises(ChipNotFound, match="no channel 'fan1': it has temperature1"):
        Hwmon("coretemp", ["fan1"], root=str(tree.root))
    tree.add("empty")
    with pytest.raises(ChipNotFound, match="no channel that can be read"):
        Hwmon("empty", root=str(tree.root))


@pytest.mark.parametrize(
    ("how", "kind"), [("empty", BadReading), ("io_error", BadReading), ("no_file", ChipNotFound)]
)
def test_a_fault_is_a_typed_error_and_the_next_reading_works(tree, how, kind) -> None:
    folder = tree.add("x", temp1_input=21000, in1_input=5000)
    driver = Hwmon("x", root=str(tree.root))
    folder.fail("temp1_input", how)
    with pytest.raises(kind):
        driver.read()
    folder.mend()
    folder.set(temp1_input=22000)
    assert sorted(driver.read()) == [5.0, 22.0]
    folder.unplug()
    with pytest.raises(ChipNotFound, match="gone or another device"):
        driver.read()


def test_a_sensor_that_the_kernel_calls_faulty_is_refused(tree) -> None:
    folder = tree.add("x", temp1_input=-128000, temp1_fault=1)
    driver = Hwmon("x", root=str(tree.root))
    with pytest.raises(BadReading, match="calls temp1 faulty"):
        driver.read()
    folder.set(temp1_fault=0, temp1_input=20000)
    assert driver.read() == (20.0,)
