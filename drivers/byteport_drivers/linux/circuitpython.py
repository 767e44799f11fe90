"""Any CircuitPython sensor class that takes an I2C bus; its properties are the channels.

    driver = "circuitpython:adafruit_sgp30.Adafruit_SGP30"

Names and units are those of CircuitPython's design guide ("Sensor properties and units"). The
classes need Blinka; the bus is ours. How fresh a property is, only the class knows. One property
is one measurement with many of these classes: a driver of ours, where there is one, is better.
Witness: adafruit-circuitpython-mcp9808 on a simulated chip, read by itself.
"""

from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.linux.circuitpython_i2c import CircuitPythonI2C

if TYPE_CHECKING:
    from byteport.bus import I2CBus

# property in the design guide: SenML unit, decimals; three values end in _x, _y, _z
_UNITS: dict[str, tuple[str, int]] = {
    "temperature": ("Cel", 2),
    "relative_humidity": ("%RH", 2),
    "humidity": ("%RH", 2),
    "pressure": ("hPa", 2),
    "lux": ("lx", 2),
    "light": ("/", 0),
    "eCO2": ("ppm", 0),
    "CO2": ("ppm", 0),
    "TVOC": ("ppb", 0),
    "gas": ("Ohm", 0),
    "raw": ("/", 0),
    "distance": ("cm", 1),
    "proximity": ("/", 0),
    "voltage": ("V", 4),
    "bus_voltage": ("V", 4),
    "shunt_voltage": ("V", 6),
    "current": ("mA", 3),
    "power": ("W", 4),
    "acceleration": ("m/s2", 4),
    "gyro": ("rad/s", 4),
    "magnetic": ("uT", 3),
}
_AXES = ("x", "y", "z")


class CircuitPython:
    """One object of the class ``target``; ``channels`` are properties, or {property: unit}.

    Without ``channels`` it has those of its properties that the design guide names.
    """

    BUS = "i2c"
    CHANNELS: tuple[tuple[str, str, int], ...] = ()

    def __init__(
        self,
        i2c: "I2CBus",
        address: int | None = None,
        *,
        target: str,
        channels: "list[str] | tuple[str, ...] | dict[str, str]" = (),
        **options: object,
    ) -> None:
        self._name = f"circuitpython:{target}"
        kind = _class(target, self._name)
        wanted = dict.fromkeys(channels, "") if not isinstance(channels, dict) else channels
        self._units = wanted or {name: "" for name in _UNITS if hasattr(kind, name)}
        for name in self._units:
            if not hasattr(kind, name):
                raise ChipNotFound(f"{self._name} has no property {name!r}")
        if not self._units:
            raise ChipNotFound(f'{self._name}: write which: channels = ["property", …]')
        self._sensor = self._made(kind, CircuitPythonI2C(i2c), address, options)
        self._sample: list[float] = []
        self.CHANNELS = ()

    def start(self) -> int:
        """Read every property, which is how many values each has, and return 0."""
        self._sample = []
        sample, channels = [], []
        for name, unit in self._units.items():
            values = self._values(name)
            axes = [""] if len(values) == 1 else [f"_{axis}" for axis in _AXES[: len(values)]]
            known, decimals = _UNITS.get(name, ("", 3))
            channels += [(name + axis, unit or known, decimals) for axis in axes]
            sample += values
        self.CHANNELS = tuple(channels)
        self._sample = sample
        return 0

    def read(self) -> tuple[float, ...]:
        """Return what `start` read, once."""
        if not self._sample:
            raise NotReady(f"{self._name} has not been read since the last reading")
        sample, self._sample = self._sample, []
        return tuple(sample)

    def _values(self, name: str) -> list[float]:
        try:
            value = getattr(self._sensor, name)
        except (RuntimeError, ValueError, ArithmeticError) as error:
            raise BadReading(f"{self._name}: {name}: {error}") from None
        if value is None:
            raise NotReady(f"{self._name} has no {name} yet")
        values = list(value) if isinstance(value, (tuple, list)) else [value]
        if len(values) > len(_AXES) or not all(isinstance(each, (int, float)) for each in values):
            raise BadReading(f"{self._name}: {name} is no number: {value!r:.40}")
        return [float(each) for each in values]

    def _made(self, kind: Any, bus: object, address: int | None, options: dict[str, object]) -> Any:
        parameters = signature(kind).parameters
        places = [name for name in parameters if name in ("address", "addr", "i2c_addr")]
        if address is not None:
            options = {**options, (places or ["address"])[0]: address}
        try:
            return kind(bus, **options)
        except (RuntimeError, ValueError, AttributeError) as error:
            raise ChipNotFound(f"{self._name}: {error}") from None
        except TypeError as error:
            raise ChipNotFound(f"{self._name} cannot be made with these options: {error}") from None


def _class(target: str, name: str) -> Any:
    module, _, kind = target.rpartition(".")
    if not module:
        raise ChipNotFound(f"{name}: write circuitpython:module.Class")
    try:
        return getattr(import_module(module), kind)
    except ModuleNotFoundError as error:
        package = (error.name or module).partition(".")[0].replace("adafruit_", "", 1)
        raise ChipNotFound(
            f"{name} needs the package {error.name}: "
            f"pip install adafruit-circuitpython-{package.replace('_', '-')}"
        ) from None
    except AttributeError:
        raise ChipNotFound(f"{name}: the module {module} has no {kind}") from None
    except (ImportError, NotImplementedError, RuntimeError) as error:
        raise ChipNotFound(f"{name}: Blinka cannot be used here: {error}") from None
