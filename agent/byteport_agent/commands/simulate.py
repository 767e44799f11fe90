"""`byteport-agent simulate`: days of a board's station in seconds, with all that may go wrong."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from byteport_agent.boards.progress import Progress
from byteport_agent.boards.station_file import secrets_file
from byteport_agent.cli import tell
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked as argument
from byteport_agent.command_line.configuration import checked
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.reader import load_board
from byteport_agent.durations import duration_ms, duration_text
from byteport_agent.printable import printable
from byteport_agent.simulation.battery import battery_life
from byteport_agent.simulation.interpreter import fill_library, interpreter, mocks_folder, running
from byteport_agent.simulation.outcome import Outcome
from byteport_agent.simulation.plan import (
    RTT_MS,
    START_UTC_S,
    board_station,
    simulation_plan,
    timed,
    without_part,
)
from byteport_agent.simulation.report import assumptions, report
from byteport_agent.simulation.troubles import Troubles, every, mixture, power_cut, span, unplugging

EXAMPLE = "byteport-agent simulate -c station.toml --days 30 --troubles"
_DEFAULT = "station.toml"
_DAY_MS = 86_400_000
_STEPS = 100  # of the progress bar
_PROGRAM = "from byteport_mocks.board import station_run; station_run.main({!r})"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-c", "--config", default=_DEFAULT, metavar="FILE", help=f"default ./{_DEFAULT}")
    days = argument(_days)
    add("--days", type=days, default="7", metavar="N", help="of virtual time; default 7")
    add("--json", action="store_true", help="print the figures as JSON")
    add("--log", action="store_true", help="print what the board says on its serial line")
    add("--seed", type=argument(_whole), default="1", metavar="N", help="of what is measured")
    add("--micropython", metavar="FILE", help="MicroPython's unix port; default: on the PATH")
    mah_help = "the battery's capacity; default 2500"
    add("--battery", type=argument(_whole), default="2500", metavar="MAH", help=mah_help)
    add("--rtt", type=argument(duration_ms), default=f"{RTT_MS}ms", metavar="DURATION",
        help=f"a round trip to the service; default {RTT_MS}ms")  # fmt: skip
    _add_troubles(parser.add_argument_group("what goes wrong", "times count from the start"))


def _add_troubles(group: Any) -> None:
    add = group.add_argument
    add("--troubles", action="store_true", help="a mixture of all of these")
    for name, metavar, check, text in (
        ("--router-outage", "START,DURATION", span, "no network is there"),
        ("--internet-outage", "START,DURATION", span, "there is Wi-Fi, and nothing behind it"),
        ("--service-down", "START,DURATION", span, "the service answers 503"),
        ("--power-cut", "START[,DURATION]", power_cut, "no power, for a minute"),
        ("--unplug", "SENSOR,START,DURATION", unplugging, "a sensor is away"),
    ):
        add(name, action="append", default=[], type=argument(check), metavar=metavar, help=text)
    late_help = "no time server answers before"
    add("--ntp-late", type=argument(duration_ms), metavar="DURATION", help=late_help)
    reset_help = "the reset button is pressed"
    add("--reboot-every", type=argument(duration_ms), metavar="DURATION", help=reset_help)


def run(arguments: argparse.Namespace) -> int:
    """Simulate and tell; return 1 where a reading was lost that was not in RAM alone."""
    configuration: BoardConfiguration = timed(checked(Path(arguments.config), load_board))
    path = interpreter(arguments.micropython)
    mocks_folder()
    left_out = without_part(configuration)
    sensors = [each.name for each in configuration.sensors if each.name not in left_out]
    _tell_of(left_out, sensors)
    troubles = _troubles(arguments, sensors)
    station = board_station(configuration, left_out)
    outcome = _simulated(configuration, station, arguments, path, troubles)
    summary = outcome.summary()
    summary["battery"] = _battery(configuration, arguments, outcome)
    if arguments.json:
        print(json.dumps(summary, indent=2))
    else:
        for line in _lines(configuration, arguments, summary):
            print(printable(line))
    return 1 if _unexplained(summary) else 0


def _tell_of(left_out: Sequence[str], sensors: Sequence[str]) -> None:
    for name in left_out:
        tell(f"there is no simulated part for the driver of {name!r}: left out", "simulate")
    if not sensors:
        raise CommandError("no sensor is left")


def _troubles(arguments: argparse.Namespace, sensors: Sequence[str]) -> Troubles:
    for name, _ in arguments.unplug:
        if name not in sensors:
            raise UsageError(f"--unplug: there is no sensor {name!r}, but {', '.join(sensors)}")
    found = mixture(arguments.days, sensors) if arguments.troubles else Troubles()
    found.wifi += arguments.router_outage
    found.internet += arguments.internet_outage
    found.service += arguments.service_down
    found.power += arguments.power_cut
    found.unplugged += arguments.unplug
    if arguments.ntp_late:
        found.ntp.append((0, arguments.ntp_late))
    if arguments.reboot_every:
        found.resets += every(arguments.reboot_every, arguments.days)
    return found


def _simulated(
    configuration: BoardConfiguration,
    station: dict[str, Any],
    arguments: argparse.Namespace,
    path: str,
    troubles: Troubles,
) -> Outcome:
    events = troubles.events(arguments.days)
    plan = simulation_plan(configuration, arguments.days, arguments.seed, arguments.rtt, events)
    outcome = Outcome(START_UTC_S * 1000)
    with TemporaryDirectory(prefix="byteport-simulate-") as name:
        folder = Path(name)
        fill_library(folder / "lib", configuration)
        (folder / "station.json").write_text(json.dumps(station))
        secrets = folder / "secrets.json"
        secrets.touch(0o600)
        secrets.write_bytes(secrets_file(configuration))
        (folder / "simulation.json").write_text(json.dumps(plan))
        _follow(path, folder, outcome, arguments)
    return outcome


def _follow(path: str, folder: Path, outcome: Outcome, arguments: argparse.Namespace) -> None:
    """Take what the simulation prints, and show how far it is."""
    shows = not arguments.json and not arguments.log
    with (
        running(path, folder / "lib", _PROGRAM.format(str(folder))) as lines,
        Progress(arguments.days) as progress,
    ):
        shown_ms = 0
        for line in lines:
            if not outcome.take(line) and arguments.log:
                print(f"{duration_text(outcome.ms):>8} {printable(line)}", file=sys.stderr)
            if shows and outcome.ms >= shown_ms + arguments.days // _STEPS:
                progress.add(duration_text(outcome.ms), outcome.ms - shown_ms)
                shown_ms = outcome.ms


def _battery(
    configuration: BoardConfiguration, arguments: argparse.Namespace, outcome: Outcome
) -> dict[str, Any]:
    kind = configuration.board.kind
    figures = outcome.figures
    life = battery_life(
        kind.base,
        outcome.ms,
        figures["radio_on_ms"],
        figures["asleep_ms"],
        figures["off_ms"],
        arguments.battery,
    )
    return {
        "mah": arguments.battery,
        "days": round(life.days, 1),
        "mean_ma": round(life.mean_ma, 3),
        "assumptions": assumptions(kind.base, kind.port),
    }


def _lines(
    configuration: BoardConfiguration, arguments: argparse.Namespace, summary: dict[str, Any]
) -> list[str]:
    return [
        f"{configuration.board.kind.name}, {duration_text(arguments.days)}, seed {arguments.seed}",
        *report(summary),
        *(f"           {text}" for text in summary["battery"]["assumptions"]),
    ]


def _unexplained(summary: dict[str, Any]) -> bool:
    """Tell whether something happened that must not."""
    reasons = summary["lost_in_ram"] + summary["lost_without_time"] + summary["dropped"]
    return bool(
        summary["lost"] > reasons
        or summary["out_of_order"]
        or summary["unknown"]
        or summary["without_time"]
    )


def _days(text: str) -> int:
    """Return the milliseconds of a number of days."""
    try:
        ms = round(float(text) * _DAY_MS)
    except (ValueError, OverflowError):
        ms = 0
    if not 60_000 <= ms <= 3650 * _DAY_MS:
        raise ValueError(f"{text!r} is no number of days, such as 30 or 0.5")
    return ms


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 1 << 30):
        raise ValueError(f"{text!r} is no number from 1")
    return int(text)
