"""What DHT11 and DHT22 have in common: two ways to ask, never too soon, never an old value."""

import time

from byteport.errors import ChipNotFound, NotReady
from byteport_drivers.dht_frame import decode
from byteport_drivers.linux.dht_wire import DHTWire
from byteport_drivers.linux.iio import IIO
from byteport_drivers.linux.kernel_files import entries, optional_text

_IIO = "/sys/bus/iio/devices"


class DHT:
    """One sensor on a pin: ``backend`` is "adafruit", or "iio" for the kernel's dht11 overlay.

    A sensor sends what it measured after the question before, so at long intervals its values
    are that old.
    """

    BUS = "gpio"
    CHANNELS = (("temperature", "Cel", 1), ("humidity", "%RH", 1))
    KIND = ""
    INTERVAL_MS = 0

    def __init__(
        self,
        pin: object,
        *,
        backend: str = "adafruit",
        use_pulseio: bool = False,
        root: str = "/",
    ) -> None:
        self._sensor = f"{self.KIND.lower()} at pin {pin}"
        self._asked_s: float | None = None
        self._wire: DHTWire | None = None
        if backend == "iio":
            device = _iio_device(self._sensor, pin, root)
            self._iio = IIO(device, ("temperature", "humidity"), root=root)
        elif backend == "adafruit":
            self._wire = DHTWire(self._sensor, self.KIND, pin, use_pulseio)
        else:
            raise ChipNotFound(f"{self._sensor}: backend is {backend!r}: write adafruit or iio")

    def start(self) -> int:
        """Return the milliseconds until the sensor may be asked again."""
        return self._wait_ms()

    def read(self) -> tuple[float, ...]:
        """Ask the sensor and return both values of its one answer."""
        if self._wait_ms():
            raise NotReady(f"{self._sensor} was asked less than {self.INTERVAL_MS} ms ago")
        self._asked_s = time.monotonic()
        if self._wire is None:
            return self._iio.read()
        return decode(self._wire.frame(), self.KIND == "DHT11", self._sensor)

    def close(self) -> None:
        """Give the pin back."""
        if self._wire is not None:
            self._wire.close()

    def _wait_ms(self) -> int:
        if self._asked_s is None:
            return 0
        since_ms = (time.monotonic() - self._asked_s) * 1000
        return max(0, -int((since_ms - self.INTERVAL_MS) // 1))


def _iio_device(sensor: str, pin: object, root: str) -> str:
    """Return the IIO device of the overlay: that of this pin, or the only one."""
    devices = root.rstrip("/") + _IIO
    names = {entry: optional_text(f"{devices}/{entry}/name") for entry in entries(devices)}
    found = [entry for entry, name in names.items() if name.startswith("dht11")]
    of_pin = [entry for entry in found if names[entry] in (f"dht11@{pin}", _unit_name(pin))]
    if len(of_pin or found) == 1:
        return (of_pin or found)[0]
    if found:
        raise ChipNotFound(f"{sensor}: there are {', '.join(names[entry] for entry in found)}")
    raise ChipNotFound(
        f"{sensor}: the kernel has no dht11: add dtoverlay=dht11,gpiopin={pin} to "
        "/boot/firmware/config.txt and restart"
    )


def _unit_name(pin: object) -> str:
    return f"dht11@{pin:x}" if isinstance(pin, int) else ""
