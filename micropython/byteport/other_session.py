"""Lets a `Client` send through anything with the ``get`` and ``post`` of urequests or requests.

It has `byteport.connection.Connection`'s interface, so that the client knows no difference.
"""

from errno import ETIMEDOUT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Connection:
    """Sends through a session that the caller made and closes.

    What a session does by itself is out of reach: a time-out that is no total deadline, an answer
    of any size, a redirect that it follows and does not tell (MicroPython's own ``requests``).
    """

    def __init__(self, session: "Any", url: str, key_field: bytes, timeout: float) -> None:
        self._session = session
        # requests, alone, can be told not to carry the key to where an answer points
        stays = hasattr(session, "resolve_redirects") or hasattr(session, "PreparedRequest")
        self._options: "dict[str, Any]" = {"timeout": timeout}
        if stays:
            self._options["allow_redirects"] = False
        self._origin = url[: url.find("/", 8)]
        self._key = key_field[5:].decode()
        self.headers: "dict[str, str]" = {}
        self.content = b""
        self.html = False

    def exchange(self, request: bytearray, _deadline: int) -> int:
        """Send a request that `Client` has put together; return the status of its answer.

        Raises OSError as the session does, with the API key taken out of its text. A redirect that
        the session followed counts as the redirect it was: the answer is another request's.
        """
        head, _, form = bytes(request).partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name not in ("Host", "Content-Length"):
                headers[name] = value.strip()
        problem = None
        self.headers = {}
        try:
            return self._send(method, self._origin + target, form, headers)
        except (OSError, ValueError, RuntimeError) as error:  # all three are urequests'
            problem = OSError(*self._without_key(error))
        raise problem  # out here, where the session's own error is not attached

    def close(self) -> None:
        """Do nothing: the session belongs to the caller."""

    def _send(self, method: str, url: str, form: bytes, headers: "dict[str, str]") -> int:
        if method == "GET":
            response = self._session.get(url, headers=headers, **self._options)
        else:
            response = self._session.post(url, data=form, headers=headers, **self._options)
        try:
            followed = getattr(response, "history", None)
            response = followed[0] if followed else response
            self.content = response.content
            found = getattr(response, "headers", None) or {}
            self.headers = {name.lower(): found[name] for name in found}
            self.html = "html" in self.headers.get("content-type", "")
            return int(response.status_code)
        finally:
            response.close()

    def _without_key(self, error: Exception) -> "tuple[Any, ...]":
        text = str(error).replace(self._key, "***")
        # a time-out has a class of its own in each library, and seldom an errno
        if getattr(error, "errno", None) == ETIMEDOUT or "timeout" in type(error).__name__.lower():
            return (ETIMEDOUT, text)
        return (text,)
