"""`machine` as it is on an ESP32 and a Pico W, acting on the installed board."""

# ruff: noqa: ARG001, N802, A002 (machine's signatures)

import errno

from byteport_mocks.board.analog import ADC
from byteport_mocks.board.current import current
from byteport_mocks.board.pins import Pin, Signal, time_pulse_us
from byteport_mocks.board.resets import (
    DEEPSLEEP_RESET,
    HARD_RESET,
    PWRON_RESET,
    SOFT_RESET,
    WDT_RESET,
    BoardReset,
)
from byteport_mocks.board.rtc import RTC, PicoRTC
from byteport_mocks.board.spi_bus import SPI
from byteport_mocks.board.timers import WDT, Timer
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.uart import SimulatedUART

__all__ = [
    "ADC",
    "DEEPSLEEP_RESET",
    "HARD_RESET",
    "I2C",
    "PWRON_RESET",
    "RTC",
    "SOFT_RESET",
    "SPI",
    "UART",
    "WDT",
    "WDT_RESET",
    "PicoRTC",
    "Pin",
    "Signal",
    "SoftI2C",
    "SoftSPI",
    "Timer",
    "deepsleep",
    "disable_irq",
    "enable_irq",
    "freq",
    "idle",
    "lightsleep",
    "reset",
    "reset_cause",
    "soft_reset",
    "time_pulse_us",
    "unique_id",
    "wake_reason",
]

_TIMER_WAKE = 4
SoftSPI = SPI


def I2C(
    id: int = 0,
    *,
    scl: object = None,
    sda: object = None,
    freq: int = 400000,
    timeout: int = 50000,
) -> SimulatedI2C:
    """Return the board's bus of that number."""
    bus = current().i2c(id)
    bus.freq = freq
    bus.timeout_us = timeout
    return bus


def SoftI2C(
    scl: object = None, sda: object = None, *, freq: int = 400000, timeout: int = 50000
) -> SimulatedI2C:
    """Return the board's bus of which no number is said: 0."""
    return I2C(0, scl=scl, sda=sda, freq=freq, timeout=timeout)


def UART(
    id: int, baudrate: int = 9600, *, timeout: int = 0, rxbuf: int = 256, **pins: object
) -> SimulatedUART:
    """Return the board's UART of that number; one without a part is an OSError here."""
    uart = current().uarts.get(id)
    if uart is None:
        raise OSError(errno.ENODEV)
    uart.timeout_ms = timeout
    uart.rxbuf = rxbuf
    return uart


def reset() -> None:
    raise BoardReset("reset", HARD_RESET)


def soft_reset() -> None:
    raise BoardReset("reset", SOFT_RESET)


def deepsleep(time_ms: "int | None" = None) -> None:
    raise BoardReset("deepsleep", DEEPSLEEP_RESET, time_ms)


def lightsleep(time_ms: int = 0) -> None:
    board = current()
    board.clock.sleep_ms(time_ms)
    board.asleep_ms += time_ms


def idle() -> None:
    current().clock.sleep_ms(1)


def reset_cause() -> int:
    return current().cause


def wake_reason() -> int:
    return _TIMER_WAKE if current().cause == DEEPSLEEP_RESET else 0


def unique_id() -> bytes:
    return current().unique_id


def freq(hz: "int | None" = None) -> "int | None":
    """Return the processor's clock; setting it changes nothing here."""
    if hz is not None:
        return None
    return 160000000 if current().port == "esp32" else 125000000


def disable_irq() -> int:
    return 0


def enable_irq(state: int = 0) -> None:
    pass
