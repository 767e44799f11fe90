"""What one `read()` leaves allocated on a board, the bus and its simulated chip apart.

The chip's answers are recorded and given again, as the chip itself allocates too.
"""

import gc
import sys

from byteport.errors import NotReady

MICROPYTHON = sys.implementation.name == "micropython"
MOST_STEPS = 8


class Recorder:
    """Passes a driver's calls on to a bus and keeps what came back, for `Replay`."""

    def __init__(self, bus):
        self._bus = bus
        self.answers = []

    def __getattr__(self, name):
        function = getattr(self._bus, name)

        def call(*args, **options):
            answer = function(*args, **options)
            last = args[-1] if args else None
            into = name.endswith("into") or name == "write_readinto"
            self.answers.append((answer, bytes(last) if into else None))
            return answer

        return call


class Replay:
    """A bus that gives recorded answers again and allocates nothing itself."""

    def __init__(self, answers):
        self._answers = answers
        self._at = 0

    def _next(self, buffer=None):
        answer, content = self._answers[self._at]
        self._at += 1
        if buffer is not None and content is not None:
            for index in range(len(buffer)):
                buffer[index] = content[index]
        return answer

    def readfrom_mem_into(self, _address, _register, buffer):
        return self._next(buffer)

    def readfrom_into(self, _address, buffer):
        return self._next(buffer)

    def readinto(self, buffer, _write=0):
        return self._next(buffer)

    def write_readinto(self, _data, buffer):
        return self._next(buffer)

    def readfrom_mem(self, _address, _register, _size):
        return self._next()

    def readfrom(self, _address, _size):
        return self._next()

    def writeto(self, _address, _data):
        return self._next()

    def writeto_mem(self, _address, _register, _data):
        return self._next()

    def write(self, _data):
        return self._next()

    def any(self):
        return self._next()


def allocated(function):
    """Return what a function returns, and the bytes that it leaves allocated, 0 on CPython."""
    if not MICROPYTHON:
        return function(), 0
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    answer = function()
    used = gc.mem_alloc() - before
    gc.enable()
    return answer, used


def read_allocates(driver, bus, clock):
    """Return the bytes that one read() leaves allocated on a 32-bit board, 0 on CPython.

    Of a driver that measures in steps it is the last step. Words are twice as long on a 64-bit
    build, so its bytes count half. The driver keeps its bus in `_i2c`, `_spi` or `_uart`.
    """
    attribute = "_" + driver.BUS
    recorder = Recorder(bus)
    setattr(driver, attribute, recorder)
    wait_ms = driver.start()
    for _ in range(MOST_STEPS):
        clock.sleep_ms(wait_ms)
        try:
            driver.read()
            break
        except NotReady:
            pass
    setattr(driver, attribute, Replay(recorder.answers))
    driver.start()
    used = None
    while used is None:
        try:
            used = allocated(driver.read)[1]
        except NotReady:
            gc.enable()
    setattr(driver, attribute, bus)
    return used // 2 if sys.maxsize > 1 << 31 else used
