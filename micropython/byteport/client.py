"""Sends readings, log messages, files and objects to Byteport; each call is confirmed or an error.

It opens no socket (`byteport.http` does) and decides what an answer means. Source: Byteport API
document v1.6, "Storing with an API key".
"""

from errno import ETIMEDOUT

from byteport import errors
from byteport.compat import Lock, sleep_ms
from byteport.encoder import append_fields, append_quoted, encode_object, timestamp_text
from byteport.http import Session
from byteport.names import LOG_LEVELS, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport.encoder import Fields

_MAX_URL = 2048
_USER_AGENT = "curl/7.51.0"  # the service sits behind a filter that wants a well-known one
_METHODS = ("POST", "GET", "auto")

# status, or its first digit for those without a meaning of their own
_MEANINGS = {
    2: (errors.Unreachable, "no plain 200: is there a sign-in to the network, or a proxy?"),
    3: (errors.Redirected, "redirects lose data and are not followed, mend the URL"),
    4: (errors.Rejected, "the service does not take this record"),
    5: (errors.Unreachable, "the service failed"),
    401: (errors.Forbidden, "the key is wrong, or the namespace's Security tab does not allow"),
    403: (errors.Forbidden, "the key is wrong, or the namespace's Security tab does not allow"),
    404: (errors.DeviceNotFound, "unknown namespace, or the device is not registered in it"),
    406: (errors.NotAccepted, "the device uid is not accepted"),
    408: (errors.Unreachable, "the service waited too long for the call"),
    413: (errors.TooLarge, "the record is larger than the service takes"),
    429: (errors.RateLimited, "too many calls"),
    500: (errors.ServerError, "the service failed"),
    502: (errors.BadGateway, "a proxy got no answer from the service"),
    503: (errors.ServiceUnavailable, "the service is down or overloaded"),
}


