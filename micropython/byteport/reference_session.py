"""The reference client's calls that need a login, by its names; for `byteport.http_clients`.

Answers are as the reference returns them. What it got wrong is mended: names are checked, and a
registration that fails raises.
"""

from byteport.session import UserSession, place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any


class SessionCalls:
    """What `ByteportHttpClient` has beside storing; log in first."""

    _user: UserSession
    _call: "Callable[..., Any]"

    def login(self, username: str, password: str) -> None:
        """Begin a session; raises ByteportLoginFailedException for a wrong name or password."""
        self._call(self._user.login, username, password)

    def logout(self) -> None:
        """End the session."""
        self._call(self._user.logout)

    def list_namespaces(self) -> "Any":
        return self._call(self._user.namespaces)

    def query_devices(self, term: str, full: bool = False, limit: int = 20) -> "Any":
        """Return ``{"meta": …, "data": [guid…]}``, or with ``full`` all there is of each device."""
        return self._call(self._user.search_devices, term, full, limit)

    search_devices = query_devices

    def get_device(self, namespace: str, uid: str) -> "Any":
        """Return the device in a list, an empty one where it is not registered."""
        return self._call(self._user.devices, namespace, uid, 1)

    def list_devices(self, namespace: str, depth: int = 0) -> "Any":
        return self._call(self._user.devices, namespace, None, depth)

    def get_devices(self, namespace: str, key: "str | None" = None) -> "Any":
        return self._call(self._user.devices, namespace, key)

    def get_device_types(self, namespace: str, key: "str | None" = None) -> "Any":
        return self._call(self._user.device_types, namespace, key)

    def get_firmwares(self, namespace: str, device_type_id: str, key: "str | None" = None) -> "Any":
        return self._call(self._user.firmwares, namespace, device_type_id, key)

    def get_field_definitions(
        self, namespace: str, device_type_id: str, key: "str | None" = None
    ) -> "Any":
        return self._call(self._user.field_definitions, namespace, device_type_id, key)

    def batch_register_devices(
        self,
        namespace: str,
        uids: "str | int",
        device_type_id: str,
        force: bool = False,
        batch_register: bool = False,
        reg_code_length: "int | None" = None,
        active: bool = False,
        serial: "str | None" = None,
    ) -> "Any":
        """Register one uid, or with ``batch_register`` a comma list or a range: sens10-sens20.

        Returns ``{"registration_result": …}``; raises ByteportClientException where nothing is
        registered, with what the service says.
        """
        result = self._call(
            self._user.register,
            namespace,
            str(uids),
            device_type_id,
            force=force,
            batch_register=batch_register,
            reg_code_length=reg_code_length,
            active=active,
            serial=serial,
        )
        return {"registration_result": result}

    def load_timeseries_data(
        self, namespace: str, uid: str, field_name: str, **kwargs: "Any"
    ) -> "Any":
        """Return a field's values; the service's own parameters, such as timedelta_minutes=180."""
        return self._call(self._series, namespace, uid, field_name, kwargs)

    def load_timeseries_data_range(
        self,
        namespace: str,
        uid: str,
        field_name: str,
        from_time: "datetime",
        to_time: "datetime",
    ) -> "Any":
        """Return a field's values between two datetimes, which are UTC where they say no zone."""
        return self._call(
            self._user.time_series, namespace, uid, field_name, start=from_time, end=to_time
        )

    def send_message(
        self,
        namespace: str,
        device_uid: str,
        message: str,
        format: str = "json",  # noqa: A002 (the reference's name)
    ) -> "Any":
        """Send a message to a device and return what became of it."""
        told = self._call(self._user.send_message, namespace, device_uid, message, format)
        return told[0] if isinstance(told, list) and len(told) == 1 else told

    def set_fields(self, namespace: str, uid: str, set_fields: "dict[str, Any]") -> "Any":
        """Have a device set fields of its own to values."""
        return self._call(self._user.set_fields, namespace, uid, set_fields)

    def _series(self, namespace: str, uid: str, field: str, parameters: "dict[str, Any]") -> "Any":
        return self._user.get(place("timeseries", namespace, uid, field), parameters)
