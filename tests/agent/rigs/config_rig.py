"""What the tests of the configuration share: a directory with keys, and short files in it."""

from pathlib import Path

from byteport_agent.config import Configuration, MistakesError, parse

DEVICE = '[device]\nnamespace = "myownspace"\nuid = "greenhouse-1"\nkey_file = "byteport.key"\n'
OUTPUT = '[[output]]\ntype = "byteport"\n'
KEYS = {"byteport.key": "c4nary-device", "gateway.key": "c4nary-gateway"}

DESIGN = """
[device]
namespace = "myownspace"
uid = "greenhouse-1"
key_file = "byteport.key"

[[sensor]]
name = "porch"
driver = "bme280"
bus = "i2c-1"
interval = "30s"
fields = { temperature = "porch_temp", humidity = { name = "porch_rh", offset = -2.0, deadband = 0.5 } }

[[sensor]]
name = "tank"
driver = "command"           # or "file" with path = "/run/tank_level"
command = "/usr/local/bin/tank-level"
interval = "5s"              # down to "10ms"

[outbox]
path = "outbox.db"           # max_bytes, max_age, sync_interval, history

[[output]]
type = "byteport"            # byteport | mqtt | stomp | influx | prometheus
url = "https://api.byteport.se"

[gateway]                    # boards store with this namespace and key
listen = "127.0.0.1:8080"
key_file = "gateway.key"
"""  # noqa: E501 (as the design has it)


def write_keys(directory: Path) -> None:
    for name, key in KEYS.items():
        path = directory / name
        path.write_text(f"{key}\n")
        path.chmod(0o600)


def parsed(text: str, directory: Path, **environ: str) -> Configuration:
    return parse(text, directory / "agent.toml", environ)


def problems_of(text: str, directory: Path, **environ: str) -> list[str]:
    """Return all that is told of a text, without the directory."""
    try:
        found = parsed(text, directory, **environ).warnings
    except MistakesError as error:
        assert error.exit_code == 78
        found = error.problems
    return [
        str(problem).replace(f"{directory}/", "").replace(str(directory), "DIR")
        for problem in found
    ]


def sensor(*lines: str, name: str = "porch") -> str:
    """Return a whole file with one sensor, whose lines begin at line 3."""
    return "\n".join(["[[sensor]]", f'name = "{name}"', *lines, DEVICE, OUTPUT])
