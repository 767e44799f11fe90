"""What a user, or whoever has a namespace's key for reading, asks about values.

Source of paths and shapes: Byteport API document v1.6, from "Get timeseries data" on; statistics
and distance_to_typical have paths there alone, so what they answer is this server's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from byteport.errors import InvalidName
from byteport.names import check
from byteport.store_call import RefusalError
from byteport_mocks.service import questions
from byteport_mocks.service.model import Device, Namespace
from byteport_mocks.service.objects import file_of
from byteport_mocks.service.series import Series, Value, time_text
from byteport_mocks.service.user_call import UserCall


@dataclass(frozen=True)
class FileAnswer:
    """An answer that is a file instead of JSON."""

    name: str
    data: bytes


def time_series(call: UserCall, namespace: str, uid: str, field: str) -> Any:
    space, device = _device(call, namespace, uid)
    question = questions.read_question(call.parameters, call.now_ms)
    values = _series(device, field).between(question.from_ms, question.to_ms)
    path = f"{namespace}.{uid}.{field}"
    return questions.answer(path, values, question, _data_type(space, device, field))


def statistics(call: UserCall, namespace: str, uid: str, field: str) -> Any:
    return _calculated(call, namespace, uid, field, questions.statistics)


def distance_to_typical(call: UserCall, namespace: str, uid: str, field: str) -> Any:
    return _calculated(call, namespace, uid, field, questions.distance_to_typical)


def single_value(call: UserCall, namespace: str, uid: str, field: str, ref: str) -> Any:
    _, device = _device(call, namespace, uid)
    value = _series(device, field).by_ref(ref)
    return {
        "uid": uid,
        "field_name": field,
        "value": value.text,
        "meta": value.meta,
        "timestamp": time_text(value.ts_ms),
        "ref": value.ref,
        "namespace_name": namespace,
    }


def download(call: UserCall, namespace: str, uid: str, field: str, ref: str) -> FileAnswer:
    space, device = _device(call, namespace, uid)
    value: Value = _series(device, field).by_ref(ref)
    encoded = _definition(space, device, field).get("encoding_type", "base64") == "base64"
    decode = call.flag("decode", True) and encoded
    data = file_of(value.text, decode, call.flag("decompress", True))
    return FileAnswer(f"{namespace}.{uid}.{field}.{time_text(value.ts_ms)}.bin", data)


def _calculated(
    call: UserCall, namespace: str, uid: str, field: str, calculate: Callable[..., Any]
) -> Any:
    _, device = _device(call, namespace, uid)
    question = questions.read_question(call.parameters, call.now_ms)
    values = _series(device, field).between(question.from_ms, question.to_ms)
    return calculate(f"{namespace}.{uid}.{field}", values, question)


def _device(call: UserCall, namespace: str, uid: str) -> tuple[Namespace, Device]:
    space = call.readable(namespace)
    return space, space.device(uid)


def _series(device: Device, field: str) -> Series:
    try:
        return device.series.get(check(field), Series())
    except InvalidName as error:
        raise RefusalError(400, str(error)) from None


def _definition(space: Namespace, device: Device, field: str) -> dict[str, Any]:
    device_type = space.device_types.get(device.device_type)
    definitions = device_type.field_definitions if device_type else []
    return next((each for each in definitions if each["name"] == field), {})


def _data_type(space: Namespace, device: Device, field: str) -> str:
    return str(_definition(space, device, field).get("data_type", ""))


_PLACE = "<namespace>/<uid>/<field>/"
GETS: dict[str, Callable[..., Any]] = {
    f"timeseries/{_PLACE}": time_series,
    f"timeseries/statistics/{_PLACE}": statistics,
    f"timeseries/analysis/distance_to_typical/{_PLACE}": distance_to_typical,
    f"value/{_PLACE}<ref>/": single_value,
    f"download/value/{_PLACE}<ref>/": download,
}
