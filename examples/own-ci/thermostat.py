"""A workshop's thermostat: reads an MCP9808, switches a heater's relay, stores both in Byteport.

    BYTEPORT_KEY=… python thermostat.py

This is a program as anybody has one. Nothing in it knows that it is tested.
"""

import os
import time

from gpiozero import OutputDevice
from smbus2 import SMBus

from byteport import Client
from byteport.errors import SendError

WANTED_CEL = 18.0
HYSTERESIS_CEL = 0.5
RELAY_PIN = 17
ADDRESS = 0x18
EVERY_S = 30


def read_celsius():
    with SMBus(1) as bus:
        high, low = bus.read_i2c_block_data(ADDRESS, 0x05, 2)
    raw = (high & 0x1F) << 8 | low
    return (raw - 0x2000 if raw & 0x1000 else raw) / 16


class Thermostat:
    def __init__(self, relay, client):
        self._relay = relay
        self._client = client
        self._unsent = []

    def step(self, now_s):
        """Measure, switch, and store; what cannot be stored now is stored later."""
        try:
            celsius = read_celsius()
        except OSError as error:
            self._relay.off()  # nobody knows how warm it is
            self._unsent.append(({"error": f"thermometer: {error.strerror}"}, now_s))
        else:
            self._switch(celsius)
            self._unsent.append(({"temp": celsius, "heating": int(self._relay.value)}, now_s))
        self._send()

    def _switch(self, celsius):
        if celsius < WANTED_CEL - HYSTERESIS_CEL:
            self._relay.on()
        elif celsius > WANTED_CEL + HYSTERESIS_CEL:
            self._relay.off()

    def _send(self):
        while self._unsent:
            fields, at_s = self._unsent[0]
            try:
                self._client.store(fields, timestamp=at_s)
            except SendError as error:
                print(error)
                return
            del self._unsent[0]


def main():
    client = Client("myownspace", os.environ["BYTEPORT_KEY"], "workshop")
    with OutputDevice(RELAY_PIN) as relay:
        thermostat = Thermostat(relay, client)
        while True:
            thermostat.step(int(time.time()))
            time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
