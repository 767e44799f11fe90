"""Registering devices: one, several, or a range such as sens10-sens20.

Source: Byteport API document v1.6, "Register device"; what its result holds is this server's own.
"""

import secrets
from collections.abc import Mapping
from re import ASCII, fullmatch
from typing import Any

from byteport.errors import InvalidName
from byteport.names import check
from byteport_mocks.service.model import Device, Namespace

_MAX_DEVICES = 10_000
_CODE_LENGTH = 16


class RegistrationError(Exception):
    """Nothing is registered; the text goes into an answer with status 200."""


def register(namespace: Namespace, form: Mapping[str, str], now_ms: int) -> list[dict[str, Any]]:
    """Register what a form names, all or nothing, and return what is told of each device."""
    device_type = form.get("device_type_id", "")
    if device_type not in namespace.device_types:
        raise RegistrationError(f"there is no device type {device_type!r}")
    uids = _uids(form.get("uid", ""), is_true(form.get("batch_register", "")))
    there = [uid for uid in uids if uid in namespace.devices]
    if there and not is_true(form.get("force", "")):
        raise RegistrationError(f"registered already: {', '.join(there[:10])}")
    length = _code_length(form.get("reg_code_length") or str(_CODE_LENGTH))
    told = []
    for uid in uids:
        device = namespace.devices.setdefault(uid, Device(uid, ctime_ms=now_ms))
        device.device_type = device_type
        device.reg_code = secrets.token_hex(length)[:length].upper()
        device.settings["active"] = str(is_true(form.get("active", "")))
        told.append(_told(namespace, device, form.get("serial", "")))
    return told


def is_true(text: str) -> bool:
    """Tell what a parameter says that is true or false, as scripts and Python write it."""
    return text.lower() in ("true", "1", "on", "yes")


def _told(namespace: Namespace, device: Device, serial: str) -> dict[str, Any]:
    return {
        "uid": device.uid,
        "guid": f"{namespace.name}.{device.uid}",
        "device_type": device.device_type,
        "reg_code": device.reg_code,
        "active": device.settings["active"],
        "serial": serial,
    }


def _uids(text: str, batch: bool) -> list[str]:
    parts = text.split(",") if batch else [text]
    uids = [uid for part in parts for uid in (_range(part.strip()) if batch else [part])]
    if len(uids) > _MAX_DEVICES:
        raise RegistrationError(f"{len(uids)} devices: at most {_MAX_DEVICES} at once")
    try:
        return [check(uid, "device") for uid in uids]
    except InvalidName as error:
        raise RegistrationError(str(error)) from None


def _range(text: str) -> list[str]:
    """Return the uids of sens10-sens20, or the text itself where it is no range."""
    parts = fullmatch(r"(.*?)(\d{1,9})-\1(\d{1,9})", text, ASCII)
    if parts is None:
        return [text]
    name, first, last = parts.groups()
    count = int(last) - int(first) + 1
    if not 0 < count <= _MAX_DEVICES:
        raise RegistrationError(f"a range of {count} devices: 1 to {_MAX_DEVICES} at once")
    return [f"{name}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]


def _code_length(text: str) -> int:
    if not fullmatch(r"\d{1,2}", text, ASCII) or not 4 <= int(text) <= 64:
        raise RegistrationError("reg_code_length is not 4 to 64")
    return int(text)
