"""What a station tells after a boot that followed no plan."""

import machine  # type: ignore[import-not-found]

from byteport.compat import const

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.station import Station


def report(station: "Station") -> None:
    """Tell of the errors that ended boots before, or of the watchdog where it left none."""
    log = station.log
    cause = f" (reset cause {machine.reset_cause()})"
    for error in log.errors:
        station.tell("error", "ended before: " + error + cause, True)
    if log.errors:
        station.outbox.flush()
        log.told()
    else:
        station.tell("warn", "the watchdog started it, or a reset that left no word" + cause, True)
