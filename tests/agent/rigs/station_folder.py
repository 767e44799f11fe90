"""A board's root with all that `flash` puts there, on the MicroPython that is most like an ESP32.

That has 32 bits and floats of 32 bits. `machine` and `network` are stand-ins of a few lines, so
that the heap is the station's own; it sends to a real server.
"""

from pathlib import Path

from board_rig import board_file, parsed_board, write_secrets

from byteport_agent.boards.board_files import board_files, needed_for
from byteport_agent.boards.board_modules import BoardModule
from byteport_agent.boards.compiling import compiled
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.clock import VirtualClock
from byteport_mocks.i2c import SimulatedI2C
from micropythons import run_micropython

INTERPRETER = "micropython32f"
HEAP = 64 * 1024
ELSEWHERE = "http://192.168.1.5:8080"  # as a board is not to send to itself

# what a life without failures never reads
ONLY_IN_TROUBLE = {
    "boot_report",
    "http_date",  # the time of the service's answers, where no time server answers
    "sensor_failures",
    "station_answers",
    "station_date",
    "station_halt",
    "wifi_join",
}

MACHINE = """
import time
DEEPSLEEP_RESET = 4
WDT_RESET = 3
starts = 0
done = None
registers = {registers!r}
def reset_cause():
    return 1
def reset():
    raise SystemExit("reset")
class WDT:
    def __init__(self, timeout):
        pass
    def feed(self):
        pass
class RTC:
    kept = b""
    def datetime(self, date=None):
        pass
    def memory(self, data=None):
        if data is None:
            return RTC.kept
        RTC.kept = data
class Pin:
    def __init__(self, number):
        pass
class I2C:
    def __init__(self, number, sda, scl, freq):
        pass
    def writeto_mem(self, address, register, data):
        global starts
        if len(data) == 1 and register == 0xF4:
            starts += 1
            if done:
                done(starts)
    def readfrom_mem(self, address, register, size):
        return registers[register - 0x88 : register - 0x88 + size]
    def readfrom_mem_into(self, address, register, buffer):
        for at in range(len(buffer)):  # a slice would be garbage that no bus makes
            buffer[at] = registers[register - 0x88 + at]
        if register == 0xF7:
            buffer[2] = starts & 15 << 4
"""

NETWORK = """
STA_IF = 0
STAT_GOT_IP = 1010
def hostname(name):
    pass
class WLAN:
    PM_NONE = 0
    def __init__(self, interface):
        self.joined = False
    def active(self, is_active):
        pass
    def config(self, **settings):
        pass
    def connect(self, ssid, key):
        self.joined = True
    def isconnected(self):
        return self.joined
    def status(self, param=None):
        return -61 if param else 1010
    def disconnect(self):
        self.joined = False
"""


def registers() -> bytes:
    """Return what a BME280 that has measured has from 0x88 on."""
    clock = VirtualClock()
    bus = SimulatedI2C(clock)
    bus.attach(SimulatedBME280())
    for register, value in ((0xF2, 1), (0xF4, 0x25)):
        bus.writeto_mem(0x76, register, bytes((value,)))
    clock.sleep_ms(50)
    return bytes(bus.readfrom_mem(0x76, register, 1)[0] for register in range(0x88, 0xFF))


class StationFolder:
    """A board's root, with all that `flash` writes there but for the firmware's own modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, bytes] = {}

    def flash(self, url: str, *fields: str) -> None:
        write_secrets(self.folder)
        output = f'[[output]]\ntype = "byteport"\nurl = "{ELSEWHERE}"\n'
        sensor = ('driver = "bme280"', "address = 0x76", 'interval = "200ms"', *fields)
        configuration = parsed_board(
            board_file(*sensor, board="ntp = []", output=output), self.folder
        )
        self.files = board_files(configuration, needed_for(configuration), None)
        station = self.files["/station.json"]
        self.files["/station.json"] = station.replace(ELSEWHERE.encode(), url.encode())
        for path, content in self.files.items():
            target = self.folder / path[1:]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self._stand_in("machine", MACHINE.format(registers=registers()))
        self._stand_in("network", NETWORK)

    def _stand_in(self, name: str, text: str) -> None:
        source = self.folder / f"{name}.py"
        source.write_text(text)
        (content,) = compiled((BoardModule(name, source, name),)).values()
        (self.folder / f"lib/{name}.mpy").write_bytes(content)

    def run(self, script: str, heap: int) -> str:
        """Run the station until it ends itself; return what the script printed."""
        path = self.folder / "start.py"
        path.write_text(script.format(folder=str(self.folder)))
        run = run_micropython(INTERPRETER, path, path=self.folder / "lib", heap=str(heap))
        assert run.returncode == 0, run.stdout + run.stderr
        return run.stdout

    def steady_cycle(self, url: str) -> tuple[int, int]:
        """Flash one with a median filter; return the bytes that a cycle makes and those it leaves.

        The former is a median: a PC that does other things too has a longer cycle now and then.
        """
        self.flash(
            url, 'fields = {temperature = {name = "porch_temp", median = 3}, humidity = "rh"}'
        )
        made, left = self.run(CYCLES, heap=4 * HEAP).split("\n= ")[1].split()
        return int(made), int(left)


STAND_INS = """
import gc, machine, network
gc.collect()
print(gc.mem_alloc())
"""

LIFE = """
import sys, gc, machine
def done(starts):
    if starts == 40:
        gc.collect()
        print("=", gc.mem_alloc(), " ".join(sorted(sys.modules)))
        raise SystemExit(0)
machine.done = done
from byteport import station
station.run({folder!r})
"""

CYCLES = """
import gc, machine
from byteport import station
class NoGarbage:
    def collect(self):
        pass
before = 0
made = [0] * 100
left = []
def done(starts):
    global before
    made[starts] = gc.mem_alloc() - before
    gc.collect()
    if starts in (20, 60):
        left.append(gc.mem_alloc())
    before = gc.mem_alloc()
    if starts == 61:
        print("=", sorted(made[21:61])[20], left[1] - left[0])
        raise SystemExit(0)
station.gc = NoGarbage()
gc.disable()
machine.done = done
station.run({folder!r})
"""
