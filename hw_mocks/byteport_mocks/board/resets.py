"""How a board's program ends: it is reset, bites by its watchdog, or goes to deep sleep.

These are no Exceptions: a program that goes on after any Exception does not go on after a reset.
"""

# machine.reset_cause() on an ESP32; an RP2 knows the first and the third
PWRON_RESET = 1
HARD_RESET = 2
WDT_RESET = 3
DEEPSLEEP_RESET = 4
SOFT_RESET = 5

POWER_CUT = "power cut"
BUTTON = "button"


class BoardReset(BaseException):
    """The program is over; ``ending`` says how, ``sleep_ms`` when the board starts again.

    ``sleep_ms`` is None for a sleep that nothing ends.
    """

    def __init__(self, ending: str, cause: int, sleep_ms: "int | None" = 0) -> None:
        super().__init__(ending)
        self.ending = ending
        self.cause = cause
        self.sleep_ms = sleep_ms
