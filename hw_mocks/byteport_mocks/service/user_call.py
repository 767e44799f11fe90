"""One call of somebody who is logged in, or reads by key: what it says, and what it may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from byteport.secret import Secret
from byteport.store_call import RefusalError
from byteport_mocks.service.model import Namespace, User, World
from byteport_mocks.service.registration import is_true


@dataclass(frozen=True)
class UserCall:
    """``parameters`` are a GET's query or a POST's form; ``user`` is None for nobody."""

    world: World
    parameters: Mapping[str, str]
    now_ms: int
    username: str = ""
    user: User | None = None

    def names(self) -> list[str]:
        """Return the namespaces that the user sees."""
        if self.user is None:
            raise RefusalError(403, "log in first")
        return sorted(self.user.namespaces & self.world.namespaces.keys())

    def namespace(self, name: str) -> Namespace:
        """Return a namespace of the user; RefusalError 403 or 404."""
        seen = self.names()
        namespace = self.world.namespace(name)
        if name not in seen:
            raise RefusalError(403, f"user {self.username!r} may not see {name!r}")
        return namespace

    def readable(self, name: str) -> Namespace:
        """Return a namespace that the user, or the call's ``_key``, may read series of."""
        key = self.parameters.get("_key")
        if self.user is not None or key is None:
            return self.namespace(name)
        namespace = self.world.namespace(name)
        settings = namespace.settings
        right = Secret(settings["read_key"])
        if not (is_true(settings["read_by_key"]) and settings["read_key"] and right.matches(key)):
            raise RefusalError(403, "_key is wrong, or the namespace is not read by key")
        return namespace

    def number(self, name: str, otherwise: int) -> int:
        """Return a parameter that is a number from 0; RefusalError 400 where it is none."""
        text = self.parameters.get(name, str(otherwise))
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise RefusalError(400, f"{name} is no number")
        return int(text)

    def flag(self, name: str, otherwise: bool) -> bool:
        return is_true(self.parameters.get(name, str(otherwise)))
