"""The reference client's classes, methods and exceptions, on top of `byteport.Client`.

For code that exists: only its import line (and host) changes. What the reference got wrong is
mended: `timestamp=` is always sent, names are checked, every answer but a plain 200 raises, and so
does a registration that fails; https is used and the key is in no log, calls end at a deadline, and
the caller's dictionaries stay as they are. Source: iGW/byteport-api, python/; Byteport API document
v1.6.
"""

from byteport import files
from byteport.client import Client
from byteport.compat import Lock
from byteport.errors import ByteportError, InvalidValue
from byteport.http import Session
from byteport.packets import store_packets
from byteport.reference_errors import (
    ByteportClientDeviceNotFoundException,
    ByteportClientException,
    ByteportClientForbiddenException,
    ByteportClientInvalidDataTypeException,
    ByteportClientInvalidFieldNameException,
    ByteportClientUnsupportedCompressionException,
    ByteportClientUnsupportedTimestampTypeException,
    ByteportConnectException,
    ByteportLoginFailedException,
    ByteportNotAllowedException,
    ByteportServerException,
    exception_of,
)
from byteport.reference_session import SessionCalls
from byteport.session import UserSession
from byteport.timestamp import timestamp_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "HTTP",
    "SOCKS4",
    "SOCKS5",
    "ByteportClientDeviceNotFoundException",
    "ByteportClientException",
    "ByteportClientForbiddenException",
    "ByteportClientInvalidDataTypeException",
    "ByteportClientInvalidFieldNameException",
    "ByteportClientUnsupportedCompressionException",
    "ByteportClientUnsupportedTimestampTypeException",
    "ByteportConnectException",
    "ByteportHttpClient",
    "ByteportHttpGetClient",
    "ByteportHttpPostClient",
    "ByteportLoginFailedException",
    "ByteportNotAllowedException",
    "ByteportServerException",
]

SOCKS4, SOCKS5, HTTP = 1, 2, 3  # as PySocks numbers them

_TIMEOUT_S = 20
_MAX_ANSWER_BYTES = 1 << 28


