"""The thermostat on a simulated Raspberry Pi, with a simulated Byteport, in no time at all."""

import pytest
from gpiozero import OutputDevice
from thermostat import EVERY_S, RELAY_PIN, Thermostat

from byteport import Client
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import NackAddress
from byteport_mocks.scripted_server import Reply

BEGIN_S = 1_780_308_000


class Workshop:
    """The thermostat's surroundings; ``run`` lets it do its steps in virtual time."""

    def __init__(self, pi, thermostat):
        self.pi = pi
        self.chip = pi.attach(SimulatedMCP9808(0x18))
        self.thermostat = thermostat

    def run(self, minutes):
        for _ in range(minutes * 60 // EVERY_S):
            self.pi.clock.sleep_ms(EVERY_S * 1000)
            self.thermostat.step(BEGIN_S + self.pi.clock.ticks_ms() // 1000)

    @property
    def heats(self):
        return bool(self.pi.pin(RELAY_PIN).state)


@pytest.fixture
def workshop(simulated_pi, chaos_server):
    client = Client("myownspace", "key", "workshop", url=chaos_server.url)
    with OutputDevice(RELAY_PIN) as relay:
        yield Workshop(simulated_pi, Thermostat(relay, client))
    client.close()


@pytest.mark.parametrize(("celsius", "heats"), [(-5, True), (17.4375, True), (18.5625, False)])
def test_it_heats_when_it_is_cold(workshop, celsius, heats):
    workshop.chip.set(temperature=celsius)
    workshop.run(minutes=1)
    assert workshop.heats == heats


def test_it_does_not_flutter(workshop):
    workshop.chip.set(temperature=17)
    workshop.run(minutes=1)
    for celsius in (17.75, 18.25, 18.5, 18.25, 18.5):
        workshop.chip.set(temperature=celsius)
        workshop.run(minutes=1)
        assert workshop.heats


def test_a_thermometer_that_fails_switches_the_heater_off(workshop, chaos_server):
    workshop.chip.set(temperature=5)
    workshop.run(minutes=1)
    assert workshop.heats
    workshop.pi.i2c[1].inject(NackAddress())
    workshop.run(minutes=1)
    assert not workshop.heats
    assert "thermometer: " in chaos_server.messages[-1].text


def test_no_reading_is_lost_while_byteport_is_down(workshop, chaos_server):
    workshop.chip.set(temperature=20)
    workshop.run(minutes=5)
    outage = chaos_server.inject(Reply(503))
    workshop.run(minutes=30)
    assert outage.hits
    chaos_server.clear()
    workshop.run(minutes=5)
    times = [reading.ts_ms for reading in chaos_server.kept]
    assert times == [(BEGIN_S + EVERY_S * step) * 1000 for step in range(1, 81)]
    assert set(chaos_server.values("temp")) == {"20.0"}
