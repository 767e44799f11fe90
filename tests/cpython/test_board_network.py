"""What Wi-Fi and time cost a board: bytes of .mpy, heap, and no garbage while nothing happens."""

from pathlib import Path

from compiled_core import board


def size(core: Path, name: str) -> int:
    return (core / "byteport" / f"{name}.mpy").stat().st_size


def test_sizes(core: Path) -> None:
    for name, most in (("wifi", 3100), ("clock", 2100), ("sntp", 800), ("digits", 256)):
        assert size(core, name) <= most, name


IDLE_SCRIPT = """
import gc
import sys

class WLAN:
    PM_NONE = 0
    answers = [False, 1001]
    def __init__(self, interface):
        pass
    def active(self, on):
        pass
    def config(self, **settings):
        pass
    def connect(self, ssid, key):
        pass
    def disconnect(self):
        pass
    def isconnected(self):
        return self.answers[0]
    def status(self, param=None):
        if param:
            raise OSError("Wifi Not Connected")
        return self.answers[1]

class Network:
    STA_IF = 0
    STAT_GOT_IP = 1010

Network.WLAN = WLAN
sys.modules["network"] = Network
from byteport.wifi import JOINING, OFF, UP, WAITING, Wifi
from byteport.clock import Clock
clock = Clock()

def garbage(function, argument):
    gc.collect()
    gc.disable()
    function(argument)
    before = gc.mem_alloc()
    for _ in range(100):
        function(argument)
    made = gc.mem_alloc() - before
    gc.enable()
    return made // 100

def age(_):
    return clock.age_s

wifi = Wifi([{"ssid": "home", "password": "secret"}])
for state, answers, now in (
    (OFF, (False, 1000), 0),
    (JOINING, (False, 1001), 10),
    (JOINING, (False, 201), 20),
    (WAITING, (False, 201), 3000),
    (JOINING, (False, 201), 8000),
    (UP, (True, 1010), 9000),
):
    WLAN.answers = answers
    if state != OFF:
        wifi.on(now)
        wifi.poll(now)
        wifi.poll(now)
    assert wifi.poll(now) == state, (state, wifi.state, wifi.reason)
    print(garbage(wifi.poll, now))
print(garbage(clock.at, 5))
clock.set(820540800 + 86400, 0, 0, "ntp", 10)
print(garbage(clock.at, 5), garbage(age, None))
"""


def test_a_poll_where_nothing_happens_makes_no_garbage_and_a_time_is_its_pair(core: Path) -> None:
    made = [int(number) for number in board(core, IDLE_SCRIPT).split()]
    assert made == [0, 0, 0, 0, 0, 0, 16, 16, 0]


HEAP_SCRIPT = """
import gc
import byteport.compat
gc.collect()
before = gc.mem_alloc()
import byteport.wifi
gc.collect()
wifi = gc.mem_alloc()
import byteport.clock
gc.collect()
print(wifi - before, gc.mem_alloc() - wifi)
"""


def test_heap_that_the_modules_take(core: Path) -> None:
    (core / "byteport" / "__init__.mpy").rename(core / "client")  # it would load the client
    try:
        wifi, clock = (int(number) for number in board(core, HEAP_SCRIPT).split())
    finally:
        (core / "client").rename(core / "byteport" / "__init__.mpy")
    print(wifi, clock)
    assert wifi <= 8192
    assert clock <= 4096
