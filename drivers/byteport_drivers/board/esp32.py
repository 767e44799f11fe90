"""The board itself: chip temperature, Wi-Fi signal, free memory and why it started.

MicroPython's documentation, library/esp32 (mcu_temperature in Celsius; raw_temperature, of the
first ESP32, in Fahrenheit), library/network.WLAN (status "rssi"), library/machine (reset causes);
on a Pico, RP2040 datasheet 4.9.5: T = 27 - (V - 0.706) / 0.001721. Witness: those two formulas.
"""

import gc

from byteport.compat import const
from byteport.errors import BadReading, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_CAUSES = (
    ("PWRON_RESET", "power_on"),
    ("HARD_RESET", "hard_reset"),
    ("WDT_RESET", "watchdog"),
    ("DEEPSLEEP_RESET", "deep_sleep"),
    ("SOFT_RESET", "soft_reset"),
    ("BROWN_OUT_RESET", "brown_out"),
)


class ESP32:
    """The board that this runs on, a Pico W too.

    An instance's CHANNELS leave out what this board has not; `start` leaves out ``rssi`` while
    there is no Wi-Fi link.
    """

    BUS = "board"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (
        ("mcu_temperature", "Cel", 1),
        ("free_heap", "B", 0),
        ("reset_cause", "", 0),
        ("rssi", "dBm", 0),
    )

    def __init__(self) -> None:
        import machine  # type: ignore[import-not-found]  # a board's

        self._cause = cause_name(machine)
        self._temperature = thermometer(machine)
        self._wlan = station_of_wifi()
        self._without_wifi = self.CHANNELS[0 if self._temperature else 1 : 3]
        self._with_wifi = self._without_wifi + self.CHANNELS[3:]
        self.CHANNELS = self._without_wifi

    def start(self) -> int:
        """Find out whether there is a Wi-Fi link, and so a signal; return 0."""
        linked = self._wlan is not None and self._wlan.isconnected()
        self.CHANNELS = self._with_wifi if linked else self._without_wifi
        return 0

    def read(self) -> "tuple[float | str, ...]":
        """Return what there is now, in the order of CHANNELS."""
        gc.collect()  # free is also what nobody needs any more
        values: "list[float | str]" = [gc.mem_free(), self._cause]  # type: ignore[attr-defined]
        if self._temperature is not None:
            celsius = self._temperature()
            if not -40 <= celsius <= 125:
                raise BadReading(f"ESP32: chip at {celsius} Cel: out of range")
            values.insert(0, celsius)
        if self.CHANNELS is self._with_wifi:
            if not self._wlan.isconnected():
                raise NotReady("ESP32: the Wi-Fi link was lost")
            values.append(self._wlan.status("rssi"))
        return tuple(values)


def cause_name(machine: "Any") -> str:
    """Return why the board started, as a word; its number where the port has no name for it."""
    cause = machine.reset_cause()
    for constant, name in _CAUSES:
        if getattr(machine, constant, None) == cause:
            return name
    return str(cause)


def thermometer(machine: "Any") -> "Any":
    """Return what gives the chip's temperature, None where it has none."""
    try:
        import esp32  # type: ignore[import-not-found]  # a board's, not this module
    except ImportError:
        if not hasattr(machine.ADC, "CORE_TEMP"):
            return None
        adc = machine.ADC(machine.ADC.CORE_TEMP)
        return lambda: 27 - (adc.read_u16() * (3.3 / 65535) - 0.706) / 0.001721
    if hasattr(esp32, "mcu_temperature"):
        return esp32.mcu_temperature
    if hasattr(esp32, "raw_temperature"):
        return lambda: (esp32.raw_temperature() - 32) / 1.8
    return None


def station_of_wifi() -> "Any":
    """Return the board's `network.WLAN`, None where it has no Wi-Fi."""
    try:
        import network  # type: ignore[import-not-found]  # a board's
    except ImportError:
        return None
    return network.WLAN(network.STA_IF)
