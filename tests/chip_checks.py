"""What every driver is put through on its simulated chip; runs on CPython and MicroPython alike.

`take` measures once, `sweep` goes through the chip's whole range, `survive` injects faults,
`read_allocates` counts the bytes that one `read()` takes on a board.
"""

import gc
import sys

from byteport.errors import DriverError

MICROPYTHON = sys.implementation.name == "micropython"


def take(driver, clock):
    """Measure once, as the agent does: start, wait as told, read."""
    clock.sleep_ms(driver.start())
    return driver.read()


def names(driver):
    return [channel[0] for channel in driver.CHANNELS]


def check_near(driver, reading, wanted, tolerances):
    """Compare a reading with {channel: value} within {channel: tolerance}."""
    assert len(reading) == len(driver.CHANNELS)
    for name, value in zip(names(driver), reading):
        if name in wanted:
            off = abs(value - wanted[name])
            assert off <= tolerances[name], (name, value, wanted[name], tolerances[name])


def sweep(driver, chip, clock, steps=24, slack=1.0, channels=None):
    """Set every channel from lowest to highest and expect each back within slack * resolution.

    On a 32-bit float build the tolerance grows by what such a float cannot hold.
    """
    spans = chip.range()
    swept = channels or [name for name in names(driver) if name in spans]
    for name in swept:
        low, high, resolution = spans[name]
        for step in range(steps + 1):
            value = low + (high - low) * step / steps
            chip.set(**{name: value})
            tolerance = slack * resolution + abs(value) * 1e-6
            check_near(driver, take(driver, clock), {name: value}, {name: tolerance})
        chip.set(**{name: (low + high) / 2})


def survive(driver, bus, faults, clock, wanted, tolerances, retries=3):
    """With each fault: a typed error or the right values; without it: the right values again.

    After a fault the driver may need a few attempts (each may raise NotReady, BadReading or an
    OSError), as the agent makes them; it must come back without a new object.
    """
    check_near(driver, take(driver, clock), wanted, tolerances)
    for fault in faults:
        bus.inject(fault)
        for _ in range(2):
            try:
                check_near(driver, take(driver, clock), wanted, tolerances)
            except (DriverError, OSError):
                pass
        bus.clear()
        check_near(driver, take_after_fault(driver, clock, retries), wanted, tolerances)


def take_after_fault(driver, clock, retries=3):
    for _ in range(retries):
        try:
            return take(driver, clock)
        except (DriverError, OSError):
            clock.sleep_ms(1000)
    return take(driver, clock)


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

    def rewind(self):
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


def read_allocates(driver, bus_attribute, bus, clock):
    """Return the bytes that one read() leaves allocated on a board, 0 on CPython.

    Words are twice as long on a 64-bit build, so its bytes count half.
    ``bus_attribute`` names where the driver keeps its bus ("_i2c"); it is replaced for the test.
    """
    if not MICROPYTHON:
        return 0
    recorder = Recorder(bus)
    setattr(driver, bus_attribute, recorder)
    take(driver, clock)
    replay = Replay(recorder.answers)
    setattr(driver, bus_attribute, replay)
    take(driver, clock)
    replay.rewind()
    driver.start()  # a driver may refuse to read a sample twice
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    driver.read()
    used = gc.mem_alloc() - before
    gc.enable()
    setattr(driver, bus_attribute, bus)
    return used // 2 if sys.maxsize > 1 << 31 else used
