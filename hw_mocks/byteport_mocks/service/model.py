"""Users, namespaces, devices and types of a simulated Byteport, and what devices have sent."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from byteport.secret import Secret
from byteport.store_call import RefusalError
from byteport_mocks.service.series import Series

Texts = Iterable[tuple[str, str]]
Json = dict[str, Any]

_MAX_LOGS = 10_000

# what a device has besides its uid, namespace and data, as the API document shows it
DEVICE_SETTINGS: Mapping[str, Any] = {
    "active": "True",
    "alarm_acked_by": "None",
    "alarm_acked_time": "None",
    "alarm_emails": "",
    "alarm_interval": "5",
    "alarm_repeat_times": "0",
    "alarm_repeats": "0",
    "alias": "",
    "commands": "",
    "commands_changed": "False",
    "crypto_key": "",
    "current_firmware": "None",
    "description": "",
    "extra_field_1": "",
    "extra_field_2": "",
    "last_addr": "",
    "last_alarm": "None",
    "lat": "",
    "location_hint": "",
    "lon": "",
    "offline_alarm": "False",
    "parent_device": "",
    "photo": "",
    "public": "False",
    "reduction_coefficient": "10",
    "service_level": "100",
    "sticky_command": "False",
    "timeout_limit": "180",
}
NAMESPACE_SETTINGS: Mapping[str, str] = {
    "data_survival_time": "0",
    "description": "",
    "http_write_method": "both",
    "read_by_key": "False",
    "read_key": "",
    "write_by_key": "True",
    "write_key": "",
}
WRITE_METHODS = {"both": ("GET", "POST"), "get": ("GET",), "post": ("POST",), "none": ()}


@dataclass
class User:
    """Who can log in, and to which namespaces."""

    password: Secret
    namespaces: frozenset[str]


@dataclass
class DeviceType:
    """A kind of device; all its parts are as the service answers them."""

    settings: Json
    firmware: list[Json] = field(default_factory=list)
    field_definitions: list[Json] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.settings["id"])


@dataclass
class LogMessage:
    """What a device sent by a log channel: debug, info, warn or error."""

    uid: str
    level: str
    text: str
    ts_ms: int


@dataclass
class Device:
    """A registered device with its settings, its series and the messages sent to it."""

    uid: str
    device_type: str = ""
    key: Secret = field(default_factory=lambda: Secret(secrets.token_hex(12)))
    settings: Json = field(default_factory=lambda: dict(DEVICE_SETTINGS))
    reg_code: str = ""
    ctime_ms: int = 0
    last_contact_ms: int | None = None
    last_ts_ms: int | None = None
    series: dict[str, Series] = field(default_factory=dict)
    messages: list[Json] = field(default_factory=list)


@dataclass
class Namespace:
    """Devices and types under one name, and who may write and read by key."""

    name: str
    settings: dict[str, str] = field(default_factory=lambda: dict(NAMESPACE_SETTINGS))
    legacy_key: Secret | None = None
    devices: dict[str, Device] = field(default_factory=dict)
    device_types: dict[str, DeviceType] = field(default_factory=dict)
    log: list[LogMessage] = field(default_factory=list)

    def device(self, uid: str) -> Device:
        """Return a device; RefusalError 404 where it is not registered."""
        if uid not in self.devices:
            raise RefusalError(404, f"device {uid!r} is not registered in {self.name!r}")
        return self.devices[uid]

    def store(self, uid: str, ts_ms: int, arrived_ms: int, fields: Texts, messages: Texts) -> None:
        """Keep what a call of a device says."""
        device = self.device(uid)
        for name, text in fields:
            if name not in device.series:
                device.series[name] = Series()
            device.series[name].add(ts_ms, text)
        self.log += [LogMessage(uid, level, text, ts_ms) for level, text in messages]
        del self.log[:-_MAX_LOGS]
        device.last_contact_ms = arrived_ms
        device.last_ts_ms = ts_ms


@dataclass
class World:
    """All there is."""

    users: dict[str, User] = field(default_factory=dict)
    namespaces: dict[str, Namespace] = field(default_factory=dict)

    def namespace(self, name: str) -> Namespace:
        """Return a namespace; RefusalError 404 where there is none of that name."""
        if name not in self.namespaces:
            raise RefusalError(404, f"there is no namespace {name!r}")
        return self.namespaces[name]