class ByteportHttpClient(SessionCalls):
    """The client that stores by POST; by default it sends one heartbeat when it is made.

    ``byteport_api_hostname`` may begin with ``http://`` for a receiver without TLS. A proxy is used
    where ``proxy_port`` is given, and needs the extra ``byteport-agent[proxy]``.
    """

    _METHOD = "POST"

    def __init__(
        self,
        namespace_name: "str | None" = None,
        api_key: "str | None" = None,
        default_device_uid: "str | None" = None,
        byteport_api_hostname: str = "api.byteport.se",
        proxy_type: int = SOCKS5,
        proxy_addr: str = "127.0.0.1",
        proxy_port: "int | None" = None,
        proxy_username: "str | None" = None,
        proxy_password: "str | None" = None,
        initial_heartbeat: bool = True,
    ) -> None:
        host = byteport_api_hostname.rstrip("/")
        self._url = host if "://" in host else "https://" + host
        connect = None
        if proxy_port is not None:
            connect = _proxy(proxy_type, proxy_addr, proxy_port, proxy_username, proxy_password)
        # one for packets and one for a client behind a proxy, each under a lock
        self._session = Session(_TIMEOUT_S, connect=connect)
        self._lock = Lock()
        self._proxied = Session(_TIMEOUT_S, connect=connect) if connect else None
        self._user = self._call(
            UserSession, self._url, _TIMEOUT_S, max_content=_MAX_ANSWER_BYTES, connect=connect
        )
        self._client: "Client | None" = None
        self._device = default_device_uid
        if namespace_name is not None and api_key is not None:
            self._client = self._call(
                Client,
                namespace_name,
                api_key,
                default_device_uid,
                self._url,
                self._METHOD,
                _TIMEOUT_S,
                session=self._proxied,
            )
            if initial_heartbeat and default_device_uid is not None:
                try:
                    self.store()
                except BaseException:
                    self.close()
                    raise

    def store(
        self,
        data: "dict[str, Any] | None" = None,
        device_uid: "str | None" = None,
        timestamp: "Any" = None,
    ) -> None:
        """Store a dictionary of fields; without one it is a heartbeat."""
        if timestamp is not None:
            timestamp = self.auto_timestamp(timestamp)
        self._call(self._ready().store, data, timestamp, device_uid)

    def log(self, message: str, level: str = "info", device_uid: "str | None" = None) -> None:
        """Send a message to the device's log panel."""
        self._call(self._ready().log, message, level, None, device_uid)

    def store_file(
        self,
        field_name: str,
        path_to_file: str,
        device_uid: "str | None" = None,
        timestamp: "Any" = None,
    ) -> None:
        """Store a text file's content as one field."""
        self.store({field_name: self._call(files.read_text, path_to_file)}, device_uid, timestamp)

    def base64_encode_and_store(
        self,
        field_name: str,
        fileobj: bytes,
        device_uid: "str | None" = None,
        timestamp: "Any" = None,
        compression: "str | None" = None,
    ) -> None:
        """Store bytes as base64, compressed first by "gzip" or "bzip2" if wanted."""
        try:
            text = files.encode_object(fileobj, compression)
        except InvalidValue as error:
            raise ByteportClientUnsupportedCompressionException(str(error))
        self.store({field_name: text}, device_uid, timestamp)

    def base64_encode_and_store_file(
        self,
        field_name: str,
        path_to_file: str,
        device_uid: "str | None" = None,
        timestamp: "Any" = None,
        compression: "str | None" = None,
    ) -> None:
        """Store a file's bytes as base64, compressed first if wanted."""
        with open(path_to_file, "rb") as file:
            content = file.read()
        self.base64_encode_and_store(field_name, content, device_uid, timestamp, compression)

    base64_encode_and_store_store_file = base64_encode_and_store_file  # a published example's name

    def store_directory(
        self, directory_path: str, device_uid: "str | None" = None, timestamp: "Any" = None
    ) -> None:
        """Store every file of a directory in one call: name = field, text content = value."""
        self.store(self._call(files.read_directory, directory_path), device_uid, timestamp)

    def poll_directory_and_store_upon_content_change(
        self,
        directory_path: str,
        device_uid: "str | None" = None,
        timestamp: "Any" = None,
        poll_interval: float = 5,
    ) -> None:
        """Store the files that appear or change, in one call, for ever."""
        if timestamp is not None:
            timestamp = self.auto_timestamp(timestamp)
        watch = files.watch_directory
        self._call(watch, self._ready(), directory_path, poll_interval, timestamp, device_uid)

    def store_packets(self, packets: "Any", legacy_key: str, json_encode: bool = True) -> None:
        """Store a list of packets, each with its own timestamp; see the API document, "packets".

        With ``json_encode=False`` the packets are JSON text already.
        """
        if json_encode:
            import json

            packets = json.dumps(packets)
        with self._lock:
            self._call(store_packets, self._session, self._url, packets, legacy_key, _TIMEOUT_S)

    def auto_timestamp(self, timestamp: "Any") -> str:
        """Return seconds since 1970 as the text that ``_ts`` carries."""
        try:
            return timestamp_text(timestamp)
        except InvalidValue as error:
            raise ByteportClientUnsupportedTimestampTypeException(str(error))

    def close(self) -> None:
        """Close the kept connections; the next call opens another. The reference has no such."""
        with self._lock:
            self._session.close()
        if self._client is not None:
            self._client.close()
        if self._proxied is not None:
            self._proxied.close()
        self._user.close()

    def _ready(self) -> Client:
        if self._client is None:
            raise ByteportClientException("storing needs namespace_name and api_key")
        return self._client

    def _call(self, function: "Any", *args: "Any", **options: "Any") -> "Any":
        try:
            return function(*args, **options)
        except ByteportError as error:
            raise exception_of(error)


class ByteportHttpPostClient(ByteportHttpClient):
    """What early versions called the client that stores by POST."""


class ByteportHttpGetClient(ByteportHttpClient):
    """The client that stores by GET: the key travels in the URL, and 2,048 bytes are the limit."""

    _METHOD = "GET"


def _proxy(
    kind: int, address: str, port: int, username: "str | None", password: "str | None"
) -> "Any":
    try:
        import socks
    except ImportError:
        raise ByteportClientException("a proxy needs PySocks: pip install byteport-agent[proxy]")

    def connect(host: str, host_port: int, timeout_s: float) -> "Any":
        sock = socks.socksocket()
        sock.set_proxy(kind, address, port, rdns=True, username=username, password=password)
        sock.settimeout(timeout_s)
        try:
            sock.connect((host, host_port))
        except BaseException:
            sock.close()
            raise
        return sock

    return connect
