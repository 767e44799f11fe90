"""Who is logged in, by the cookies ``sessionid`` and ``csrftoken``.

Source: Byteport API document v1.6, "Log in".
"""

import secrets
from hmac import compare_digest

from byteport.store_call import RefusalError
from byteport_mocks.service.model import User, World

_MAX_SESSIONS = 1000


class Logins:
    """The open sessions; the oldest ends where there would be too many."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._users: dict[str, str] = {}  # name by sessionid

    def log_in(self, name: str, password: str) -> str:
        """Return a new sessionid; RefusalError 403 for a wrong name or password."""
        user = self._world.users.get(name)
        if user is None or not user.password.matches(password):
            raise RefusalError(403, "wrong user name or password")
        if len(self._users) >= _MAX_SESSIONS:
            del self._users[next(iter(self._users))]
        session = secrets.token_hex(16)
        self._users[session] = name
        return session

    def log_out(self, session: str) -> None:
        self._users.pop(session, None)

    def user(self, session: str) -> tuple[str, User]:
        """Return who a session is of; RefusalError 403 for nobody."""
        name = self._users.get(session)
        if name is None:
            raise RefusalError(403, "log in first")
        return name, self._world.users[name]


def new_token() -> str:
    """Return a value for the cookie ``csrftoken``."""
    return secrets.token_hex(16)


def check_token(cookie: str, parameter: str) -> None:
    """Raise RefusalError 403 where a form does not show the token that the cookie holds."""
    if not cookie or not compare_digest(cookie.encode(), parameter.encode()):
        raise RefusalError(403, "csrfmiddlewaretoken is not the value of the cookie csrftoken")
