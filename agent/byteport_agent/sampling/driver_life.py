"""A sensor's driver from one failure to the next: made when it is needed, dropped when it fails.

A driver that is made anew proves the chip and loads its calibration again, so a chip that was
exchanged or lost its power is never read with what its predecessor told.
"""

from collections.abc import Callable, Sequence

from byteport.errors import BadReading, DriverError, NotReady
from byteport_agent.command_errors import CommandError
from byteport_agent.config.sections import Sensor
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.record import Channels
from byteport_agent.sampling.lanes import Lane
from byteport_agent.sampling.surroundings import Surroundings

_KEPT_FAILURES = 3  # in a row; a sensor that answers, if wrongly, is not begun anew at once


class DriverLife:
    """The driver of one sensor, None between its lives; ``on_event`` gets what it tells by itself.

    Used in the lane's turn. The bus is closed with the last driver on its lane, and opened anew:
    a serial adapter that was pulled out comes back as another device.
    """

    def __init__(
        self,
        sensor: Sensor,
        lane: Lane,
        around: Surroundings,
        on_event: Callable[[Sequence[object]], object],
    ) -> None:
        self._sensor = sensor
        self._lane = lane
        self._around = around
        self._on_event = on_event
        self._made: MadeDriver | None = None
        self._row = 0

    @property
    def alive(self) -> bool:
        return self._made is not None

    @property
    def place(self) -> str:
        """Where it is, as far as that is known."""
        return self._made.place if self._made else self._sensor.place

    @property
    def channels(self) -> Channels:
        driver = self._made.driver if self._made else self._sensor.found.kind
        channels: Channels = getattr(driver, "CHANNELS", ())
        return channels

    def start(self) -> int:
        """Begin a measurement, with a new driver if there is none; return ms until it is done."""
        if self._made is None:
            self._made = self._around.make(self._sensor)
            self._lane.users.add(self._sensor.name)
            if hasattr(self._made.driver, "watch"):
                self._made.driver.watch(self._on_event)
        return int(self._made.driver.start())

    def read(self) -> Sequence[object]:
        """Return a sample; NotReady where there is no driver that could have begun one."""
        if self._made is None:
            raise NotReady(f"{self._sensor.driver} was not started")
        values: Sequence[object] = self._made.driver.read()
        return values

    def succeeded(self) -> None:
        self._row = 0

    def failed(self, error: Exception) -> None:
        """Drop the driver where its next life may go better."""
        self._row += 1
        answers = isinstance(error, (BadReading, NotReady))
        if not answers or self._row >= _KEPT_FAILURES:
            self.drop()

    def drop(self) -> None:
        """Close the driver, and the bus behind the last one on it."""
        made, self._made = self._made, None
        self._row = 0
        try:
            if made is not None:
                made.close()
        except Exception as error:  # it fails already, and that has been told
            self._around.warn(self._sensor.name, f"its driver does not close: {error}")
        self._lane.users.discard(self._sensor.name)
        if self._sensor.bus and not self._lane.users:
            self._around.buses.let_go(self._sensor.bus)

    def words(self, error: Exception) -> str:
        """Return what an error means for whoever has to mend it."""
        if isinstance(error, OSError) and self._made is not None:
            return self._made.error_text(error)
        if isinstance(error, (DriverError, CommandError, OSError)):
            return str(error)
        return f"{self._sensor.driver} failed: {type(error).__name__}: {error}"
