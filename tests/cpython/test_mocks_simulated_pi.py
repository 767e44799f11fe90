"""A whole simulated Raspberry Pi: what libraries and programs find on it, and not after it."""

import io
import os
from glob import glob
from pathlib import Path

import gpiozero
import pytest
import smbus2

from byteport_drivers.linux.ds18b20 import DS18B20
from byteport_drivers.linux.hcsr04 import HCSR04
from byteport_drivers.linux.pulse_counter import PulseCounter
from byteport_mocks.chips.max31855 import SimulatedMAX31855
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.chips.pms5003 import SimulatedPMS5003
from byteport_mocks.fronts.linux_files import moved
from byteport_mocks.hcsr04 import SimulatedHCSR04
from byteport_mocks.pulse_source import SimulatedPulses
from byteport_mocks.simulated_pi import SimulatedPi

# Buses


def test_a_part_is_where_it_was_attached(simulated_pi) -> None:
    near = simulated_pi.attach(SimulatedMCP9808(0x18))
    far = simulated_pi.attach(SimulatedMCP9808(0x19), "i2c-3")
    near.set(temperature=10)
    far.set(temperature=-10)
    simulated_pi.clock.sleep_ms(250)
    for number, address, raw in ((1, 0x18, 0x00A0), (3, 0x19, 0x1F60)):
        with smbus2.SMBus(number) as bus:
            data = bus.read_i2c_block_data(address, 0x05, 2)
        assert int.from_bytes(data, "big") & 0x1FFF == raw


def test_spi_and_serial_ports_are_found(simulated_pi) -> None:
    hot = simulated_pi.attach(SimulatedMAX31855(), "spi-0.1")
    simulated_pi.attach(SimulatedPMS5003(), "/dev/ttyUSB0")
    hot.set(temperature=100)
    simulated_pi.clock.sleep_ms(1000)
    import serial
    import spidev

    spi = spidev.SpiDev()
    spi.open(0, 1)
    assert int.from_bytes(spi.readbytes(4), "big") >> 18 == 400
    assert serial.Serial("/dev/ttyUSB0", timeout=0).read(2) == b"\x42\x4d"
    with pytest.raises(OSError, match="No such file"):
        serial.Serial("/dev/ttyUSB1")


def test_a_bus_that_is_none(simulated_pi) -> None:
    with pytest.raises(ValueError, match="'spi-0' is no bus for this part: write such as i2c-1"):
        simulated_pi.attach(SimulatedMAX31855(), "spi-0")


def test_after_it_all_is_as_before(tmp_path) -> None:
    before = open, io.open, os.stat, os.listdir, gpiozero.Device.pin_factory
    with SimulatedPi(tmp_path) as pi:
        assert open is not before[0]
        pin = pi.pin(4)
        assert gpiozero.Device.pin_factory.pin(4) is pin
    assert (open, io.open, os.stat, os.listdir, gpiozero.Device.pin_factory) == before
    with pytest.raises(RuntimeError, match="in the block that enters it"):
        SimulatedPi(tmp_path / "other").pin(4)


# Files


def test_a_probe_is_read_where_linux_has_it(simulated_pi) -> None:
    probe = simulated_pi.w1.add(temperature=-18.5)
    driver = DS18B20()
    driver.start()
    assert driver.read() == (-18.5,)
    path = f"/sys/bus/w1/devices/{probe.address}/w1_slave"
    with open(path) as file:
        assert Path(path).read_text() == file.read() != ""
    assert glob("/sys/bus/w1/devices/28-*/temperature") == [path.replace("w1_slave", "temperature")]
    assert os.path.isdir("/sys/bus/iio/devices")
    assert os.listdir("/sys/class/hwmon") == []


