"""What an agent is configured with: one frozen dataclass per table of the file.

Two that are equal need no restart when the file is read again. Times are milliseconds, sizes
bytes, paths absolute; keys are `FoundKey`, which shows as ***.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from byteport_agent.config import kinds
from byteport_agent.config.gateway_sections import KEY_MEANING, Gateway, History
from byteport_agent.config.problems import Problem
from byteport_agent.config.settings import setting
from byteport_agent.driver_finder import FoundDriver
from byteport_agent.keys import FoundKey, Secret

_INTERVAL = kinds.duration("10ms", "6d")


@dataclass(frozen=True, kw_only=True)
class Device:
    """`[device]`: who this is in Byteport."""

    namespace: str = setting(
        kinds.NAME,
        "namespace",
        "The namespace, as in Byteport.",
        example='"myownspace"',
        required=True,
    )
    uid: str = setting(
        kinds.NAME,
        "uid",
        "The device's uid in the namespace.",
        example='"greenhouse-1"',
        required=True,
    )
    key_file: str | None = setting(
        kinds.PATH,
        "key_file",
        "File with the API key; where this user may not read it, a file of its name in "
        "`$CREDENTIALS_DIRECTORY` (systemd's `LoadCredential=`). Without it: "
        "`$CREDENTIALS_DIRECTORY/byteport.key`, else the environment variable `BYTEPORT_KEY`.",
        example='"byteport.key"',
    )
    key_text: object = setting(
        kinds.SECRET, "key", KEY_MEANING, example='"f00b4s3cretk3y"', read=False
    )
    key: FoundKey


@dataclass(frozen=True)
class FieldSettings:
    """What becomes of one channel; ``settings`` are what `byteport.filter_settings` builds from.

    ``unit`` is what people are shown, None for the channel's.
    """

    channel: str
    name: str
    settings: Mapping[str, object]
    unit: str | None = None

    @property
    def sent_as(self) -> tuple[str, ...]:
        """The fields that are sent: several where a window reports several."""
        kinds = self.settings.get("window_report", ())
        if isinstance(kinds, list) and len(kinds) > 1:
            return tuple(f"{self.name}_{kind}" for kind in kinds)
        return (self.name,)


@dataclass(frozen=True, kw_only=True)
class Sensor:
    """`[[sensor]]`: one driver, where it is, how often it is read and what is sent of it."""

    name: str = setting(
        kinds.NAME,
        "name",
        "What the sensor is called in messages; unique.",
        example='"porch"',
        required=True,
    )
    driver: str = setting(
        kinds.TEXT,
        "driver",
        "A name of `byteport-agent sensors`, `./my_sensor.py:MySensor`, or "
        "`circuitpython:module.Class`.",
        example='"bme280"',
        required=True,
    )
    bus: str = setting(
        kinds.TEXT,
        "bus",
        "`i2c-1`, `spi-0.0`, `/dev/ttyAMA0`, or a multiplexer's channel `i2c-1/0x70/3`. Without it "
        "`i2c-1`, `spi-0.0` or `/dev/serial0`, as the driver needs.",
        example='"i2c-1"',
    )
    address: int | str | None = setting(
        kinds.ADDRESS,
        "address",
        "The chip's address; without it the driver's usual one.",
        example="0x76",
    )
    interval_ms: int = setting(
        _INTERVAL, "interval", "From one reading to the next.", example='"5s"', default="30s"
    )
    stagger_ms: int | None = setting(
        kinds.duration("0s", "6d"),
        "stagger",
        "How long after each whole interval it is read, less than the interval. Without it "
        "sensors are spread, so that they do not all start at once.",
        example='"250ms"',
    )
    deadline_ms: int = setting(
        kinds.duration("10ms", "10m"),
        "deadline",
        "How long one reading may take before it is given up.",
        example='"2s"',
        default="15s",
    )
    field_table: object = setting(
        kinds.TABLE,
        "fields",
        "Which channels are sent, each with its field's name or a table of field settings. Without "
        "it all are, by their own names.",
        example='{ temperature = "porch_temp", humidity = { name = "porch_rh", offset = -2.0 } }',
        read=False,
    )
    option_table: object = setting(
        kinds.TABLE,
        "options",
        "Options of the driver whose names are keys of this table too; others may stand here or "
        "beside the keys of this table.",
        example='{ name = "level" }',
        read=False,
    )
    place: str  # where no other sensor is, such as 0x76 on i2c-1; empty where several can be
    found: FoundDriver = field(compare=False, repr=False)
    options: Mapping[str, object] = field(repr=False)  # a program's environment may hold a secret
    fields: Mapping[str, FieldSettings] | None  # by channel; None: all, by their own names
    channels: tuple[str, ...] | None  # None: only the running driver knows them


@dataclass(frozen=True, kw_only=True)
class Outbox:
    """`[outbox]`: where readings wait until every output has them."""

    path: str = setting(
        kinds.PATH,
        "path",
        "The database's file.",
        example='"/var/lib/byteport-agent/outbox.db"',
        default="outbox.db",
    )
    max_bytes: int = setting(
        kinds.size("1MB"),
        "max_bytes",
        "The most it may take; then the oldest go, and are counted.",
        example='"256MB"',
        default="64MB",
    )
    max_age_ms: int = setting(
        kinds.duration("1m", "36500d"),
        "max_age",
        "Readings older than this go, and are counted.",
        example='"30d"',
        default="365d",
    )
    sync_interval_ms: int = setting(
        kinds.duration("0s", "1h"),
        "sync_interval",
        "The most that a power cut can lose; `0s` syncs each reading, which wears an SD card.",
        example='"1s"',
        default="6s",
    )


@dataclass(frozen=True, kw_only=True)
class Output:
    """`[[output]]` with `type = "byteport"`: sends to Byteport, or to an agent's gateway."""

    type: str = setting(
        kinds.choice("byteport"), "type", "What it speaks.", example='"byteport"', required=True
    )
    name: str = setting(
        kinds.NAME,
        "name",
        "Its name in messages; what was delivered is remembered by it. Without it, its type.",
        example='"byteport"',
    )
    url: str = setting(
        kinds.URL,
        "url",
        "The service.",
        example='"http://192.168.1.20:8080"',
        default="https://api.byteport.se",
    )
    method: str = setting(
        kinds.choice("POST", "GET", "auto"),
        "method",
        "`GET` puts the key into the URL, which servers log; `auto`: GET if short.",
        example='"auto"',
        default="POST",
    )
    timeout_ms: int = setting(
        kinds.duration("100ms", "10m"),
        "timeout",
        "For one whole call.",
        example='"10s"',
        default="20s",
    )
    connections: int = setting(
        kinds.whole(1, 16),
        "connections",
        "The most at once; a device's readings stay in order.",
        example="1",
        default=4,
    )
    packets: bool = setting(
        kinds.YES_NO,
        "packets",
        "Drain a backlog with many readings in a call; needs a legacy key.",
        example="true",
        default=False,
    )
    legacy_key_file: str | None = setting(
        kinds.PATH,
        "legacy_key_file",
        "File with the legacy key. Without it: `$CREDENTIALS_DIRECTORY/legacy.key`, else the "
        "environment variable `BYTEPORT_LEGACY_KEY`.",
        example='"legacy.key"',
    )
    max_rate: float = setting(
        kinds.number(0, above=True),
        "max_rate",
        "The most calls a second.",
        example="0.5",
        default=50,
    )
    retry_min_ms: int = setting(
        kinds.duration("100ms", "1h"),
        "retry_min",
        "The first wait after a failure.",
        example='"2s"',
        default="1s",
    )
    retry_max_ms: int = setting(
        kinds.duration("1s", "1d"),
        "retry_max",
        "The longest wait after failures.",
        example='"10m"',
        default="5m",
    )
    ca: str | None = setting(
        kinds.PATH,
        "ca",
        "File with the CA certificates to trust; without it the machine's.",
        example='"my-ca.pem"',
    )
    legacy_key: FoundKey | None = None


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A whole file that has no mistake, and what its owner should be warned of."""

    path: Path
    device: Device
    sensors: tuple[Sensor, ...]
    outbox: Outbox
    outputs: tuple[Output, ...]
    gateway: Gateway | None
    history: History
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    def secrets(self) -> list[Secret]:
        """Return every key in it, to be hidden wherever text is shown."""
        boards = self.gateway.devices if self.gateway is not None else ()
        sections = (self.device, self.gateway, *boards, *self.outputs)
        values = [value for each in sections if each is not None for value in vars(each).values()]
        return [value.secret for value in values if isinstance(value, FoundKey)]
