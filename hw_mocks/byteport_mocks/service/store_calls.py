"""Storing with a key: single calls and packets.

Source: Byteport API document v1.6, "Storing data using API-key method".
"""

from byteport.errors import InvalidName
from byteport.names import check
from byteport.secret import Secret
from byteport.store_call import RefusalError, read_store_call
from byteport_mocks.service.model import WRITE_METHODS, Namespace, World
from byteport_mocks.service.packets import read_packets
from byteport_mocks.service.registration import is_true


def store(world: World, method: str, namespace: str, uid: str, form: bytes, now_ms: int) -> None:
    """Store what a call says; RefusalError 403, 404 or 406 as the document has them, or 400."""
    try:
        check(uid, "device")
    except InvalidName as error:
        raise RefusalError(406, str(error)) from None
    space = world.namespace(namespace)
    call = read_store_call(form)
    _check_rights(space, uid, call.key, method)
    ts_ms = now_ms if call.ts_ms is None else call.ts_ms
    space.store(uid, ts_ms, now_ms, call.fields, call.messages)


def store_packets(world: World, packets: str, legacy_key: str, now_ms: int) -> None:
    """Store every packet of a list, or none where one of them may not be."""
    found = read_packets(packets)
    for packet in found:
        space = world.namespace(packet.namespace)
        if space.legacy_key is None or not space.legacy_key.matches(legacy_key):
            raise RefusalError(403, "legacy_key is wrong or missing")
        space.device(packet.uid)
    for packet in found:
        space = world.namespace(packet.namespace)
        space.store(packet.uid, packet.ts_ms, now_ms, packet.fields, packet.messages)


def _check_rights(space: Namespace, uid: str, key: Secret, method: str) -> None:
    """Raise RefusalError where the key is neither the namespace's nor the device's, or none may."""
    settings = space.settings
    device = space.devices.get(uid)
    right = bool(settings["write_key"]) and key.matches(settings["write_key"])
    right = right or (device is not None and device.key.matches(key.reveal()))
    if not (right and is_true(settings["write_by_key"])):
        raise RefusalError(403, "_key is wrong or missing, or the namespace takes none")
    if method not in WRITE_METHODS[settings["http_write_method"]]:
        raise RefusalError(403, f"the namespace does not take {method}")
    space.device(uid)
