"""The demo's hardware: simulated chips that its real drivers read, and their configuration.

A chip is told what to measure when its bus is spoken to, so nothing runs in between. Now and then
one does not answer, as on a bench with loose wires.
"""

from collections.abc import Callable, Sequence
from time import localtime, monotonic_ns
from typing import TYPE_CHECKING, NamedTuple

from byteport_agent.buses.shared import Buses
from byteport_agent.clock import Clock
from byteport_agent.demo.weather import Weather, weather
from byteport_mocks.chips.bh1750 import SimulatedBH1750
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.pcf8574 import SimulatedPCF8574
from byteport_mocks.chips.scd4x import SimulatedSCD4X
from byteport_mocks.chips.sht4x import SimulatedSHT4X
from byteport_mocks.chips.vl53l0x import SimulatedVL53L0X
from byteport_mocks.clock import VirtualClock
from byteport_mocks.faults import NackAddress
from byteport_mocks.i2c import SimulatedI2C

if TYPE_CHECKING:
    from byteport_mocks.chip import Chip
    from byteport_mocks.faults import Schedule
    from byteport_mocks.i2c import Message

NAMESPACE, DEVICE, BOARD, SERVICE = "localdemo", "garden", "pond-board", "byteport"
TANK_MM = 1700  # from the sensor under its lid to the ground; it is full 200 mm below

_CONFIGURATION = """
[device]
namespace = "{namespace}"
uid = "{device}"
key = "{key}"

[[sensor]]
name = "outside"
driver = "bme280"
bus = "i2c-1"
interval = "2s"
[sensor.fields]
temperature = "temperature"
humidity = "humidity"
pressure = {{ name = "air_pressure", decimals = 1 }}

[[sensor]]
name = "sky"
driver = "bh1750"
bus = "i2c-1"
interval = "2s"
fields = {{ illuminance = {{ name = "light", decimals = 0 }} }}

[[sensor]]
name = "greenhouse"
driver = "sht4x"
bus = "i2c-3"
interval = "2s"
fields = {{ temperature = "greenhouse_temp", humidity = "greenhouse_rh" }}

[[sensor]]
name = "greenhouse-air"
driver = "scd4x"
bus = "i2c-3"
interval = "5s"
fields = {{ co2 = "co2" }}

[[sensor]]
name = "tank"
driver = "vl53l0x"
bus = "i2c-1"
interval = "5s"
[sensor.fields.distance]
name = "tank_level"
points = [[200, 100], [{tank_mm}, 0]]
unit = "%"
mean = 3
decimals = 1

[[sensor]]
name = "contacts"
driver = "pcf8574"
bus = "i2c-3"
interval = "1s"
pins = [0, 1]
active_low = true
[sensor.fields]
p0 = {{ name = "door_open", on_change = true, heartbeat = "30s" }}
p1 = {{ name = "rain", on_change = true, heartbeat = "30s" }}

[[sensor]]
name = "computer"
driver = "system"
interval = "5s"
[sensor.fields]
load_1min = "load"
memory_used = "memory_used"
disk_used = "disk_used"
uptime = "uptime"

[[output]]
type = "byteport"
name = "{service}"
url = "{service_url}"
retry_max = "20s"

[gateway]
listen = "{listen}"
key = "{key}"

[[gateway.device]]
uid = "{board}"
units = {{ pond_temp = "Cel", battery = "V" }}
"""


def configuration_text(key: str, service_url: str, listen: str) -> str:
    """Return the agent's configuration, as a file would have it."""
    return _CONFIGURATION.format(
        namespace=NAMESPACE,
        device=DEVICE,
        board=BOARD,
        service=SERVICE,
        key=key,
        service_url=service_url,
        listen=listen,
        tank_mm=TANK_MM,
    )


class Reality(VirtualClock):
    """The clock of simulated chips where time passes by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._began_ns = monotonic_ns()

    def ticks_us(self) -> int:
        return (monotonic_ns() - self._began_ns) // 1000

    def ticks_ms(self) -> int:
        return self.ticks_us() // 1000

    def sleep_us(self, us: int) -> None:
        """Return: what takes a real bus so long takes this one no less."""


class Outdoors(NamedTuple):
    """A chip, and what it measures of the weather."""

    chip: "Chip"
    quantities: Callable[[Weather], dict[str, float]]


class OutdoorBus(SimulatedI2C):
    """A bus whose chips know the weather."""

    def __init__(self, clock: Reality, now: Callable[[], Weather]) -> None:
        super().__init__(clock)
        self._now = now
        self._outdoors: list[Outdoors] = []

    def add(self, *chips: Outdoors) -> None:
        for each in chips:
            self.attach(each.chip)
            self._outdoors.append(each)

    def transfer(self, messages: "Sequence[Message]", stop: bool = True) -> None:
        for chip, quantities in self._outdoors:
            if chip.address == messages[0][0]:
                chip.set(**quantities(self._now()))
        super().transfer(messages, stop)


class Station:
    """The simulated buses, i2c-1 and i2c-3."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        time = Reality()
        self._buses = {name: OutdoorBus(time, self._weather) for name in ("i2c-1", "i2c-3")}
        self._buses["i2c-1"].add(
            Outdoors(SimulatedBME280(), _outside),
            Outdoors(SimulatedBH1750(), lambda now: {"illuminance": now.light}),
            Outdoors(SimulatedVL53L0X(), lambda now: {"distance": _distance_mm(now)}),
        )
        self._buses["i2c-3"].add(
            Outdoors(SimulatedSHT4X(), _greenhouse),
            Outdoors(SimulatedSCD4X(), lambda now: {"co2": now.co2}),
            Outdoors(SimulatedPCF8574(), lambda now: {"p0": 1 - now.door_open, "p1": 1 - now.rain}),
        )
        self._buses["i2c-1"].inject(NackAddress(_at_times(420, 140, 15), 0x23))
        self._buses["i2c-3"].inject(NackAddress(_at_times(600, 30, 75), 0x62))

    def buses(self) -> Buses:
        """Return the buses as drivers open them."""
        return Buses(lambda name, **_options: self._buses[name])

    def _weather(self) -> Weather:
        return weather(self._clock.unix_ms() / 1000, localtime().tm_gmtoff)


def _outside(now: Weather) -> dict[str, float]:
    return {
        "temperature": now.temperature,
        "humidity": now.humidity,
        "pressure": now.pressure,
    }


def _greenhouse(now: Weather) -> dict[str, float]:
    return {"temperature": now.greenhouse_temperature, "humidity": now.greenhouse_humidity}


def _distance_mm(now: Weather) -> float:
    return TANK_MM - (TANK_MM - 200) * now.tank_level / 100


def _at_times(period_s: int, start_s: int, length_s: int) -> "Schedule":
    """Return a schedule for a while in each period of the bus's clock."""
    return lambda _count, now_ms: 0 <= now_ms / 1000 % period_s - start_s < length_s
