"""The simulated part that a sensor of station.json measures with, wired where its driver looks.

part = part_for(board, sensor, buses)    # None: there is no such part
part.measures(weather)                   # from now on this
part.unplug()
part.plug()
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport_mocks.board.simulated_board import SimulatedBoard
    from byteport_mocks.board.weather import Weather

_CHIPS = "byteport_mocks.chips."
_ONE_FILE = {"mcp3004": "mcp3008", "mcp3204": "mcp3008", "mcp3208": "mcp3008"}
_FULL_VOLTS = 3.1
_EVENTS = 0.1  # how likely an input changes from one look to the next
_PULSE_US = 20000
_PULSE_PERIOD_US = 100000


_OWN = ("esp32", "dht11", "dht22", "ds18x20", "gpio", "pulse_counter", "adc")


def has_part(driver: str) -> bool:
    """Tell whether there is a simulated part for a driver."""
    return driver in _OWN or _chip_class(driver) is not None


def part_for(
    board: "SimulatedBoard", sensor: "dict[str, Any]", buses: "dict[str, Any]"
) -> "Part | None":
    """Wire what a sensor's driver expects; return it."""
    driver = sensor["driver"]
    if driver == "esp32":
        return Part()  # the board itself
    if driver in ("dht11", "dht22"):
        return DHTPart(board, driver, sensor["pin"])
    if driver == "ds18x20":
        return ProbePart(board, sensor["pin"], sensor.get("options", {}).get("addresses", ()))
    if driver in ("gpio", "pulse_counter"):
        return InputPart(board, sensor["pin"], driver == "gpio")
    if driver == "adc":
        return VoltagePart(board, sensor["pin"])
    chip = _chip_class(driver)
    kind, _, number = sensor.get("bus", "").partition("-")
    if chip is None or kind not in ("i2c", "spi", "uart"):
        return None
    if kind == "i2c":
        return I2CPart(board.i2c(int(number)), chip(*_given(sensor.get("address"))))
    if kind == "spi":
        return SPIPart(board, int(number), buses[sensor["bus"]]["cs"], chip())
    return UARTPart(board, int(number), chip())


class Part:
    """What every part has; this one has no values, and cannot be unplugged."""

    def measures(self, weather: "Weather") -> None:
        """Let it measure what there is."""

    def unplug(self) -> None:
        """Pull it off."""

    def plug(self) -> None:
        """Connect it and give it power."""


class DevicePart(Part):
    """A part with quantities."""

    def __init__(self, device: "Any") -> None:
        self.device = device

    def measures(self, weather: "Weather") -> None:
        for name, lowest, highest, _, first in self.device.QUANTITIES:
            self.device.set(**{name: weather.value(name, lowest, highest, first)})


class I2CPart(DevicePart):
    def __init__(self, bus: "Any", chip: "Any") -> None:
        super().__init__(chip)
        self._bus = bus
        bus.log_limit = 0  # nobody looks
        self.plug()

    def plug(self) -> None:
        self._bus.attach(self.device)

    def unplug(self) -> None:
        self._bus.detach(self.device)


class SPIPart(DevicePart):
    def __init__(self, board: "SimulatedBoard", number: int, cs: int, chip: "Any") -> None:
        super().__init__(chip)
        self._there = board.spi_chips
        self._number = number
        self._spi = board.attach_spi(number, cs, chip)

    def plug(self) -> None:
        self._there[self._number].append(self._spi)

    def unplug(self) -> None:
        self._there[self._number].remove(self._spi)


class UARTPart(DevicePart):
    def __init__(self, board: "SimulatedBoard", number: int, device: "Any") -> None:
        super().__init__(device)
        self._uart = board.attach_uart(number, device)

    def plug(self) -> None:
        self._uart.device = self.device
        self.device.power_on()

    def unplug(self) -> None:
        from byteport_mocks.uart import UARTDevice

        self._uart.device = silent = UARTDevice()
        silent.clock = self.device.clock


class DHTPart(DevicePart):
    def __init__(self, board: "SimulatedBoard", driver: str, pin: int) -> None:
        from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22

        super().__init__(SimulatedDHT11() if driver == "dht11" else SimulatedDHT22())
        self._board = board
        self._pin = pin
        self.plug()

    def plug(self) -> None:
        self._board.attach_dht(self._pin, self.device)

    def unplug(self) -> None:
        self._board.dhts.pop(self._pin)


class ProbePart(DevicePart):
    """One DS18B20, or those whose addresses the configuration has."""

    def __init__(self, board: "SimulatedBoard", pin: int, addresses: "tuple[str, ...]") -> None:
        from byteport_mocks.chips.ds18b20 import SimulatedDS18B20

        serials = [int(address.partition("-")[2], 16) for address in addresses]
        self._probes = [SimulatedDS18B20(*_given(serial)) for serial in serials or (None,)]
        super().__init__(self._probes[0])
        self._bus = board.onewire(pin)
        self.plug()

    def measures(self, weather: "Weather") -> None:
        for probe in self._probes:
            DevicePart(probe).measures(weather)

    def plug(self) -> None:
        for probe in self._probes:
            self._bus.attach(probe)

    def unplug(self) -> None:
        for probe in self._probes:
            self._bus.detach(probe)


class InputPart(Part):
    """A contact that opens and closes, or a meter that gives pulses, now and then."""

    def __init__(self, board: "SimulatedBoard", pin: int, is_contact: bool) -> None:
        self._pin = board.pin(pin)
        self._is_contact = is_contact
        self._is_there = True

    def measures(self, weather: "Weather") -> None:
        if self._is_there and weather.is_event(_EVENTS):
            if self._is_contact:
                self._pin.drive(1 - self._pin.level)
            else:
                self._pin.pulses(3, _PULSE_US, _PULSE_PERIOD_US)

    def plug(self) -> None:
        self._is_there = True

    def unplug(self) -> None:
        self._is_there = False


class VoltagePart(Part):
    def __init__(self, board: "SimulatedBoard", pin: int) -> None:
        self._volts = board.adc_volts
        self._pin = pin
        self._is_there = True

    def measures(self, weather: "Weather") -> None:
        if self._is_there:
            self._volts[self._pin] = weather.value("voltage", 0.0, _FULL_VOLTS, 1.6)

    def plug(self) -> None:
        self._is_there = True

    def unplug(self) -> None:
        self._is_there = False
        self._volts[self._pin] = 0.0


def _chip_class(driver: str) -> "Any":
    """Return the simulated chip of a driver, None where there is none."""
    try:
        module = __import__(_CHIPS + _ONE_FILE.get(driver, driver), None, None, ("*",))
    except ImportError:
        return None
    wanted = "simulated" + driver.replace("_", "")
    found = [name for name in dir(module) if name.lower() == wanted]
    return getattr(module, found[0]) if found else None


def _given(value: "Any") -> "tuple[Any, ...]":
    return () if value is None else (value,)
