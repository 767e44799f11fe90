"""How long a battery would last, from how long a board was awake and had its radio on.

Currents are the chips' own, in mA, rounded up from their makers' data sheets, or estimates where
``source`` says so; a regulator, a USB chip and an LED on a board may take a hundred times what a
sleeping chip does.
"""

from typing import NamedTuple

_ESPRESSIF = "{} data sheet, current consumption (Wi-Fi receiving; modem sleep at 160 MHz; \
deep sleep with RTC timer and memory)"
_MODULE = "{} data sheet, tables 7 and 8 (Wi-Fi receiving at 40 MHz; modem sleep at 240 MHz; \
deep sleep with RTC timer and memory)"
_ESTIMATE = "estimates for an {}, not compared with its data sheet: measure your board"
_PICO = "Infineon CYW43439 and {} data sheets; lightsleep as measured when MicroPython got it"
USABLE = 0.8  # of what a battery has: age, cold, a voltage that is too low before it is empty


class Currents(NamedTuple):
    """Milliamperes in three states, and where they are from."""

    radio: float
    awake: float
    asleep: float
    source: str


CURRENTS = {
    "esp32": Currents(100, 44, 0.010, _ESPRESSIF.format("ESP32")),
    "esp32-s2": Currents(68, 22, 0.025, _MODULE.format("ESP32-S2-WROOM v1.1")),
    "esp32-s3": Currents(97, 45, 0.008, _ESPRESSIF.format("ESP32-S3")),
    "esp32-c3": Currents(87, 28, 0.005, _ESTIMATE.format("ESP32-C3")),
    "esp32-c6": Currents(82, 38, 0.007, _ESTIMATE.format("ESP32-C6")),
    "pico-w": Currents(75, 30, 1.5, _PICO.format("RP2040")),
    "pico2-w": Currents(70, 25, 1.5, _PICO.format("RP2350")),
}


class Life(NamedTuple):
    """A battery's life; ``mean_ma`` over the run."""

    mean_ma: float
    days: float


def battery_life(
    kind: str, run_ms: int, radio_ms: int, asleep_ms: int, off_ms: int, mah: float
) -> Life:
    """Return how long a battery of so many mAh would last with what a board did in a run."""
    currents = CURRENTS[kind]
    on_ms = max(run_ms - off_ms, 1)
    awake_ms = max(on_ms - asleep_ms - radio_ms, 0)
    total = currents.radio * radio_ms + currents.awake * awake_ms + currents.asleep * asleep_ms
    mean = total / on_ms
    return Life(mean, USABLE * mah / mean / 24)
