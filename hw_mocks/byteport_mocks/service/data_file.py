"""A simulated Byteport's users, namespaces, devices and types out of JSON.

The format is described in docs/simulated-byteport.md. A mistake is told with its place in the file.
"""

import json
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from byteport.errors import InvalidData
from byteport.names import check
from byteport.secret import Secret
from byteport.store_call import timestamp_ms
from byteport.timestamp import timestamp_text
from byteport_mocks.service.model import (
    DEVICE_SETTINGS,
    NAMESPACE_SETTINGS,
    WRITE_METHODS,
    Device,
    DeviceType,
    Namespace,
    User,
    World,
)
from byteport_mocks.service.series import Series

_DEVICE = {*DEVICE_SETTINGS, "device_type", "key", "reg_code", "series"}
_NAMESPACE = {*NAMESPACE_SETTINGS, "devices", "device_types", "legacy_key"}

Table = Mapping[str, Any]


class DataError(ValueError):
    """What is wrong with the data, and where."""


def read_file(path: str) -> World:
    """Return what a file describes; raise DataError where it is wrong, OSError as open()."""
    try:
        return read_data(json.loads(Path(path).read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path} is no JSON: {error}") from None
    except DataError as error:
        raise DataError(f"{path}: {error}") from None


def read_data(data: object) -> World:
    """Return what data describes; raise DataError where they are wrong."""
    table = _table(data, "the data", {"users", "namespaces"})
    world = World()
    for name, value in _table(table.get("namespaces", {}), "namespaces").items():
        world.namespaces[_name(name, "namespace")] = _namespace(name, value)
    for name, value in _table(table.get("users", {}), "users").items():
        world.users[name] = _user(f"users.{name}", value, world)
    return world


def _user(place: str, data: object, world: World) -> User:
    table = _table(data, place, {"password", "namespaces"})
    names = table.get("namespaces", [])
    if not isinstance(names, list) or not set(names) <= world.namespaces.keys():
        raise DataError(f"{place}.namespaces is no list of names out of namespaces")
    return User(_secret(table, place, "password"), frozenset(names))


def _namespace(name: str, data: object) -> Namespace:
    place = f"namespaces.{name}"
    table = _table(data, place, _NAMESPACE)
    space = Namespace(name)
    space.settings |= {key: _text(table[key]) for key in NAMESPACE_SETTINGS if key in table}
    if space.settings["http_write_method"] not in WRITE_METHODS:
        raise DataError(f"{place}.http_write_method is none of {', '.join(WRITE_METHODS)}")
    if "legacy_key" in table:
        space.legacy_key = _secret(table, place, "legacy_key")
    for number, value in enumerate(_list(table.get("device_types", []), f"{place}.device_types")):
        device_type = _device_type(f"{place}.device_types[{number}]", name, value)
        space.device_types[device_type.id] = device_type
    for uid, value in _table(table.get("devices", {}), f"{place}.devices").items():
        space.devices[_name(uid, "device")] = _device(f"{place}.devices.{uid}", uid, value, space)
    return space


def _device_type(place: str, namespace: str, data: object) -> DeviceType:
    table = dict(_table(data, place))
    if not table.get("id") or not table.get("name"):
        raise DataError(f"{place} has no id, or no name")
    firmware = _objects(table.pop("firmware", []), f"{place}.firmware", "id")
    fields = _objects(table.pop("field_definitions", []), f"{place}.field_definitions", "name")
    settings = {"namespace": namespace, **{key: _text(value) for key, value in table.items()}}
    return DeviceType(settings, firmware, fields)


def _device(place: str, uid: str, data: object, space: Namespace) -> Device:
    table = _table(data, place, _DEVICE)
    device = Device(uid, _text(table.get("device_type", "")))
    if device.device_type and device.device_type not in space.device_types:
        raise DataError(f"{place}.device_type is the id of no device type")
    if "key" in table:
        device.key = _secret(table, place, "key")
    device.reg_code = _text(table.get("reg_code", ""))
    device.settings |= {key: _text(table[key]) for key in DEVICE_SETTINGS if key in table}
    for field, values in _table(table.get("series", {}), f"{place}.series").items():
        device.series[_name(field, "field")] = _series(f"{place}.series.{field}", values)
    return device


def _series(place: str, data: object) -> Series:
    series = Series()
    for value in _list(data, place):
        try:
            seconds, text = value
            series.add(timestamp_ms(timestamp_text(seconds)), _text(text))
        except (TypeError, ValueError, InvalidData):
            raise DataError(f"{place}: a value is [seconds since 1970, value]") from None
    return series


def _objects(data: object, place: str, needed: str) -> list[dict[str, Any]]:
    found = []
    for value in _list(data, place):
        table = {key: _text(each) for key, each in _table(value, place).items()}
        if not table.get(needed):
            raise DataError(f"{place}: each needs {needed!r}")
        found.append(table)
    return found


def _table(data: object, place: str, known: Collection[str] | None = None) -> Table:
    if not isinstance(data, dict):
        raise DataError(f"{place} is no object")
    for key in data:
        if known is not None and key not in known:
            near = get_close_matches(key, known, 1)
            hint = (
                f": did you mean {near[0]!r}?" if near else f": one of {', '.join(sorted(known))}"
            )
            raise DataError(f"{place} has an unknown key {key!r}{hint}")
    return data


def _list(data: object, place: str) -> list[Any]:
    if not isinstance(data, list):
        raise DataError(f"{place} is no list")
    return data


def _name(name: str, what: str) -> str:
    try:
        return check(name, what)
    except InvalidData as error:
        raise DataError(str(error)) from None


def _secret(table: Table, place: str, name: str) -> Secret:
    text = table.get(name)
    if not isinstance(text, str) or not text:
        raise DataError(f"{place}.{name} is no text")
    return Secret(text)


def _text(value: object) -> str:
    """Return a setting as the service shows it, all of which are texts."""
    return value if isinstance(value, str) else str(value)
