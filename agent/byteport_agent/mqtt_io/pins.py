"""mqtt-io's inputs at pins: digital inputs, and sensors that say their pins at the input.

Read from mqtt-io 2.7.0, mqtt_io/modules/gpio and modules/sensor (hcsr04, flowsensor,
frequencycounter).
"""

from collections.abc import Callable

from byteport_agent.mqtt_io.chips import Chip
from byteport_agent.mqtt_io.sensor_table import FieldFilters
from byteport_agent.mqtt_io.yaml_tables import Entry, LeftError

_PI = ("raspberrypi", "gpiozero", "gpiod")
_PI_CHIPS = ("/dev/gpiochip0", "gpiochip0", "/dev/gpiochip4", "gpiochip4")
_INTERRUPT_QUIET_MS, _MOST_QUIET_MS = 100, 1000
_POLL_S = 0.1
SIGN_OF_LIFE_MS = 300_000  # a change is told at once; what does not change is told so often


def digital_chip(module: Entry, digital_input: Entry) -> Chip:
    """Return the chip of a digital input, whose channel is its pin."""
    kind = module.needed_text("module")
    if kind in _PI:
        return _pi_pin(kind, module, digital_input)
    if kind == "pcf8574":
        return _expander_pin(module, digital_input)
    raise LeftError(module.line_of("module"), f"there is no driver for pins of {kind!r}")


def poll_ms(digital_input: Entry) -> int:
    """Return how often mqtt-io looks at an input."""
    return max(10, round(1000 * digital_input.number("poll_interval", _POLL_S)))


def _pi_pin(kind: str, module: Entry, digital_input: Entry) -> Chip:
    if kind == "gpiod" and module.text("chip", _PI_CHIPS[0]) not in _PI_CHIPS:
        raise LeftError(module.line_of("chip"), "only the Pi's own pins can be read")
    up, down = digital_input.yes("pullup"), digital_input.yes("pulldown")
    # mqtt-io's gpiozero module takes a pin with a pull-up for active when it is low
    active_low = digital_input.yes("inverted") != (kind == "gpiozero" and up)
    settings: dict[str, object] = {
        "pin": _pin(kind, digital_input),
        "pull": "up" if up else "down" if down else "none",
        "active_low": active_low,
        "debounce_ms": _quiet_ms(digital_input),
    }
    return Chip("gpio", settings, lambda _: ("state", {}))


def _pin(kind: str, digital_input: Entry) -> int | str:
    pin: int | str = digital_input.needed("pin", object, "a pin")
    if isinstance(pin, str) and pin.isdecimal():
        pin = int(pin)
    named = kind == "gpiozero" and isinstance(pin, str)
    if not named and (isinstance(pin, bool) or pin not in range(54)):
        raise LeftError(digital_input.line_of("pin"), "pin must be a number of the Pi's, 0 to 27")
    return pin


def _quiet_ms(digital_input: Entry) -> int:
    """Return how long a contact must have been quiet: about what mqtt-io does not see either."""
    quiet_ms = digital_input.whole("bouncetime", _INTERRUPT_QUIET_MS)
    if not digital_input.text("interrupt"):
        quiet_ms = poll_ms(digital_input)
    return max(0, min(quiet_ms, _MOST_QUIET_MS))


def _expander_pin(module: Entry, digital_input: Entry) -> Chip:
    bus, address = module.whole("i2c_bus_num", 1), module.needed_whole("chip_addr")
    number = digital_input.needed_whole("pin")
    if number not in range(8):
        raise LeftError(digital_input.line_of("pin"), "pin must be 0 to 7")
    digital_input.used.update(("pullup", "pulldown", "interrupt", "bouncetime"))
    filters: FieldFilters = {"on_change": True, "heartbeat": "5m"}
    if digital_input.yes("inverted"):
        filters = {"scale": -1, "offset": 1, "decimals": 0, **filters}
    settings: dict[str, object] = {"bus": f"i2c-{bus}", "address": address}
    return Chip("pcf8574", settings, lambda _: (f"p{number}", filters))


def _hcsr04(sensor_input: Entry) -> Chip:
    pins = {
        "trigger": sensor_input.needed_whole("pin_trigger"),
        "echo": sensor_input.needed_whole("pin_echo"),
    }
    return Chip("hcsr04", pins, lambda _: ("distance", {}))


def _flow(sensor_input: Entry) -> Chip:
    factor = sensor_input.number("factor", 0)
    if factor <= 0:
        raise LeftError(sensor_input.line_of("factor"), "factor must be above 0")
    # its value is Hz / factor, in litres a minute
    litres = {"per_pulse": 1 / (60 * factor), "unit": "l", "rate_per": "min"}
    return _counter(sensor_input, litres)


def _frequency(sensor_input: Entry) -> Chip:
    return _counter(sensor_input, {})


def _counter(sensor_input: Entry, options: dict[str, object]) -> Chip:
    pin = {"pin": sensor_input.needed_whole("pin"), "pull": "down", "active_low": False}
    return Chip("pulse_counter", {**pin, **options, "debounce_ms": 0}, lambda _: ("rate", {}))


AT_PINS: dict[str, Callable[[Entry], Chip]] = {
    "hcsr04": _hcsr04,
    "flowsensor": _flow,
    "frequencycounter": _frequency,
}
