"""What a board does that cannot do its work: it says why, and goes on saying it.

`halt` is for a configuration that is missing or wrong, until somebody mends it. `SafeMode` is for a
board whose boots end badly one after another: no sensor, no outbox, only Wi-Fi and a message.
"""

import machine  # type: ignore[import-not-found]

from byteport.clock import Clock
from byteport.compat import const, sleep_ms, ticks_add, ticks_diff, ticks_ms
from byteport.encoder import append_fields
from byteport.station_board import Board, new_output
from byteport.wifi_join import join

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.boot_log import BootLog

_HALTED = const(4)  # see byteport.led
_AGAIN_MS = const(30000)
_SAFE_MS = const(3600000)
_TRY_MS = const(300000)
_JOIN_MS = const(60000)


def halt(why: str) -> None:
    """Say why for an hour, on the serial line and a Pico W's own LED; before a watchdog runs."""
    led = None
    try:
        from byteport.led import Led

        led = Led("LED")
    except (ImportError, ValueError, TypeError):
        pass  # there is none, or it is not this board's
    for _ in range(_SAFE_MS // _AGAIN_MS):
        print("E", why + ": flash this board again")
        end = ticks_add(ticks_ms(), _AGAIN_MS)
        while ticks_diff(end, ticks_ms()) > 0:
            sleep_ms(led.show(_HALTED) if led else 1000)
    machine.reset()


class SafeMode(Board):
    """An hour of Wi-Fi and one message; a new configuration ends it sooner."""

    def __init__(
        self,
        settings: "dict[str, Any]",
        secrets: "dict[str, Any]",
        log: "BootLog",
    ) -> None:
        super().__init__(settings, secrets, log)
        self.code = _HALTED
        why = f"safe mode for an hour, after {log.bad - 1} bad boots: "
        self._why = why + ("; ".join(log.errors) or "they left no word")
        self._message = bytearray()
        append_fields(self._message, (("error", self._why),))
        self._output = new_output(settings, secrets)

    def run(self) -> None:
        """Tell why, and return after an hour."""
        print("E", self._why)
        end = ticks_add(ticks_ms(), _SAFE_MS)
        told = False
        while (left := ticks_diff(end, ticks_ms())) > 0:
            try:
                told = told or self._tell()
            except Exception as error:  # the next one would come at once
                print("W", repr(error))
            self.wifi.off()
            if told and self.settings.get("sleep") == "deep" and hasattr(machine.RTC(), "memory"):
                self.log.good()
                machine.deepsleep(left)
            self.wait(left if told else min(left, _TRY_MS))
        self.log.good()

    def end(self) -> None:
        """Start again."""
        machine.reset()

    def _tell(self) -> bool:
        """Send the message; return whether it was taken."""
        if not join(self.wifi, _JOIN_MS, self.wait):
            return False
        output = self._output
        if output.needs_time:
            Clock(machine.RTC()).sync_ntp(self.wait, self.settings.get("ntp"), self.may_look_up)
        told: bool = output.send(self._message) == 200
        output.close()
        if not told:
            print("W", output.why)
        return told
