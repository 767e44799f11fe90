"""`byteport-agent flash`: puts a configuration onto a board and shows its first reading."""

import argparse
from pathlib import Path
from time import monotonic
from typing import Any

from byteport import __version__
from byteport_agent.boards.board_files import board_files, needed_for
from byteport_agent.boards.board_link import BoardLink
from byteport_agent.boards.boot_errors import take_boot_errors
from byteport_agent.boards.first_reading import FirstReading, next_step
from byteport_agent.boards.installing import Plan, check_room, install, planned
from byteport_agent.boards.link_errors import AGAIN
from byteport_agent.boards.progress import Progress
from byteport_agent.boards.serial_ports import Port, all_ports, found_port
from byteport_agent.boards.station_file import CA_FILE
from byteport_agent.boards.station_lines import SerialLines
from byteport_agent.boards.survey import Survey, check_board, check_modules, surveyed
from byteport_agent.boards.trust import certificate_for, certificate_in, described, needs_trust
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked as argument
from byteport_agent.command_line.configuration import checked
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.reader import load_board
from byteport_agent.durations import duration_ms
from byteport_agent.printable import printable

EXAMPLE = "byteport-agent flash /dev/ttyUSB0 -c station.toml"
_DEFAULT = "station.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("port", nargs="?", metavar="PORT", help="its serial port; default: the only board's")
    config_help = f"the board's configuration; default ./{_DEFAULT}"
    add("-c", "--config", default=_DEFAULT, metavar="FILE", help=config_help)
    firmware_help = "write this MicroPython first: .bin for an ESP, .uf2 for a Pico"
    add("--firmware", metavar="FILE", help=firmware_help)
    add("--erase", action="store_true", help="with --firmware: erase everything, readings too")
    add("--ca", metavar="FILE", help="the certificates to trust instead of this machine's")
    offline_help = "do not ask the service for its certificate: --ca has it, or the board"
    add("--offline", action="store_true", help=offline_help)
    wait_help = (
        "how long the first reading and its delivery are waited for; default 60s, 0s not at all"
    )
    wait = argument(duration_ms)
    add("--wait", type=wait, default="60s", metavar="DURATION", help=wait_help)


def run(arguments: argparse.Namespace) -> int:
    """Bring the board to what is configured; tell each step and what to do next."""
    if arguments.erase and not arguments.firmware:
        raise UsageError("--erase goes with --firmware FILE: an erased board has no MicroPython")
    configuration: BoardConfiguration = checked(Path(arguments.config), load_board)
    if not (arguments.port or arguments.firmware):  # before a service is asked in vain
        arguments.port = found_port(configuration.board.kind.port, all_ports())
    needed = needed_for(configuration)
    certificate = _certificate(configuration, arguments)
    files = board_files(configuration, needed, certificate)
    say(f"compiled {len(needed.modules)} modules, {_kilobytes(files)} in {len(files)} files")
    device = _device(configuration, arguments)
    is_pico = configuration.board.kind.port == "rp2"
    with BoardLink(device, is_pico) as link:
        survey = surveyed(link, files)
        _check(survey, link, configuration, needed.of_firmware)
        _check_certificate(survey, configuration, certificate)
        _bring(link, files, survey, configuration)
        for error in take_boot_errors(link):
            say(f"its program was ended before by {error}")
        _first_reading(link.port, link.restarted(), arguments.wait / 1000, configuration)
    return 0


def say(text: str) -> None:
    print(printable(text), flush=True)


def _kilobytes(files: dict[str, bytes]) -> str:
    return f"{sum(map(len, files.values())) / 1000:.1f} kB"


def _certificate(configuration: BoardConfiguration, arguments: argparse.Namespace) -> bytes | None:
    """Return what the board is to trust, None where that is nothing or is there already."""
    url = configuration.output.url
    if not needs_trust(url):
        return None
    file = arguments.ca or configuration.board.ca or configuration.output.ca
    if arguments.offline:
        return certificate_in(file) if file else None
    certificate = certificate_for(url, file)
    say(f"the board will trust {described(certificate)}")
    return certificate


def _check_certificate(
    survey: Survey, configuration: BoardConfiguration, certificate: bytes | None
) -> None:
    is_lacking = needs_trust(configuration.output.url) and certificate is None
    if is_lacking and f"/{CA_FILE}" not in survey.files:
        raise CommandError("the board has no certificate to trust yet: go online, or --ca FILE")


def _device(configuration: BoardConfiguration, arguments: argparse.Namespace) -> str:
    """Return the port of a board that has MicroPython, after writing it if that is asked for."""
    kind = configuration.board.kind
    if not arguments.firmware:
        return str(arguments.port)
    from byteport_agent.boards.firmware import write_firmware
    from byteport_agent.boards.firmware_file import check_firmware

    check_firmware(arguments.firmware, kind)
    is_uf2 = kind.firmware.tool == "uf2"
    device = arguments.port or ("" if is_uf2 else found_port(kind.port, all_ports()))
    write_firmware(arguments.firmware, kind, device, arguments.erase, say)
    return device or _port_after(kind.port)


def _port_after(family: str) -> str:
    """Return the port that appears when a board has started with its new firmware."""
    end = monotonic() + 20
    while True:
        try:
            return found_port(family, all_ports())
        except UsageError:
            if monotonic() >= end:
                raise


def _check(
    survey: Survey, link: BoardLink, configuration: BoardConfiguration, modules: frozenset[str]
) -> None:
    check_board(survey, configuration.board.kind)
    check_modules(link, modules, __version__)
    name = survey.machine or survey.platform
    say(f"{link.port.device}: MicroPython {survey.version_text}, {name}")


def _bring(
    link: BoardLink,
    files: dict[str, bytes],
    survey: Survey,
    configuration: BoardConfiguration,
) -> None:
    """Bring the files there."""
    plan = planned(files, survey)
    check_room(plan, survey, link)
    _warn_of_outbox(plan, survey, configuration)
    for path in plan.remove:
        say(f"removing {path}")
    if plan.keeps_main:
        say("keeping the board's own /main.py as /main-before.py")
    if plan.changes:
        try:
            with Progress(plan.total_bytes) as progress:
                install(link, plan, progress.add)
        except KeyboardInterrupt:
            say(f"interrupted: the board measures nothing until you {AGAIN}")
            raise
    say(f"wrote {len(plan.write)} files; {plan.unchanged} were there already")


def _warn_of_outbox(plan: Plan, survey: Survey, configuration: BoardConfiguration) -> None:
    left = survey.free_blocks * survey.block_bytes - plan.total_bytes
    wanted = configuration.outbox.max_bytes
    if left < wanted:
        say(
            f"warning: {left // 1000} kB are left for readings, less than outbox.max_bytes: the "
            "oldest go earlier when the board is offline for long"
        )


def _first_reading(
    port: Port, serial: Any, limit_s: float, configuration: BoardConfiguration
) -> None:
    """Show what a board says after its restart until its first reading is delivered."""
    if limit_s:
        with SerialLines(port, serial=serial) as lines:
            FirstReading(lines, limit_s, say).wait(port.device, configuration)
    else:
        serial.close()
    say(next_step(port.device))
