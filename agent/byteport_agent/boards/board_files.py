"""Every file that a configuration needs on its board, by its path there."""

from pathlib import Path

from byteport_agent.boards.board_modules import Needed, imports_of, needed_modules
from byteport_agent.boards.compiling import compiled
from byteport_agent.boards.station_file import CA_FILE, secrets_file, station_file
from byteport_agent.boards.station_parts import parts_left_out
from byteport_agent.boards.trust import needs_trust
from byteport_agent.command_errors import CommandError
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.sections import Sensor
from byteport_agent.driver_lookup.board_drivers import PORTABLE, driver_module
from byteport_agent.driver_lookup.finder import BOARD_PACKAGE
from byteport_agent.driver_lookup.package_files import OURS, module_file

PROGRAM = "from byteport import station\n\nstation.run()\n"  # main.py
_ALWAYS = frozenset({"machine", "network"})


def needed_for(configuration: BoardConfiguration) -> Needed:
    """Return the modules that a board's program and its sensors' drivers need."""
    own: dict[str, Path] = {}
    roots = [_driver_module(sensor, own) for sensor in configuration.sensors]
    needed = needed_modules(PROGRAM, roots, own, parts_left_out(configuration))
    missing = [root for root in (*_imports(PROGRAM), *roots) if root not in _names(needed)]
    if missing:
        raise CommandError(f"this installation lacks {', '.join(missing)}: install it again")
    of_firmware = needed.of_firmware | _ALWAYS
    if needs_trust(configuration.output.url):
        of_firmware |= {"tls"}
    return Needed(needed.modules, of_firmware)


def board_files(
    configuration: BoardConfiguration, needed: Needed, certificate: bytes | None
) -> dict[str, bytes]:
    """Return the content of every file; the certificate is DER, None where there is none."""
    files = {
        **compiled(needed.modules),
        "/station.json": station_file(configuration),
        "/secrets.json": secrets_file(configuration),
        "/main.py": PROGRAM.encode(),
    }
    if certificate is not None:
        files[f"/{CA_FILE}"] = certificate
    return files


def _driver_module(sensor: Sensor, own: dict[str, Path]) -> str:
    """Return the module of a sensor's driver; a user's own file is noted as such."""
    found = sensor.found
    name = f"{BOARD_PACKAGE}.{driver_module(found.name)}"
    if found.origin.endswith(".py"):
        own[name] = Path(found.origin)
        return name
    return name if module_file(name) is not None else f"{PORTABLE}.{found.name}"


def _names(needed: Needed) -> set[str]:
    return {module.name for module in needed.modules}


def _imports(program: str) -> list[str]:
    """Return the modules of ours that a program imports."""
    named = [
        f"{each.module}.{name}" if name else each.module
        for each in imports_of(program)
        for name in (each.names or ("",))
    ]
    return [name for name in named if name.partition(".")[0] in OURS]