def test_folders_are_elsewhere_and_no_other(tmp_path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/file").write_text("1")
    with moved({"/no/such/folder": tmp_path / "here"}):
        with open("/no/such/folder/file") as file:
            assert file.read() == "1"
        assert Path("/no/such/folder/file").read_text() == "1"
        assert os.listdir("/no/such/folder") == os.listdir(Path("/no/such/folder")) == ["file"]
        assert [each.name for each in os.scandir("/no/such/folder")] == ["file"]
        assert not os.path.exists("/no/such/folder2")
        assert os.access("/no/such/folder/file", os.R_OK)
        assert os.path.exists(b"/proc")
        assert "file" not in os.listdir()
        number = os.open("/no/such/folder/file", os.O_RDONLY)
        with open(number) as file:
            assert file.read() == "1"
    assert not os.path.exists("/no/such/folder")


# Pins


def test_edges_have_virtual_times(simulated_pi) -> None:
    seen = []
    button = gpiozero.InputDevice(4, pull_up=True)
    button.pin.edges = "both"

    def on_edge(ticks, state) -> None:
        seen.append((round(ticks, 3), state))

    button.pin.when_changed = on_edge
    for _ in range(2):
        simulated_pi.clock.sleep_ms(1500)
        simulated_pi.pin(4).drive_low()
        simulated_pi.clock.sleep_ms(20)
        simulated_pi.pin(4).drive_high()
    assert seen == [(1.5, 0), (1.52, 1), (3.02, 0), (3.04, 1)]
    button.close()


def test_what_is_written_is_heard_once_a_change(simulated_pi) -> None:
    heard = []
    simulated_pi.pin(17).wired.append(heard.append)
    with gpiozero.OutputDevice(17) as relay:
        relay.on()
        relay.on()
        relay.off()
    assert [bool(level) for level in heard] == [True, False]
    with gpiozero.PWMOutputDevice(18) as fan:
        fan.value = 0.4
        assert simulated_pi.pin(18).state == 0.4


# Parts on pins


def ping(driver, pi) -> float:
    pi.clock.sleep_ms(driver.start())
    return driver.read()[0]


def test_a_distance_is_an_echo_as_long(simulated_pi) -> None:
    pi = simulated_pi
    sensor = SimulatedHCSR04(pi.pin(23), pi.pin(24), pi.clock)
    driver = HCSR04(23, 24, air_cel=20)
    lowest, highest, step = sensor.range()["distance"]
    for distance in (lowest + step, 42.0, highest - step):
        sensor.set(distance=distance)
        assert ping(driver, pi) == pytest.approx(distance, abs=step)
    assert sensor.pings == 3
    driver.close()


def test_nothing_in_sight_is_a_long_echo(simulated_pi) -> None:
    pi = simulated_pi
    sensor = SimulatedHCSR04(pi.pin(23), pi.pin(24), pi.clock)
    sensor.set(distance=None)
    trigger = gpiozero.OutputDevice(23)
    trigger.on()
    trigger.off()
    pi.clock.sleep_ms(30)
    assert pi.pin(24).state
    pi.clock.sleep_ms(10)
    assert not pi.pin(24).state
    trigger.close()


@pytest.mark.parametrize("bounces", [0, 3])
def test_pulses_come_at_their_rate(simulated_pi, bounces: int) -> None:
    pi = simulated_pi
    meter = SimulatedPulses(pi.pin(13), pi.clock, bounces=bounces)
    driver = PulseCounter(13, debounce_ms=20)
    meter.set(per_hour=720)
    pi.clock.sleep_ms(3_600_500)
    meter.set(per_hour=36)
    pi.clock.sleep_ms(3_600_500)
    meter.set(per_hour=0)
    pi.clock.sleep_ms(3_600_000)
    assert meter.count == driver.read()[0] == 756
    assert pi.pin(13).state
    driver.close()


def test_contacts_that_bounce_are_told_of_once_they_are_quiet(simulated_pi) -> None:
    pi = simulated_pi
    told = []
    with gpiozero.Button(4, bounce_time=0.02) as button:
        button.when_pressed = lambda: told.append("pressed")
        button.when_released = lambda: told.append("released")
        pin = pi.pin(4)
        for drive in (pin.drive_low, pin.drive_high, pin.drive_low):
            drive()
            pi.clock.advance_ms(19)
        assert told == []
        pi.clock.advance_ms(1)
        assert told == ["pressed"]
        pin.drive_high()
        pi.clock.advance_ms(19)
        pin.drive_low()  # a disturbance, and no release
        pi.clock.advance_ms(100)
        assert told == ["pressed"]
        pin.drive_high()
        pi.clock.advance_ms(100)
        assert told == ["pressed", "released"]
