"""Gets a DHT's 40 bits through adafruit-circuitpython-dht, which knows how to bit-bang a Pi's pin.

Of the library only the pulses are used: its values may be old ones, its checks let zeros pass, and
a DHT11's minus sign is lost. Its other way, pulseio, replaces this process's SIGTERM handler when
it is imported and runs a helper at full load: it stays away unless it is asked for, and then the
handler is put back.
"""

import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from threading import current_thread, main_thread
from types import ModuleType
from typing import Any

from byteport.errors import BadReading, ChipNotFound

_PULSES = 80  # low and high of 40 bits
_ONE_US = 51  # the library's own border between the highs of 0 and 1
_NOISE = 10


class DHTWire:
    """The wire to one sensor; one object of the library for as long as this lives."""

    def __init__(self, sensor: str, kind: str, pin: object, use_pulseio: bool) -> None:
        self._sensor = sensor
        library = _library(sensor, use_pulseio)
        try:
            self._device: Any = getattr(library, kind)(_pin(pin), use_pulseio=use_pulseio)
        except (ValueError, RuntimeError, NotImplementedError, OSError, AttributeError) as error:
            raise ChipNotFound(f"{sensor}: {error}") from None
        self._pulses: Any = getattr(
            self._device, "_get_pulses_pulseio" if use_pulseio else "_get_pulses_bitbang", None
        )
        if self._pulses is None:
            raise ChipNotFound(
                f"{sensor}: this adafruit-circuitpython-dht is unknown here: install 4.0.12"
            )

    def frame(self) -> bytes:
        """Ask the sensor and return its five bytes; the library takes 0.35 s for that."""
        try:
            pulses = self._pulses()
        except (RuntimeError, OSError, ValueError) as error:
            raise BadReading(f"{self._sensor}: {error}") from None
        if len(pulses) < _NOISE:
            raise ChipNotFound(f"{self._sensor} does not answer: wiring, power or pin?")
        if len(pulses) < _PULSES:
            raise BadReading(f"{self._sensor}: {len(pulses)} of {_PULSES} pulses came")
        return bits(pulses)

    def close(self) -> None:
        """End what the library has started."""
        self._device.exit()


def bits(pulses: Sequence[int]) -> bytes:
    """Return five bytes of 80 lengths in microseconds, low and high in turn."""
    frame = 0
    for high_us in pulses[1:_PULSES:2]:
        frame = frame << 1 | (high_us > _ONE_US)
    return frame.to_bytes(5, "big")


def _pin(pin: object) -> object:
    """Return Blinka's pin for a BCM number or a name such as "D4"; another object as it is."""
    if not isinstance(pin, (int, str)):
        return pin
    name = f"D{pin}" if isinstance(pin, int) or pin.isdigit() else pin
    return getattr(import_module("board"), name)


def _library(sensor: str, use_pulseio: bool) -> ModuleType:
    try:
        library = _without_pulseio()
        if use_pulseio:
            library.PulseIn = _pulse_in()  # type: ignore[attr-defined]
    except ModuleNotFoundError as error:
        raise ChipNotFound(
            f"{sensor} needs the package {error.name}: pip install 'byteport-agent[dht]', "
            'or use the kernel\'s driver with backend = "iio"'
        ) from None
    except (ImportError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ChipNotFound(f"{sensor}: Blinka cannot be used here: {error}") from None
    return library


def _without_pulseio() -> ModuleType:
    loaded = sys.modules.get("adafruit_dht")
    if loaded is not None:
        return loaded
    before = sys.modules.pop("pulseio", None)
    modules: dict[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    modules["pulseio"] = None  # its import fails, which the library foresees
    try:
        return import_module("adafruit_dht")
    finally:
        del sys.modules["pulseio"]
        if before is not None:
            sys.modules["pulseio"] = before


def _pulse_in() -> object:
    handler = signal.getsignal(signal.SIGTERM)
    try:
        return import_module("pulseio").PulseIn
    finally:
        if current_thread() is main_thread() and handler is not None:
            signal.signal(signal.SIGTERM, handler)
