"""A device as the service shows it: the deeper, the more.

Source: Byteport API document v1.6, "Device"; what depth 2 and 3 add, it says in words alone.
"""

from datetime import UTC, datetime
from typing import Any

from byteport_mocks.service.model import Device, Namespace
from byteport_mocks.service.questions import number_of
from byteport_mocks.service.series import time_text


def device_view(space: Namespace, device: Device, depth: int) -> dict[str, Any]:
    """Return a device's uid (depth 0) and settings (1), data and type (2), and children (3)."""
    guid = f"{space.name}.{device.uid}"
    view: dict[str, Any] = {"uid": device.uid, "guid": guid, "namespace": space.name}
    device_type = space.device_types.get(device.device_type)
    if depth > 0:
        view |= device.settings
        view |= _state(device)
        view["device_type"] = (
            f"{device_type.settings['name']} ({space.name})" if device_type else ""
        )
    if depth > 1:
        view |= _data(device, device_type.field_definitions if device_type else [])
        view["device_type"] = device_type.settings if device_type else None
    if depth > 2:
        others = space.devices.values()
        children = [each for each in others if each.settings["parent_device"] == guid]
        view["child_devices"] = [device_view(space, child, 1) for child in children]
    return view


def stamp_text(ms: int) -> str:
    """Return a time as settings have it: 2015-01-28 13:42:23.816000+00:00."""
    seconds, rest_ms = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}.{rest_ms:03d}000+00:00"


def _state(device: Device) -> dict[str, Any]:
    contact_ms, ts_ms = device.last_contact_ms, device.last_ts_ms
    contact = None if contact_ms is None else stamp_text(contact_ms)
    return {
        "reg_code": device.reg_code,
        "ctime": stamp_text(device.ctime_ms),
        "last_contact": contact,
        "last_contact_pretty": contact or "never",
        "last_provided_timestamp": None if ts_ms is None else stamp_text(ts_ms),
        "clock_skewed": None,
        "status": "online" if contact else "offline",
        "is_online": contact is not None,
        "fields": [],
        "undefined_fields": [],
        "latest_data_as_dict": {},
    }


def _data(device: Device, definitions: list[dict[str, Any]]) -> dict[str, Any]:
    defined = {definition["name"] for definition in definitions}
    latest = {name: series.last() for name, series in sorted(device.series.items())}
    return {
        "fields": [
            {"name": name, "value": value.text, "timestamp": time_text(value.ts_ms)}
            for name, value in latest.items()
        ],
        "undefined_fields": [name for name in latest if name not in defined],
        "latest_data_as_dict": {name: _shown(value.text) for name, value in latest.items()},
    }


def _shown(text: str) -> int | float | str:
    number = number_of(text)
    return text if number is None else number
