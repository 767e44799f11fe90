"""The sysfs trees: the kernel's formats, settable and failing."""

import errno

import pytest

from byteport_mocks.linux_tree import HwmonTree, IIOTree, W1Tree


def test_a_probe_shows_the_kernels_text(tmp_path):
    probe = W1Tree(tmp_path).add(temperature=25.0625, serial=0x1B81C02)
    assert probe.path == tmp_path / "sys/bus/w1/devices/28-000001b81c02"
    assert (probe.path / "w1_slave").read_text() == (
        "91 01 4b 46 7f ff 0c 10 70 : crc=70 YES\n91 01 4b 46 7f ff 0c 10 70 t=25062\n"
    )
    assert (probe.path / "temperature").read_text() == "25062\n"
    probe.set_temperature(-10.125)
    assert (probe.path / "w1_slave").read_text().endswith(" t=-10125\n")


def test_w1thermsensor_reads_a_probe(tmp_path, monkeypatch):
    monkeypatch.setenv("W1THERMSENSOR_NO_KERNEL_MODULE", "1")
    w1thermsensor = pytest.importorskip("w1thermsensor")
    tree = W1Tree(tmp_path)
    probe = tree.add(temperature=-10.125)
    monkeypatch.setattr(w1thermsensor.W1ThermSensor, "BASE_DIRECTORY", tree.devices)
    sensor = w1thermsensor.W1ThermSensor()
    assert sensor.get_temperature() == -10.125
    probe.fail_reading("crc")
    with pytest.raises(w1thermsensor.SensorNotReadyError):
        sensor.get_temperature()
    probe.fail_reading("power_on")
    with pytest.raises(w1thermsensor.ResetValueError):
        sensor.get_temperature()


def test_a_probe_fails_in_the_kernels_ways(tmp_path):
    probe = W1Tree(tmp_path).add()
    slave = probe.path / "w1_slave"
    probe.fail_reading("crc")
    assert " NO\n" in slave.read_text()
    probe.fail_reading("empty")
    assert slave.read_text() == ""
    probe.fail_reading("io_error")
    with pytest.raises(OSError) as caught:
        slave.read_text()
    assert caught.value.errno == errno.EIO
    probe.fail_reading("no_file")
    assert not slave.exists()
    probe.unplug()
    assert not probe.path.exists()
    probe.mend()
    assert slave.read_text().endswith(" t=21500\n")
    probe.fail_reading("power_on")
    assert slave.read_text().endswith(" t=85000\n")


def test_many_probes_converting_at_once(tmp_path):
    tree = W1Tree(tmp_path)
    first, second = tree.add(20), tree.add(30)
    master = tree.devices / "w1_bus_master1"
    assert (master / "w1_master_slaves").read_text().split() == [first.address, second.address]
    assert not tree.bulk_asked()
    (master / "therm_bulk_read").write_text("trigger\n")
    assert tree.bulk_asked()
    tree.bulk_state(-1)
    assert (master / "therm_bulk_read").read_text() == "-1\n"


def test_iio_and_hwmon(tmp_path):
    device = IIOTree(tmp_path).add("bme280", in_temp_input=21500, in_pressure_input="100.5")
    assert device.path == tmp_path / "sys/bus/iio/devices/iio:device0"
    assert (device.path / "name").read_text() == "bme280\n"
    device.set(in_temp_input=-3000)
    assert (device.path / "in_temp_input").read_text() == "-3000\n"
    device.fail("in_temp_input")
    with pytest.raises(OSError):
        (device.path / "in_temp_input").read_text()
    device.fail("in_temp_input", "rubbish")
    assert (device.path / "in_temp_input").read_text() == "rubbish"
    device.mend()
    assert (device.path / "in_temp_input").read_text() == "-3000\n"
    tree = HwmonTree(tmp_path)
    tree.add("cpu_thermal", temp1_input=48200)
    chip = tree.add("ina219", in1_input=11980)
    assert (tmp_path / "sys/class/hwmon/hwmon1/in1_input").read_text() == "11980\n"
    chip.unplug()
    assert [path.name for path in tree.devices.iterdir()] == ["hwmon0"]
