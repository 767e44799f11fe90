"""One simulated board: what is wired to it, what survives a reset, how its program runs."""

from byteport_mocks.board import current
from byteport_mocks.board.board_time import BoardTime
from byteport_mocks.board.install import Installation
from byteport_mocks.board.internet import SimulatedInternet
from byteport_mocks.board.resets import POWER_CUT, PWRON_RESET, WDT_RESET, BoardReset
from byteport_mocks.board.wifi import SimulatedWifi
from byteport_mocks.clock import VirtualClock
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.onewire import SimulatedOneWire
from byteport_mocks.pin import SimulatedPin
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from byteport_mocks.pulses import SimulatedDHT
    from byteport_mocks.spi import SPIChip
    from byteport_mocks.uart import UARTDevice

    AnyDHT = TypeVar("AnyDHT", bound=SimulatedDHT)

_UNIQUE_ID = {"esp32": b"\x24\x0a\xc4\x12\x34\x56", "rp2": b"\xe6\x60\x58\x38\x83\x12\x34\x56"}
_RTC_AT_START_S = {"esp32": 946684800, "rp2": 1609459200}  # 2000 and 2021


class SimulatedBoard:
    """An "esp32" or "rp2" (Pico W), used as `with board:` around the program's import and run.

    ``utc_s`` is the true time when the clock is at 0, which the board learns by NTP.
    """

    def __init__(
        self, port: str = "esp32", clock: "VirtualClock | None" = None, utc_s: int = 1767225600
    ) -> None:
        if port not in _UNIQUE_ID:
            raise ValueError(f"{port!r} is no port: esp32, or rp2 for a Pico W")
        self.port = port
        self.clock = VirtualClock() if clock is None else clock
        self.utc_s = utc_s
        self.wifi = SimulatedWifi(self)
        self.internet = SimulatedInternet(self)
        self.unique_id = _UNIQUE_ID[port]
        self.free_heap = 120000
        self.chip_celsius = 40.0
        self.hall = 50
        self.adc_volts: "dict[int, float]" = {}
        self.ntp_failures = 0  # how many of the next NTP queries get no answer
        self.ntp_offset_ms = 0  # what the servers are wrong by
        self.ntp_answer: "Callable[[bytes], bytes] | None" = None  # what becomes of an answer
        self.lookups = 0  # of names
        self.sleep_drift_ppm = 0  # how much faster an ESP32's RTC runs in deep sleep
        self.nvs: "dict[str, dict[str, int | bytes]]" = {}
        self.pixels: "dict[int, list[tuple[int, ...]]]" = {}
        self.boots = 0
        self.asleep_ms = self.off_ms = 0  # deeply or lightly; without power
        self.boot_us = 0  # when the last reset was, from which ticks count
        self.spi_chips: "dict[int, list[SimulatedSPI]]" = {}
        self.uarts: "dict[int, SimulatedUART]" = {}
        self.dhts: "dict[int, SimulatedDHT]" = {}
        self._i2c: "dict[int, SimulatedI2C]" = {}
        self._onewire: "dict[int, SimulatedOneWire]" = {}
        self._pins: "dict[int, SimulatedPin]" = {}
        self._alarms: "dict[int, Callable[[], object]]" = {}
        self.wdt = self.wdt_ms = self.wdt_fed_us = 0  # the one watchdog: its alarm, its times
        self._installation = Installation(self)
        self.power_cycle()

    # Wiring

    def pin(self, number: int) -> SimulatedPin:
        """Return a pin, for the test to drive."""
        if number not in self._pins:
            self._pins[number] = SimulatedPin(self.clock)
        return self._pins[number]

    def number_of(self, pin: SimulatedPin) -> int:
        """Return a pin's number."""
        for number, each in self._pins.items():
            if each is pin:
                return number
        raise ValueError("this pin is not one of the board's")

    def i2c(self, number: int = 0) -> SimulatedI2C:
        """Return an I2C bus, to attach chips to."""
        if number not in self._i2c:
            self._i2c[number] = SimulatedI2C(self.clock, errno_profile=self.port)
        return self._i2c[number]

    def onewire(self, pin: int) -> SimulatedOneWire:
        """Return the 1-Wire bus on a pin, to attach probes to."""
        if pin not in self._onewire:
            self._onewire[pin] = SimulatedOneWire(self.clock)
        return self._onewire[pin]

    def attach_spi(self, number: int, cs: int, chip: "SPIChip") -> "SimulatedSPI":
        """Wire a chip to an SPI bus, selected by a pin; return its bus."""
        spi = SimulatedSPI(chip, self.clock)
        pin = self.pin(cs)
        pin.level = 1
        pin.on_write(lambda level: spi.deselect() if level else spi.select())
        self.spi_chips.setdefault(number, []).append(spi)
        return spi

    def attach_uart(self, number: int, device: "UARTDevice") -> SimulatedUART:
        """Wire a part to a UART; return the UART."""
        self.uarts[number] = SimulatedUART(device, self.clock)
        return self.uarts[number]

    def attach_dht(self, pin: int, sensor: "AnyDHT") -> "AnyDHT":
        """Wire a DHT sensor to a pin; return it."""
        sensor.clock = self.clock
        self.dhts[pin] = sensor
        return sensor

    # Time and what survives

    def rtc_us(self) -> int:
        """Return the time that the board believes it is, in microseconds since 1970."""
        return self._rtc_base_us + self.clock.ticks_us()

    def set_rtc_us(self, now_us: int) -> None:
        self._rtc_base_us = now_us - self.clock.ticks_us()

    def utc_us(self) -> int:
        """Return the true time, in microseconds since 1970."""
        return self.utc_s * 1000000 + self.clock.ticks_us()

    def time(self) -> BoardTime:
        """Return the board's `time` module."""
        return BoardTime(self)

    def power_cycle(self) -> None:
        """Cut the power and give it back: RTC and its memory are lost, files and NVS stay."""
        self.rtc_memory = b""
        self.cause = PWRON_RESET
        self._stop_rtc()

    def _stop_rtc(self) -> None:
        self.set_rtc_us(_RTC_AT_START_S[self.port] * 1000000)

    def cut_power(self, off_ms: int = 0) -> None:
        """End the program by a power cut; where it does not run, say this in a clock's call."""
        raise BoardReset(POWER_CUT, PWRON_RESET, off_ms)

    # The program

    def __enter__(self) -> "SimulatedBoard":
        current.enter(self)
        self._installation.install()
        return self

    def __exit__(self, *_: object) -> None:
        self._installation.uninstall()
        current.leave()

    def run(self, main: "Callable[[], object]", boots: int = 1) -> "list[str]":
        """Start the program, again after each reset and sleep; return how each start ended.

        "returned", or "reset", "wdt", "deepsleep", "power cut"; after so many boots, after
        "returned", or after a sleep without end, this returns.
        """
        endings: "list[str]" = []
        while len(endings) < boots:
            self.boots += 1
            self._installation.adopt()
            try:
                main()
                endings.append("returned")
                break
            except BoardReset as reset:
                endings.append(reset.ending)
                self.restart(reset)
                if reset.sleep_ms is None:
                    break
            finally:
                self._stop_alarms()
        return endings

    def restart(self, reset: BoardReset) -> None:
        """Go through a reset: Wi-Fi and timers are gone, a sleep passes.

        A reset or a power cut within that sleep ends it.
        """
        self._stop_alarms()
        self.wifi.reset()
        for pin in self._pins.values():
            pin.irq(None)
        self.cause = reset.cause
        if reset.ending == POWER_CUT:
            self.power_cycle()
        elif self.port == "rp2":  # a sleep is a wait and a reset there, by the watchdog's hardware
            self.cause = WDT_RESET
            self._stop_rtc()
        start_ms = self.clock.ticks_ms()
        ended: "BoardReset | None" = None
        try:
            self.clock.sleep_ms(reset.sleep_ms or 0)
        except BoardReset as other:
            ended = other
        finally:  # a sleep that the end of a test cuts short counts too
            passed_ms = self.clock.ticks_ms() - start_ms
            self._pass(reset.ending, passed_ms)
        if ended:
            self.restart(ended)
        self.boot_us = self.clock.ticks_us()

    def _pass(self, ending: str, passed_ms: int) -> None:
        """Note how long a board was off or asleep."""
        if ending == POWER_CUT:
            self.off_ms += passed_ms
            self._stop_rtc()
        else:
            self.asleep_ms += passed_ms
            self._rtc_base_us += passed_ms * self.sleep_drift_ppm // 1000

    def call_in_us(self, delay_us: int, function: "Callable[[], object]") -> int:
        """Call a function of the board's hardware later, unless it is reset before."""

        def ring() -> None:
            del self._alarms[handle]
            function()

        handle = self.clock.call_at_us(self.clock.ticks_us() + delay_us, ring)
        self._alarms[handle] = ring
        return handle

    def cancel(self, handle: int) -> None:
        self.clock.cancel(handle)
        self._alarms.pop(handle, None)

    def _stop_alarms(self) -> None:
        for handle in self._alarms:
            self.clock.cancel(handle)
        self._alarms = {}
