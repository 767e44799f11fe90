"""What a gateway is configured with: see `sections`, of which this is a part."""

from collections.abc import Mapping
from dataclasses import dataclass

from byteport_agent.config import kinds
from byteport_agent.config.gateway_kinds import HOST_LABEL, HOSTS, UNITS
from byteport_agent.config.settings import setting
from byteport_agent.keys import FoundKey

KEY_MEANING = "The key itself. Better is a file of its own, which `key_file` names."


@dataclass(frozen=True, kw_only=True)
class GatewayDevice:
    """`[[gateway.device]]`: a device that stores at the gateway, if there is more to say of it."""

    uid: str = setting(kinds.NAME, "uid", "The device's uid.", example='"barDev1"', required=True)
    key_file: str | None = setting(
        kinds.PATH,
        "key_file",
        "File with a key of its own; it can store with that key alone, and with no other.",
        example='"bardev1.key"',
    )
    key_text: object = setting(
        kinds.SECRET, "key", KEY_MEANING, example='"b4rd3v-s3cret"', read=False
    )
    silent_after_ms: int | None = setting(
        kinds.duration("1s", "36500d"),
        "silent_after",
        "How long after its last call something is wrong. Without it, three times as long as its "
        "calls are apart.",
        example='"1h"',
    )
    units: Mapping[str, str] = setting(
        UNITS,
        "units",
        "Units of its fields for the dashboard, as SenML writes them.",
        example='{ temp = "Cel", humidity = "%RH" }',
        default={},
    )
    key: FoundKey | None = None


@dataclass(frozen=True, kw_only=True)
class Gateway:
    """`[gateway]`: takes readings from boards, stored with `[device]`'s namespace and this key; \
serves the dashboard."""

    listen: str = setting(
        kinds.LISTEN,
        "listen",
        "Where it listens. Elsewhere than on loopback the dashboard needs a password, which "
        "`byteport-agent set-password` sets.",
        example='"0.0.0.0:8080"',
        default="127.0.0.1:8080",
    )
    key_file: str | None = setting(
        kinds.PATH,
        "key_file",
        "File with the key that boards use. Without it: `$CREDENTIALS_DIRECTORY/gateway.key`, else "
        "the environment variable `BYTEPORT_GATEWAY_KEY`.",
        example='"gateway.key"',
    )
    key_text: object = setting(
        kinds.SECRET, "key", KEY_MEANING, example='"b04rds-s3cret"', read=False
    )
    device_tables: object = setting(
        kinds.TABLES,
        "device",
        "Devices of which there is more to say, each a `[[gateway.device]]`.",
        example='[{ uid = "barDev1", silent_after = "1h" }]',
        read=False,
    )
    only_listed: bool = setting(
        kinds.YES_NO,
        "only_listed",
        "Take readings of no other devices than those in `[[gateway.device]]`.",
        example="true",
        default=False,
    )
    max_devices: int = setting(
        kinds.whole(1, 100_000),
        "max_devices",
        "The most devices besides those listed.",
        example="20",
        default=1000,
    )
    password_file: str = setting(
        kinds.PATH,
        "password_file",
        "Where `set-password` puts the password's hash. Without it, `gateway.password` beside the "
        "outbox.",
        example='"/var/lib/byteport-agent/gateway.password"',
        default="gateway.password",
    )
    hosts: tuple[str, ...] = setting(
        HOSTS,
        "hosts",
        "Names by which browsers reach it, besides this machine's name and its addresses.",
        example='["greenhouse.example.org"]',
        default=(),
    )
    certificate: str | None = setting(
        kinds.PATH,
        "certificate",
        "File with a TLS certificate and its chain, as PEM; then it speaks https and nothing else.",
        example='"gateway.crt"',
    )
    certificate_key: str | None = setting(
        kinds.PATH,
        "certificate_key",
        "File with the certificate's private key. Without it, it is in the same file.",
        example='"gateway.pem"',
    )
    mdns: str | None = setting(
        HOST_LABEL,
        "mdns",
        "A name to be found by: `greenhouse` makes it `greenhouse.local`. Needs the extra `mdns`.",
        example='"greenhouse"',
    )
    devices: tuple[GatewayDevice, ...] = ()
    key: FoundKey


@dataclass(frozen=True, kw_only=True)
class History:
    """`[history]`: what a gateway keeps for charts, delivered or not, and of own sensors too."""

    path: str = setting(
        kinds.PATH,
        "path",
        "The database's file. Without it, `history.db` beside the outbox.",
        example='"/mnt/usb/history.db"',
        default="history.db",
    )
    max_age_ms: int = setting(
        kinds.duration("1h", "36500d"),
        "max_age",
        "What is older goes.",
        example='"3650d"',
        default="400d",
    )
    max_bytes: int = setting(
        kinds.size("1MB"),
        "max_bytes",
        "The most it may take; then the oldest goes. A year of 20 fields every minute is 31 MB.",
        example='"1GB"',
        default="256MB",
    )
