"""`byteport-agent monitor`: a board's readings and messages as they come."""

import argparse
import os
import sys
from datetime import datetime
from time import monotonic

from byteport_agent.boards.serial_ports import all_ports, found_port, identified, opened
from byteport_agent.boards.station_lines import SerialLines, StationLine
from byteport_agent.printable import printable
from byteport_agent.stopping import StopSignal

EXAMPLE = "byteport-agent monitor /dev/ttyUSB0"
QUIET_S = 20
_QUIET = (
    "nothing yet: a board speaks when it reads, so wait for its interval, or press its reset "
    "button to see it start; one without a program is silent: 'byteport-agent flash'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "port", nargs="?", metavar="PORT", help="the board's serial port; default: the only board's"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what the board says until Ctrl-C, through restarts and pulled cables."""
    device = arguments.port or found_port("", all_ports())
    serial = opened(device) if os.path.exists(device) else None  # what is closed stays so
    print(f"{device}: Ctrl-C ends this", file=sys.stderr, flush=True)
    with StopSignal() as stop, SerialLines(identified(device), _tell, serial) as lines:
        silent_from = monotonic() if serial else None
        while not stop.requested:
            for line in lines.read():
                silent_from = None
                print(_stamped(line), flush=True)
            if silent_from is not None and monotonic() - silent_from > QUIET_S:
                silent_from = None
                _tell(_QUIET)
    return 0


def _tell(text: str) -> None:
    print(f"byteport-agent monitor: {printable(text)}", file=sys.stderr, flush=True)


def _stamped(line: StationLine) -> str:
    return f"{datetime.now():%H:%M:%S} {line.shown}"
