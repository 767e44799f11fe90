"""What an agent is configured with: one frozen dataclass per table of the file.

Two that are equal need no restart when the file is read again. Times are milliseconds, sizes
bytes, paths absolute; keys are `FoundKey`, which shows as ***.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from byteport_agent.config import kinds
from byteport_agent.config.broker_sections import BrokerTarget
from byteport_agent.config.gateway_sections import KEY_MEANING, Gateway, History
from byteport_agent.config.message_sections import Actuator, Messages, Prometheus
from byteport_agent.config.output_sections import Output
from byteport_agent.config.problems import Problem
from byteport_agent.config.settings import setting
from byteport_agent.driver_lookup.finder import FoundDriver
from byteport_agent.durations import duration_ms
from byteport_agent.keys import NO_KEY, FoundKey, Secret

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

    ``unit`` is the field's where that is not the channel's.
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

    def every_ms(self, interval_ms: int) -> int | None:
        """Return how often it is reported at least, None where it may be silent for ever."""
        ms = {
            key: duration_ms(str(self.settings[key]))
            for key in ("window", "heartbeat")
            if key in self.settings
        }
        longest = max(interval_ms, ms.get("window", 0))
        if self.settings.get("on_change") or self.settings.get("deadband"):
            return max(longest, ms["heartbeat"]) if "heartbeat" in ms else None
        return longest


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
        "The database's file. Without it, `outbox.db` beside this file; for the service's file, in "
        "`/var/lib/byteport-agent`.",
        example='"/mnt/usb/outbox.db"',
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
class Configuration:
    """A whole file that has no mistake, and what its owner should be warned of."""

    path: Path
    device: Device
    sensors: tuple[Sensor, ...]
    outbox: Outbox
    outputs: tuple[Output, ...]
    gateway: Gateway | None
    history: History
    actuators: tuple[Actuator, ...] = ()
    messages: Messages = field(default_factory=Messages)
    prometheus: Prometheus | None = None
    warnings: tuple[Problem, ...] = field(default=(), compare=False)

    @property
    def takes_messages(self) -> bool:
        """Whether messages to the device can come, or something is there for them to switch."""
        outputs = [each for each in self.outputs if isinstance(each, BrokerTarget)]
        return bool(self.actuators) or any(each.messages for each in outputs)

    @property
    def metrics_at_gateway(self) -> bool:
        """Whether Prometheus finds its figures at the gateway."""
        shown = self.prometheus
        return shown is not None and shown.listen is None and self.gateway is not None

    def secrets(self) -> list[Secret]:
        """Return every key in it, to be hidden wherever text is shown."""
        boards = self.gateway.devices if self.gateway is not None else ()
        sections = (self.device, self.gateway, *boards, *self.outputs, self.prometheus)
        values = [value for each in sections if each is not None for value in vars(each).values()]
        keys = [value for value in values if isinstance(value, FoundKey)]
        return [key.secret for key in keys if key is not NO_KEY]
