"""The number of processes on this machine: a driver in one file, used by its path.

    byteport-agent once ./my_sensor.py:MySensor
    driver = "./my_sensor.py:MySensor"              # in a configuration, relative to it

Copy this file, change what it reads, and keep the rules: start() begins a measurement and returns
the milliseconds it takes; read() returns one new value for each of CHANNELS, or raises. It never
sleeps and never gives an old value.
"""

import os

from byteport.errors import BadReading


class MySensor:
    """Counts the directories of /proc that are processes; ``root`` is where /proc is."""

    BUS = "kernel"
    CHANNELS = (("processes", "count", 0),)  # name, SenML unit, decimals

    def __init__(self, *, root: str = "/proc") -> None:
        self._root = root

    def start(self) -> int:
        return 0

    def read(self) -> tuple[float]:
        try:
            count = sum(name.isdigit() for name in os.listdir(self._root))
        except OSError as error:
            raise BadReading(f"processes: {self._root}: {error.strerror}") from None
        return (count,)
