"""A simulated board under `pty_firmware`, for a station that measures and sends in real time.

It is imported while this machine's files can still be; what is on the board's file system says what
is wired to it. Runs on MicroPython.
"""

import json
import sys
import time

from byteport_mocks.board import SimulatedBoard, station_parts
from byteport_mocks.board.store_service import StoreService
from byteport_mocks.board.weather import Weather
from byteport_mocks.chips import bme280, ds18b20  # noqa: F401 (before their files are gone)
from byteport_mocks.clock import VirtualClock

for name in [name for name in sys.modules if name.split(".")[0] == "byteport"]:
    del sys.modules[name]  # the station loads what was flashed


class RealClock(VirtualClock):
    """A clock on which a sleep takes its time."""

    def sleep_us(self, us):
        time.sleep_us(us)
        super().sleep_us(us)


def enter():
    """Give the interpreter a board's modules; wire and serve what station.json wants."""
    board = SimulatedBoard("esp32", clock=RealClock())
    try:
        with open("/station.json") as file:
            station = json.load(file)
        with open("/secrets.json") as file:
            secrets = json.load(file)
    except OSError:
        station = None  # it is empty yet
    if station:
        wire(board, station, secrets)
    board.__enter__()


def wire(board, station, secrets):
    board.wifi.join_ms = 50
    for network, password in zip(station["board"]["wifi"], secrets["wifi"]):
        board.wifi.add_network(network["ssid"], password)
    weather = Weather()
    weather.at(board.utc_s)
    for sensor in station["sensors"]:
        part = station_parts.part_for(board, sensor, station["board"]["buses"])
        part.measures(weather)
    device = station["device"]
    service = StoreService(board, device["namespace"], secrets["key"], device["uid"])
    service.keep = lambda timestamp, fields: print("D stored", timestamp, fields)
    host, _, port = station["output"]["url"].split("/")[2].partition(":")
    board.internet.serve(host, int(port or 80), service)
