"""What a user asks and does about namespaces, devices and device types.

Source of paths and shapes: Byteport API document v1.6, "Data access methods".
"""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from byteport.store_call import RefusalError
from byteport_mocks.service.device_view import device_view, stamp_text
from byteport_mocks.service.model import DEVICE_SETTINGS, Device, Namespace
from byteport_mocks.service.registration import RegistrationError, register
from byteport_mocks.service.series import time_text
from byteport_mocks.service.user_call import UserCall

_FEW = 20


def namespaces(call: UserCall) -> Any:
    key = call.parameters.get("key")
    names = [name for name in call.names() if key in (None, name)]
    return [{"name": name, **call.world.namespaces[name].settings} for name in names]


def activity(call: UserCall, namespace: str) -> Any:
    """Return the namespace's log, the newest first; the document leaves its shape open."""
    return [
        {
            "uid": message.uid,
            "level": message.level,
            "message": message.text,
            "timestamp": time_text(message.ts_ms),
        }
        for message in reversed(call.namespace(namespace).log)
    ]


def search_devices(call: UserCall) -> Any:
    term = call.parameters.get("term", "")
    pattern = term if "*" in term else f"*{term}*"
    found = [
        (space, device)
        for space in map(call.namespace, call.names())
        for _, device in sorted(space.devices.items())
        if fnmatchcase(f"{space.name}.{device.uid}", pattern)
    ][: call.number("limit", _FEW)]
    full = call.flag("full", False)
    data: list[Any] = [
        device_view(space, device, 1) if full else f"{space.name}.{device.uid}"
        for space, device in found
    ]
    return {"meta": {"term": term}, "data": data}


def devices(call: UserCall, namespace: str) -> Any:
    space = call.namespace(namespace)
    key = call.parameters.get("key", call.parameters.get("uid", "*"))
    depth = call.number("depth", 0)
    return [
        device_view(space, device, depth)
        for uid, device in sorted(space.devices.items())
        if fnmatchcase(uid, key) or fnmatchcase(f"{namespace}.{uid}", key)
    ]


def device_types(call: UserCall, namespace: str) -> Any:
    depth = call.number("depth", 1)
    key = call.parameters.get("key")
    found = call.namespace(namespace).device_types.values()
    shown = [each for each in found if key in (None, each.id)]
    if depth == 0:
        return [{"id": each.id} for each in shown]
    more = depth > 1
    return [
        {**each.settings, **({"field_definitions": each.field_definitions} if more else {})}
        for each in shown
    ]


def firmware(call: UserCall, namespace: str, type_id: str) -> Any:
    return _by_id(call, call.namespace(namespace), type_id, "firmware")


def field_definitions(call: UserCall, namespace: str, type_id: str) -> Any:
    return _by_id(call, call.namespace(namespace), type_id, "field_definitions")


def register_device(call: UserCall, namespace: str) -> Any:
    try:
        done = register(call.namespace(namespace), call.parameters, call.now_ms)
    except RegistrationError as error:
        return {"error": str(error)}
    return {"registration_result": done}


def configure_device(call: UserCall, namespace: str, uid: str) -> Any:
    """Change settings by their names; all or nothing."""
    space = call.namespace(namespace)
    device = space.device(uid)
    for name in call.parameters:
        if name not in DEVICE_SETTINGS and name != "device_type":
            raise RefusalError(400, f"a device has no setting {name!r}")
    settings = dict(call.parameters)
    device_type = settings.pop("device_type", device.device_type)
    if device_type != device.device_type and device_type not in space.device_types:
        raise RefusalError(400, f"there is no device type {device_type!r}")
    device.device_type = device_type
    device.settings.update(settings)
    return [device_view(space, device, 1)]


def read_messages(call: UserCall, namespace: str, uid: str) -> Any:
    """Return the messages sent from one index to another, both included; 0 is the last one."""
    sent = call.namespace(namespace).device(uid).messages[::-1]
    return sent[call.number("from", 0) : call.number("to", 0) + 1]


def send_message(call: UserCall, namespace: str, uid: str) -> Any:
    space = call.namespace(namespace)
    device = space.device(uid)
    text = call.parameters.get("message", "")
    if not text or not text.isascii():
        raise RefusalError(400, "message is empty, or not ASCII")
    if call.parameters.get("format", "json") != "json":
        raise RefusalError(400, "format is not json")
    return [_sent(call, space, device, text)]


def set_fields(call: UserCall, namespace: str, uid: str) -> Any:
    space = call.namespace(namespace)
    device = space.device(uid)
    if not call.parameters:
        raise RefusalError(400, "no field to set")
    return [_sent(call, space, device, json.dumps(dict(call.parameters)))]


def _sent(call: UserCall, space: Namespace, device: Device, text: str) -> Any:
    """Send a message to a device and return what the service tells of it."""
    payload = {
        "data": text,
        "namespace": space.name,
        "uid": device.uid,
        "timestamp": str(call.now_ms // 1000),
    }
    guid = f"{space.name}.{device.uid}"
    message = {
        "status": f"Message sent to {guid} via channel all.",
        "error_level": "0",
        "user": call.username,
        "send_time": stamp_text(call.now_ms),
        "device": guid,
        "message": json.dumps([payload]),
        "id": str(len(device.messages) + 1),
    }
    device.messages.append(message)
    return message


def _by_id(call: UserCall, space: Namespace, type_id: str, what: str) -> Any:
    if type_id not in space.device_types:
        raise RefusalError(404, f"there is no device type {type_id!r} in {space.name!r}")
    key = call.parameters.get("key")
    found = getattr(space.device_types[type_id], what)
    return [each for each in found if key in (None, str(each.get("id")))]


Handler = Callable[..., Any]
GETS: dict[str, Handler] = {
    "namespace/": namespaces,
    "namespace/<namespace>/activity/": activity,
    "search_devices/": search_devices,
    "namespace/<namespace>/device/": devices,
    "namespace/<namespace>/device_type/": device_types,
    "namespace/<namespace>/device_type/<type_id>/firmware/": firmware,
    "namespace/<namespace>/device_type/<type_id>/field_definition/": field_definitions,
    "message/<namespace>/<uid>/": read_messages,
}
POSTS: dict[str, Handler] = {
    "namespace/register_device/<namespace>/": register_device,
    "namespace/configure_device/<namespace>/<uid>/": configure_device,
    "message/<namespace>/<uid>/": send_message,
    "device_control/set_fields/<namespace>/<uid>/": set_fields,
}
