"""One reading of each configured sensor, as it would be stored: names, filters and digits too."""

from contextlib import closing

from byteport.compat import ticks_ms
from byteport.errors import DriverError
from byteport_agent.buses.shared import Buses
from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.live_table import unit_text
from byteport_agent.command_line.text_table import text_table
from byteport_agent.config import Configuration, Sensor
from byteport_agent.sampling.fields import SensorFields
from byteport_agent.sampling.one_reading import one_reading
from byteport_agent.sampling.sampling import make_configured

Row = tuple[str, str, str]


def readings(
    configuration: Configuration, names: list[str], timeout_s: float
) -> tuple[list[str], list[str]]:
    """Read these sensors, all where none is named; return a table and what went wrong."""
    rows: list[Row] = []
    failures = []
    with closing(Buses()) as buses:
        for sensor in _chosen(configuration, names):
            try:
                rows += _rows(sensor, buses, timeout_s)
            except (DriverError, CommandError, OSError) as error:
                failures.append(f"{sensor.name}: {error}")
            except Exception as error:  # a third party's driver may raise anything
                failures.append(f"{sensor.name}: {type(error).__name__}: {error}")
    return text_table(("SENSOR", "FIELD", "VALUE"), rows) if rows else [], failures


def _chosen(configuration: Configuration, names: list[str]) -> list[Sensor]:
    known = {sensor.name: sensor for sensor in configuration.sensors}
    if not known:
        raise CommandError(f"{configuration.path} has no [[sensor]] to be read")
    for name in names:
        if name not in known:
            raise CommandError(f"no sensor {name!r} is configured: there is {', '.join(known)}")
    return [known[name] for name in names or known]


def _rows(sensor: Sensor, buses: Buses, timeout_s: float) -> list[Row]:
    made = make_configured(sensor, buses)
    try:
        values = one_reading(made, timeout_s)
        fields = SensorFields(sensor.fields)
        reports = fields.take(made.driver.CHANNELS, values, ticks_ms())
        units = fields.units(made.driver.CHANNELS)
    finally:
        made.close()
    refused = [(sensor.name, "", note) for note in fields.taken_notes()]
    stored = [(name, text) for _, pairs in reports for name, text in pairs]
    return [
        (sensor.name, name, f"{text} {unit_text(units.get(name, ''))}".rstrip())
        for name, text in stored
    ] + refused
