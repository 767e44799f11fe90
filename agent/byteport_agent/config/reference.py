"""Writes docs/configuration.md from the declarations that the check uses, so that it is true.

python -m byteport_agent.config.reference > docs/configuration.md
"""

from collections.abc import Iterable, Iterator
from inspect import getdoc

from byteport_agent.config.board.reference import BOARD_SECTIONS, BOARD_TEXT
from byteport_agent.config.filter_settings import FILTERS, UNIT
from byteport_agent.config.gateway_sections import Gateway, GatewayDevice, History
from byteport_agent.config.message_sections import Actuator, Messages, Prometheus
from byteport_agent.config.output_types import TARGETS
from byteport_agent.config.reader import SEARCHED
from byteport_agent.config.sections import Device, Outbox, Sensor
from byteport_agent.config.settings import settings_of

_SENDING = (Device, Sensor, Outbox, *TARGETS.values(), Actuator, Messages, Prometheus)
AGENT_SECTIONS = (*_SENDING, Gateway, GatewayDevice, History)
SECTIONS = (*AGENT_SECTIONS, *BOARD_SECTIONS)
EXAMPLE = """\
[device]
namespace = "myownspace"
uid = "greenhouse-1"
key_file = "byteport.key"

[[sensor]]
name = "porch"
driver = "bme280"
bus = "i2c-1"
interval = "30s"
fields = { temperature = "porch_temp", humidity = { name = "porch_rh", offset = -2.0 } }

[[sensor]]
name = "soil"
driver = "ads1115"
channels = [0, 1]                  # an option of the driver
interval = "1m"

[sensor.fields.ch0]
name = "soil_moisture"
points = [[1.12, 100], [2.61, 0]]  # volts measured, percent true
unit = "%"
median = 5
deadband = 0.5
heartbeat = "10m"

[[sensor]]
name = "tank"
driver = "command"                 # a program that prints a number: it is sent as field "tank"
command = "/usr/local/bin/tank-level"
interval = "5s"

[outbox]
max_bytes = "64MB"

[[output]]
type = "byteport"
"""
_INTRODUCTION = f"""\
# Configuration

One TOML file says what is measured and where it goes. It is the one given with `-c FILE`, else
`./{SEARCHED[0]}`, else `{SEARCHED[1]}`.

```toml
{EXAMPLE}```

`byteport-agent check` lists every mistake with its line, or what would run, and touches no
hardware; `byteport-agent scan` prints `[[sensor]]` tables for what it finds, and a whole file to
begin with where there is none. A file with a mistake is not run (exit code 78).

* **Durations** are texts, a number and its unit: `"10ms"`, `"1.5s"`, `"30s"`, `"5m"` for minutes,
  `"1h"`, `"2d"`. **Sizes** too: `"500kB"`, `"64MB"`, `"1GB"`, `"64MiB"`.
* **Names** have 2 to 32 characters of `0-9 a-z A-Z - _ :` and start with none of `-` and `_`.
  `_key` and `_ts` are reserved; `debug`, `info`, `warn` and `error` are log channels.
* **Paths** are taken from the directory of the file.
* **An API key** stands in a file of its own that only its user can read, in systemd's credentials
  or in an environment variable. It is never printed.

This page is written by `python -m byteport_agent.config.reference`.
"""
_FIELDS = """\
## `fields` of a sensor

`fields = { temperature = "porch_temp" }` sends the channel under another name. A table in place of
the name filters it, in this order, whatever the order in the file:
`fields = { humidity = { name = "porch_rh", offset = -2.0, deadband = 0.5 } }`, or as a table of its
own, `[sensor.fields.humidity]`, below its `[[sensor]]`. Channels that are not named are not sent.
"""
_OPTIONS = """\
All other keys are options of the driver, such as `oversampling = 4` or `pin = 4`;
`byteport-agent sensors --json` lists them. Where a driver's channel has no name of its own, as with
`command` and `file`, it has the sensor's.
"""


def reference() -> str:
    """Return the page."""
    parts = [_INTRODUCTION]
    for section in AGENT_SECTIONS:
        parts.append(_chapter(section))
        if section is Sensor:
            parts.append(_OPTIONS)
            parts.append(f"{_FIELDS}\n{_table(_filter_rows())}")
    parts += [BOARD_TEXT, *map(_chapter, BOARD_SECTIONS)]
    return "\n".join(parts)


def _chapter(section: type) -> str:
    title, _, rest = (getdoc(section) or "").partition(": ")
    return f"## {title}\n\n{rest[0].upper()}{rest[1:]}\n\n{_section_table(section)}"


def _section_table(section: type) -> str:
    rows = []
    for key, (_, setting) in settings_of(section).items():
        default = "required" if setting.required else _code(setting.default)
        rows.append((key, setting.kind.title, default, setting.meaning, setting.example))
    return _table(rows)


def _filter_rows() -> Iterator[tuple[str, str, str, str, str]]:
    yield "name", "name", "the channel's", "The field's name.", '"porch_rh"'
    for key, found in FILTERS.items():
        default = found.default if " " in found.default else _code(found.default)
        yield key, found.type, default, found.meaning, found.example
    yield UNIT.key, UNIT.kind.title, "the channel's", UNIT.meaning, UNIT.example


def _table(rows: Iterable[tuple[str, str, str, str, str]]) -> str:
    lines = ["| key | type | default | meaning | example |", "|---|---|---|---|---|"]
    lines += [
        f"| `{key}` | {kind} | {default} | {meaning} | `{key} = {example}` |"
        for key, kind, default, meaning, example in rows
    ]
    return "\n".join(lines) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


if __name__ == "__main__":
    print(reference(), end="")
