"""What a user of Byteport can do who logs in: read series, register and configure, send messages.

    with UserSession() as session:
        session.login("me", password)
        answer = session.time_series("myownspace", "barDev1", "temperature", hours=24)
        for point in answer["data"]["ts_data"]:
            print(point["t"], point["v"])

A board that only stores needs none of this. Source: Byteport API document v1.6, from "Log in" on.
"""

from byteport.compat import const
from byteport.encoder import append_quoted
from byteport.errors import Unreachable
from byteport.login import LoginSession
from byteport.names import check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any


class UserSession(LoginSession):
    """A user's session with a method for each call; for the rest see `LoginSession`.

    Methods return what the service answers, as JSON stands for it. Where an answer is too large for
    a board's memory, `each_point` and `download` take it piece by piece.
    """

    def echo(self, **parameters: "Any") -> "Any":
        """Return the parameters as the service got them; needs no login."""
        return self.get("echo/", parameters)

    def namespaces(self, key: "str | None" = None) -> "Any":
        """Return the namespaces that the user sees, or the one of that name, in a list."""
        return self.get("namespace/", {"key": key})

    def activity(self, namespace: str) -> "Any":
        """Return what went on in a namespace."""
        return self.get(_in_namespace(namespace, "activity"), {})

    def search_devices(self, term: str, full: bool = False, limit: int = 20) -> "Any":
        """Return the devices whose guid (namespace.uid) matches: guids, or all there is of each."""
        return self.get(
            "search_devices/", {"term": term, "full": str(full).lower(), "limit": limit}
        )

    def devices(
        self, namespace: str, key: "str | None" = None, depth: "int | None" = None
    ) -> "Any":
        """Return a namespace's devices, or those of a uid, in which * stands for anything.

        ``depth`` is 0 (uids) to 3 (with data, type and child devices).
        """
        return self.get(_in_namespace(namespace, "device"), {"key": key, "depth": depth})

    def device_types(
        self, namespace: str, key: "str | None" = None, depth: "int | None" = None
    ) -> "Any":
        """Return a namespace's device types, or the one with that id; depth 0 to 2."""
        return self.get(_in_namespace(namespace, "device_type"), {"key": key, "depth": depth})

    def firmwares(self, namespace: str, device_type: str, key: "str | None" = None) -> "Any":
        """Return the firmware that there is for a device type, by id, or the one with an id."""
        return self.get(_of_type(namespace, device_type, "firmware"), {"key": key})

    def field_definitions(
        self, namespace: str, device_type: str, key: "str | None" = None
    ) -> "Any":
        """Return the fields that a device type, by its id, defines, or the one with an id."""
        return self.get(_of_type(namespace, device_type, "field_definition"), {"key": key})

    def register(
        self, namespace: str, uids: "str | Iterable[str]", device_type: str, **options: "Any"
    ) -> "Any":
        """Register devices and return the registration's result; RegistrationFailed says why not.

        ``uids`` is one uid, several in a list or after commas, or with ``batch_register=True`` a
        range such as sens10-sens20. Other options: force, reg_code_length, active, serial.
        """
        if not isinstance(uids, str):
            uids = ",".join([check(uid, "device") for uid in uids])
        form = {"batch_register": "," in uids, "uid": uids, "device_type_id": device_type}
        form.update(options)
        if not form["batch_register"]:
            check(uids, "device")
        path = f"namespace/register_device{_part(check(namespace, 'namespace'))}/"
        answer = self.post(path, form)
        if not isinstance(answer, dict):
            answer = {"error": answer}
        if "registration_result" in answer:
            return answer["registration_result"]
        from byteport.meaning import RegistrationFailed

        raise RegistrationFailed(f"nothing is registered: {answer.get('error')}", 200)

    def configure(self, namespace: str, device: str, **settings: "Any") -> "Any":
        """Change settings of a device, by their names in what `devices` returns."""
        return self.post(place("namespace/configure_device", namespace, device), settings)

    def messages(self, namespace: str, device: str, first: int = 0, last: int = 0) -> "Any":
        """Return messages that were sent to a device; 0 is the last one."""
        return self.get(place("message", namespace, device), {"from": first, "to": last})

    def send_message(
        self,
        namespace: str,
        device: str,
        message: str,
        format: str = "json",  # noqa: A002 (the service's name)
    ) -> "Any":
        """Send a message to a device and return what became of it."""
        form = {"message": message, "format": format}
        return self.post(place("message", namespace, device), form)

    def set_fields(self, namespace: str, device: str, fields: "dict[str, Any]") -> "Any":
        """Have a device set fields of its own to values."""
        return self.post(place("device_control/set_fields", namespace, device), fields)

    def time_series(self, namespace: str, device: str, field: str, **options: "Any") -> "Any":
        """Return a field's values; options are those of `byteport.time_range.range_parameters`."""
        return self.get(place("timeseries", namespace, device, field), _range(options))

    def each_point(
        self,
        on_point: "Callable[[dict[str, Any]], object]",
        namespace: str,
        device: str,
        field: str,
        **options: "Any",
    ) -> "Any":
        """Call ``on_point`` with each value of `time_series` as it comes; return its ts_meta.

        There may be any number of values: ``max_content`` limits one of them. Where the answer is
        cut off, those that came have been given. ``on_point`` must not use the session.
        """
        from byteport.pieces import PointContent

        content = PointContent(on_point, self._max_content)
        path = place("timeseries", namespace, device, field)
        self._call("GET", path, _range(options), content)
        return content.ts_meta()

    def statistics(self, namespace: str, device: str, field: str, **options: "Any") -> "Any":
        """Return statistics of a field's values; options as in `time_series`."""
        return self.get(place("timeseries/statistics", namespace, device, field), _range(options))

    def distance_to_typical(
        self, namespace: str, device: str, field: str, **options: "Any"
    ) -> "Any":
        """Return how far a field's values are from what is typical; options as in `time_series`."""
        path = place("timeseries/analysis/distance_to_typical", namespace, device, field)
        return self.get(path, _range(options))

    def value(self, namespace: str, device: str, field: str, ref: str) -> "Any":
        """Return one value by the ``r`` that it has in a series."""
        return self.get(place("value", namespace, device, field) + _part(ref)[1:] + "/", {})

    def download(
        self,
        namespace: str,
        device: str,
        field: str,
        ref: str,
        path: str,
        decode: bool = True,
        decompress: bool = True,
        max_bytes: int = 1 << 28,
    ) -> int:
        """Write one value to a file, decoded and decompressed by the service; return its size.

        The file is there once it is whole.
        """
        from byteport.pieces import FileContent

        call = place("download/value", namespace, device, field) + _part(ref)[1:] + "/"
        with FileContent(path, max_bytes) as content:
            parameters = {"decode": str(decode).lower(), "decompress": str(decompress).lower()}
            if "content-disposition" not in self._call("GET", call, parameters, content):
                raise Unreachable("the answer is no file: a network's sign-in page?")
            content.keep()
        return len(content)


def place(call: str, namespace: str, device: str, field: "str | None" = None) -> str:
    """Return the path of a call about a device or a field; raise InvalidName for a wrong name."""
    path = call + _part(check(namespace, "namespace")) + _part(check(device, "device")) + "/"
    return path if field is None else path[:-1] + _part(check(field)) + "/"


def _in_namespace(namespace: str, what: str) -> str:
    return f"namespace{_part(check(namespace, 'namespace'))}/{what}/"


def _of_type(namespace: str, device_type: str, what: str) -> str:
    return _in_namespace(namespace, f"device_type{_part(device_type)}/{what}")


def _part(name: str) -> str:
    out = bytearray(b"/")
    append_quoted(out, str(name))
    return out.decode().replace("+", "%20")


def _range(options: "dict[str, Any]") -> "dict[str, Any]":
    from byteport.time_range import range_parameters

    return range_parameters(**options)
