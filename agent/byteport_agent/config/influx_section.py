"""What an output to an InfluxDB, or to what speaks as one, takes: see `output_sections`."""

from collections.abc import Mapping
from dataclasses import dataclass

from byteport_agent.config import broker_kinds, kinds
from byteport_agent.config.output_sections import (
    Output,
    connections_setting,
    secret_settings,
    type_setting,
)
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

_PASSWORD = secret_settings("password")
_TOKEN = secret_settings("token")


@dataclass(frozen=True, kw_only=True)
class InfluxTarget(Output):
    """`[[output]]` with `type = "influx"`: writes line protocol to InfluxDB 1 or 2, \
VictoriaMetrics or Telegraf."""

    type: str = type_setting("influx")
    url: str = setting(
        kinds.URL,
        "url",
        "The server.",
        example='"http://192.168.1.20:8086"',
        required=True,
    )
    database: str | None = setting(
        kinds.TEXT, "database", "The database, of InfluxDB 1.", example='"greenhouse"'
    )
    retention_policy: str | None = setting(
        kinds.TEXT,
        "retention_policy",
        "The database's retention policy; without it, its default.",
        example='"a_year"',
    )
    user: str | None = setting(
        kinds.TEXT, "user", "Whom it signs in as, at InfluxDB 1.", example='"me"'
    )
    password_file: str | None = _PASSWORD[0]
    password_text: object = _PASSWORD[1]
    bucket: str | None = setting(
        kinds.TEXT,
        "bucket",
        "The bucket, of InfluxDB 2: this or `database`.",
        example='"greenhouse"',
    )
    org: str | None = setting(kinds.TEXT, "org", "The bucket's organization.", example='"my-org"')
    token_file: str | None = _TOKEN[0]
    token_text: object = _TOKEN[1]
    measurement: str = setting(
        kinds.TEXT,
        "measurement",
        "What the points are of; device and sensor are tags of each.",
        example='"climate"',
        default="byteport",
    )
    tags: Mapping[str, str] = setting(
        broker_kinds.TEXTS,
        "tags",
        "More tags of each point.",
        example='{ site = "home" }',
        default={},
    )
    integers: bool = setting(
        kinds.YES_NO,
        "integers",
        "Write numbers without a point as integers. A field that is an integer once can never be "
        "a float there.",
        example="true",
        default=False,
    )
    gzip: bool = setting(
        kinds.YES_NO, "gzip", "Compress what is sent.", example="false", default=True
    )
    connections: int = connections_setting()
    password: FoundKey | None = None
    token: FoundKey | None = None

    @property
    def most_together(self) -> int:
        return 500

    @property
    def manner(self) -> str:
        return self.database or self.bucket or ""
