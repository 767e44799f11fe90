"""What ends the work on a board, in words: who is at fault, and what to do.

CommandError
 +- PortError        the port cannot be opened
 +- NoMicroPythonError    something else is there, or nothing answers
 +- LinkLostError         the cable, or the board restarted: a second run goes on
 +- BoardFailedError      the board said no: a full file system, a missing module
"""

from byteport_agent.command_errors import CommandError
from byteport_agent.printable import clipped, printable

AGAIN = "run the same command again: it goes on where it was"


class PortError(CommandError):
    """The serial port cannot be opened."""


class NoMicroPythonError(CommandError):
    """No MicroPython answers there."""


class LinkLostError(CommandError):
    """The connection ended in the middle."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the connection to the board was lost ({what}): check the cable, {AGAIN}")


class BoardFailedError(CommandError):
    """The board could not do it; ``reason`` is the last line of what it said."""

    def __init__(self, doing: str, output: str) -> None:
        self.reason = reason_in(output)
        super().__init__(f"{doing}: {self.reason}")


def reason_in(output: str) -> str:
    """Return the last line of a traceback of MicroPython's, with numbers in words."""
    lines = [line for line in output.splitlines() if line.strip()] or ["no reason given"]
    last = clipped(printable(lines[-1].strip()), 120)
    if last.startswith("OSError") and ("28" in last or "ENOSPC" in last):
        return "its file system is full: remove files of yours there"
    if last.startswith("OSError") and ("30" in last or "EROFS" in last):
        return "its file system cannot be written: --firmware FILE --erase makes a new one"
    if last.startswith("MemoryError"):
        return "it has no memory left for this: press its reset button and try again"
    return last


_NOISE = (
    (b"invalid header: 0xffffffff", "its flash memory is empty"),
    (b"waiting for download", "it waits in its boot loader"),
    (b"DOWNLOAD_BOOT", "it waits in its boot loader"),
    (b"Adafruit CircuitPython", "it runs CircuitPython"),
    (b"ets ", "an ESP starts there with another program"),
    (b"ESP-ROM:", "an ESP starts there with another program"),
    (b"Traceback", "a program runs there that lets nothing interrupt it"),
)


def silence_text(port: str, heard: bytes, is_pico: bool) -> str:
    """Return what it means that no MicroPython answered, by what was heard instead."""
    meanings = [meaning for sign, meaning in _NOISE if sign in heard]
    strange = "it answers, but not as MicroPython does" if heard else "nothing answers"
    meaning = meanings[0] if meanings else strange
    button = "unplug it and plug it in again" if is_pico else "press its reset button (EN)"
    return (
        f"no MicroPython on {port}: {meaning}. If it sleeps, {button} while this runs; if it has "
        "none yet, --firmware FILE writes it, with a file of micropython.org/download"
    )