class Client:
    """Stores under one namespace with its key; ``device`` is the uid used where a call names none.

    ``method`` is POST, GET (the key then travels in the URL, which servers log) or auto: GET while
    the URL fits 2,048 bytes, else POST. ``timeout`` is the deadline of a whole call in seconds.
    ``ca`` is a CA file or its content, to trust instead of the system's. ``session`` may be
    anything with the ``get`` and ``post`` of urequests or requests.

    Every storing method raises InvalidData before anything is sent, or a SendError (see
    `byteport.errors`) where the service did not confirm; without an error it is stored.
    """

    def __init__(
        self,
        namespace: str,
        key: str,
        device: "str | None" = None,
        url: str = "https://api.byteport.se",
        method: str = "POST",
        timeout: float = 20,
        user_agent: str = _USER_AGENT,
        session: "Any" = None,
        ca: "str | bytes | None" = None,
    ) -> None:
        if method not in _METHODS:
            raise errors.InvalidValue(f"method {method!r} is not one of POST, GET, auto")
        if not (isinstance(key, str) and key):
            raise errors.InvalidValue("the key is empty or no text")
        self._base = f"{url.rstrip('/')}/api/v1/timeseries/{check(namespace, 'namespace')}/"
        self._device = device
        self._url = self._device_url(device) if device is not None else ""
        self._method = method
        self._timeout = timeout
        self._session = session or Session(timeout, ca, lean=True)
        self._own_session = session is None
        self._post_headers = {
            "User-Agent": user_agent,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._get_headers = {"User-Agent": user_agent}
        start = bytearray(b"_key=")
        append_quoted(start, key)
        self._key_field = bytes(start)
        self._secrets = (key, self._key_field[5:].decode())
        self._body = bytearray()
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"<Client {self._base}{self._device or ''} by {self._method}>"

    def store(
        self, fields: "Fields | None" = None, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store fields (a dict, or pairs of name and value) that were measured at one time.

        ``timestamp`` is seconds since 1970 (int, float, text) or a datetime; without one the
        service takes the time of arrival. Without fields it is a heartbeat.
        """
        url = self._url if device is None else self._device_url(device)
        if not url:
            raise errors.InvalidName("no device: name one in the call or in the Client")
        with self._lock:
            body = self._body
            body[:] = self._key_field
            if timestamp is not None:
                body.extend(b"&_ts=")
                body.extend(timestamp_text(timestamp).encode())
            if fields:
                append_fields(body, fields)
            self._send(url, body)

    def heartbeat(self, device: "str | None" = None) -> None:
        """Tell that the device lives; also proves namespace, device and key."""
        self.store(device=device)

    def log(
        self,
        message: str,
        level: str = "info",
        timestamp: "Any" = None,
        device: "str | None" = None,
    ) -> None:
        """Send a message to the device's log panel; level is debug, info, warn or error."""
        if level not in LOG_LEVELS:
            raise errors.InvalidValue(f"level {level!r} is not one of {', '.join(LOG_LEVELS)}")
        self.store({level: message}, timestamp, device)

    def store_file(
        self, field: str, path: str, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store a UTF-8 text file's content as one field."""
        from byteport.directory import read_text

        self.store({field: read_text(path)}, timestamp, device)

    def store_object(
        self,
        field: str,
        data: bytes,
        compression: "str | None" = None,
        timestamp: "Any" = None,
        device: "str | None" = None,
    ) -> None:
        """Store binary data as base64, compressed first by "gzip" or "bzip2" if wanted."""
        self.store({field: encode_object(data, compression)}, timestamp, device)

    def store_directory(
        self, path: str, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store every file of a directory in one call: name = field, text content = value."""
        from byteport.directory import read_fields

        self.store(read_fields(path), timestamp, device)

    def watch_directory(
        self,
        path: str,
        interval: float = 10,
        timestamp: "Any" = None,
        device: "str | None" = None,
        rounds: "int | None" = None,
    ) -> None:
        """Store the files that appeared or changed, in one call, every ``interval`` seconds.

        Blocks, for ever or for a number of rounds. What could not be sent for now is sent with the
        next round; a Refused or Rejected record raises, as only the caller can mend it.
        """
        from byteport.directory import Watch

        watch = Watch(path)
        while rounds is None or rounds > 0:
            changed = watch.changed()
            if changed:
                try:
                    self.store(changed, timestamp, device)
                    watch.stored(changed)
                except (errors.Unreachable, errors.RateLimited):
                    pass
            if rounds is not None:
                rounds -= 1
            if rounds != 0:
                sleep_ms(int(interval * 1000))

    def close(self) -> None:
        """Close the kept connection; the next call opens another."""
        if self._own_session:
            self._session.close()

    def _device_url(self, device: str) -> str:
        return self._base + check(device, "device").replace(":", "%3A") + "/"

    def _send(self, url: str, body: bytearray) -> None:
        method = self._method
        if method != "POST":
            whole = f"{url}?{body.decode()}"
            if len(whole) <= _MAX_URL:
                method, url = "GET", whole
            elif method == "GET":
                raise errors.InvalidValue(
                    f"the URL has {len(whole)} bytes, GET takes {_MAX_URL}: use method POST or auto"
                )
            else:
                method = "POST"
        response = problem = None
        try:
            response = self._request(method, url, body)
        except OSError as error:
            problem = self._no_answer(error)
        if response is None:
            raise problem  # type: ignore[misc]  # out here, so that it holds no reference to the URL
        if response.status_code != 200 or _is_page(response) or getattr(response, "history", None):
            raise answer_error(response, method)

    def _request(self, method: str, url: str, body: bytearray) -> "Any":
        session = self._session
        if self._own_session:
            if method == "GET":
                return session.request(method, url, None, None, self._get_headers)
            return session.post(url, body, None, self._post_headers)
        if method == "GET":
            response = session.get(url, headers=self._get_headers, timeout=self._timeout)
        else:
            response = session.post(
                url, data=bytes(body), headers=self._post_headers, timeout=self._timeout
            )
        response.content  # noqa: B018 (reads the body, so that the connection can be used again)
        response.close()
        return response

    def _no_answer(self, error: OSError) -> errors.Unreachable:
        text = str(error)
        if error.errno == ETIMEDOUT:
            text = f"no complete answer within {self._timeout} s"
        elif "CERT" in text.upper():
            text += " (is this machine's clock right, and is it this host's certificate?)"
        for secret in self._secrets:  # another session's error may quote the URL
            text = text.replace(secret, "***")
        return errors.Unreachable(f"{self._base}: {text}")


def answer_error(response: "Any", method: str) -> errors.SendError:
    """Return the error that stands for any answer but a plain 200."""
    status = response.status_code
    kind, text = _MEANINGS.get(status) or _MEANINGS.get(status // 100) or _MEANINGS[5]
    if getattr(response, "history", None):
        kind, text = _MEANINGS[3]
    elif kind is errors.Redirected:
        place = _header(response, "Location").partition("?")[0]
        text = f"the service moved to {'/'.join(place.split('/')[:3])!r}: {text}"
    elif kind is errors.Forbidden:
        text = f"{text} {method}"
    wait_s = None
    wait_text = _header(response, "Retry-After")
    if wait_text:
        from byteport.http_date import retry_after_s

        wait_s = retry_after_s(wait_text, _header(response, "Date"))
    return kind(f"status {status}: {text}", status, wait_s)


def _is_page(response: "Any") -> bool:
    """Tell whether an answer is a page for people, such as a network's sign-in, not Byteport's."""
    content = response.content
    return bool(content) and (
        getattr(response, "is_page", False)
        or "html" in _header(response, "Content-Type")
        or bytes(content[:64]).lstrip()[:1] == b"<"
    )


def _header(response: "Any", name: str) -> str:
    headers = response.headers or {}
    return str(headers.get(name.lower()) or headers.get(name) or "")
