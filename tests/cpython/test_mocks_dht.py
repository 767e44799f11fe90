"""The simulated DHT sensors, read by adafruit-circuitpython-dht's own bit-banging."""

from types import ModuleType

import pytest

from byteport_mocks import SimulatedPin
from byteport_mocks.faults import FlipBit, NackAddress, nth
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22


@pytest.fixture
def adafruit_dht() -> ModuleType:
    with stand_ins():
        return pytest.importorskip("adafruit_dht")


def read(driver, kind, temperature, humidity):
    pin = SimulatedPin(poll_us=3)
    sensor = {"DHT11": SimulatedDHT11, "DHT22": SimulatedDHT22}[kind](pin)
    sensor.set(temperature=temperature, humidity=humidity)
    with virtual_time(pin.clock, driver):
        reader = getattr(driver, kind)(pin, use_pulseio=False)
        return reader.temperature, reader.humidity


def test_the_dht22(adafruit_dht, monkeypatch):
    assert read(adafruit_dht, "DHT22", 35.1, 65.2) == (35.1, 65.2)
    assert read(adafruit_dht, "DHT22", -10.1, 65.2) == (-10.1, 65.2)


def test_the_dht11(adafruit_dht):
    assert read(adafruit_dht, "DHT11", 21.5, 40) == (21.5, 40)


def test_faults_are_seen(adafruit_dht):
    pin = SimulatedPin(poll_us=3)
    sensor = SimulatedDHT22(pin)
    sensor.inject(NackAddress(when=nth(1)))
    sensor.inject(FlipBit(byte=1, bit=0, when=nth(2)))
    with virtual_time(pin.clock, adafruit_dht):
        with pytest.raises(RuntimeError, match="not found"):
            adafruit_dht.DHT22(pin, use_pulseio=False).measure()
        with pytest.raises(RuntimeError, match="Checksum"):
            adafruit_dht.DHT22(pin, use_pulseio=False).measure()
        adafruit_dht.DHT22(pin, use_pulseio=False).measure()
