"""A login to Byteport: cookies, CSRF token, one call after another, and what an answer means.

`byteport.session` knows which calls there are. No password is kept here, and neither cookies nor a
key are in an error or a repr. Source: Byteport API document v1.6, "Log in"; RFC 6265 §5.2.
"""

from byteport.compat import Lock, const, ticks_add, ticks_ms
from byteport.connection import Connection, split_url
from byteport.contents import Content, KeptContent
from byteport.encoder import append_quoted
from byteport.errors import InvalidValue, Unreachable

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.compat_cpython import Connect

    Parameters = dict[str, Any]

_NO_LIMIT = const(0x3FFFFFFF)  # each Content has its own
_SURE_CHARS = const(116)  # a header's line may have lost its middle, but not this much of a value


class LoginSession:
    """A user's session with the service at ``url``, over a kept connection.

    ``timeout`` is the deadline of a whole call in seconds; ``ca`` is a CA file or its content, to
    trust instead of the system's. ``max_content`` limits an answer in bytes: on a board, give what
    its memory takes several times over. ``key`` is for what may be read by key, without a login: it
    travels in the URL. ``connect`` is that of `byteport.connection.Connection`.

    What is called raises InvalidData before anything is sent, or a SendError (see
    `byteport.errors`, `byteport.meaning`): Forbidden without a login, AnswerTooLarge beyond
    ``max_content``. A POST is sent once: after Unreachable, look whether it was done.
    """

    def __init__(
        self,
        url: str = "https://api.byteport.se",
        timeout: float = 20,
        ca: "str | bytes | None" = None,
        max_content: int = 1 << 20,
        key: "str | None" = None,
        connect: "Connect | None" = None,
    ) -> None:
        try:
            origin, host, base = split_url(url)
        except ValueError as error:
            raise InvalidValue(str(error))
        self._url = url.rstrip("/") + "/api/v1/"
        self._base = base.rstrip("/") + "/api/v1/"
        self._timeout = timeout
        self._max_content = max_content
        self._key = key
        # the service is behind a filter that wants a known User-Agent
        self._lines = f" HTTP/1.1\r\nHost: {host}\r\nUser-Agent: curl/7.51.0\r\n"
        self._cookies: "dict[str, str]" = {}
        self._connection: "Any" = Connection(origin, ca, True, False, _NO_LIMIT, connect)
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._url}{', logged in' * self.logged_in()}>"

    def __enter__(self) -> "LoginSession":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def logged_in(self) -> bool:
        """Tell whether the service has begun a session, and not ended it by an answer."""
        return "sessionid" in self._cookies

    def login(self, username: str, password: str) -> None:
        """Begin a session; raise LoginFailed where user name or password is wrong."""
        from byteport.meaning import Forbidden, LoginFailed

        self.close()
        self._call("GET", "login/", {}, Content())
        if "csrftoken" not in self._cookies:
            raise Unreachable(f"{self._url}login/: no csrftoken: a sign-in page, or no Byteport?")
        status = 200
        try:
            self._call("POST", "login/", {"username": username, "password": password}, Content())
        except Forbidden as error:
            status = error.status
        if not self.logged_in():
            raise LoginFailed(f"{self._url}login/: wrong user name or password", status)

    def logout(self) -> None:
        """End the session at the service, and forget it."""
        try:
            self._call("GET", "logout/", {}, Content())
        finally:
            self.close()

    def close(self) -> None:
        """Close the connection and forget the session, which the service ends in its own time."""
        with self._lock:
            self._cookies = {}
            self._connection.close()

    def get(self, path: str, parameters: "Parameters") -> "Any":
        """Return the answer at a path below ``/api/v1/``; parameters that are None are left out."""
        content = KeptContent(self._max_content)
        self._call("GET", path, parameters, content)
        return content.parsed()

    def post(self, path: str, form: "Parameters") -> "Any":
        """Send a form to a path below ``/api/v1/`` and return the answer, None for an empty one."""
        content = KeptContent(self._max_content)
        self._call("POST", path, form, content)
        return content.parsed() if len(content) else None

    def _call(
        self, method: str, path: str, parameters: "Parameters", content: "Content"
    ) -> "dict[str, str]":
        """Give the content of a 200 to ``content`` and return its headers."""
        login = path == "login/"
        with self._lock:
            connection = self._connection
            if method == "POST" and not login:
                connection.close()  # or a closed one would be replaced, and the call sent twice
            status, problem = self._exchange(self._request(method, path, parameters), content)
            headers: "dict[str, str]" = connection.headers
            page = len(content) and (content.page or connection.html)
        if content.failure is not None:
            raise content.failure
        if status == 200 and (not page or login or "content-disposition" in headers):
            return headers
        if status == 302 and login and self.logged_in():
            return headers
        from byteport.meaning import Forbidden, error_of

        call = f"{method} {self._url}{path}"
        if status == 401 or status == 403:
            text = "log in first; or this user, or key, may not do this"
            raise Forbidden(f"{call}: status {status}: {text}", status)
        raise error_of(status, headers, problem, call, self._timeout)

    def _exchange(self, request: bytearray, content: "Content") -> "tuple[int, OSError | None]":
        connection = self._connection
        connection.content = content
        try:
            deadline = ticks_add(ticks_ms(), int(self._timeout * 1000))
            status = connection.exchange(request, deadline)
            self._keep_cookies(connection.headers)
            return status, None
        except OSError as error:
            return 0, error
        finally:
            connection.content = b""  # it is the caller's from here on

    def _request(self, method: str, path: str, parameters: "Parameters") -> bytearray:
        cookies = self._cookies
        form = bytearray()
        if method == "POST":
            _append(form, "csrfmiddlewaretoken", cookies.get("csrftoken"))
        else:
            _append(form, "_key", self._key)
        for name in parameters:
            _append(form, name, parameters[name])
        lines = self._lines
        if cookies:
            lines += "Cookie: " + "; ".join([f"{n}={cookies[n]}" for n in cookies]) + "\r\n"
        target = self._base + path
        if method == "POST":
            lines += (
                f"Referer: {self._url}{path}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                f"Content-Length: {len(form)}\r\n"
            )
        elif form:
            target += "?" + form.decode()
            form = bytearray()
        return bytearray(f"{method} {target}{lines}\r\n".encode()) + form

    def _keep_cookies(self, headers: "dict[str, str]") -> None:
        for line in headers.get("set-cookie", "").split("\n"):
            pair = line.split(";")[0]
            name, _, value = pair.partition("=")
            if name in ("csrftoken", "sessionid"):
                if len(pair) >= _SURE_CHARS:
                    raise OSError(f"the cookie {name} is too long")
                self._cookies[name] = value.strip('"')
                if not self._cookies[name]:
                    del self._cookies[name]


def _append(form: bytearray, name: str, value: "Any") -> None:
    if value is None:
        return
    if form:
        form.append(38)  # &
    append_quoted(form, name)
    form.append(61)  # =
    append_quoted(form, str(value))
