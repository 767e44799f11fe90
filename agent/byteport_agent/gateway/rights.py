"""Who may store what: keys of the gateway and of devices, which devices, and how many.

Whoever has no right key learns nothing: not which device there is, nor which has a key of its own.
"""

from collections.abc import Callable, Mapping

from byteport.names import check
from byteport.store_call import RefusalError
from byteport_agent.attempts import Attempts
from byteport_agent.gateway.store_requests import Addressed
from byteport_agent.keys import Secret


class Rights:
    """The rules of one gateway.

    A device in ``device_keys`` stores with that key alone; all others with the gateway's.
    ``is_known`` tells a device that has stored here; ``may_add`` whether there may be one more.
    """

    def __init__(
        self,
        namespace: str,
        key: Secret,
        device_keys: Mapping[str, Secret],
        is_known: Callable[[str], bool],
        may_add: Callable[[], bool],
        attempts: Attempts,
    ) -> None:
        self._namespace = check(namespace, "namespace")
        self._key = key
        self._device_keys = dict(device_keys)
        self._is_known = is_known
        self._may_add = may_add
        self._attempts = attempts
        self.wrong_from = ""  # the address that the last wrong key came from
        self.wrong_keys = 0

    def refuse_waiting(self, address: str) -> None:
        """Raise RefusalError where an address has tried too many wrong keys."""
        wait_ms = self._attempts.wait_ms(address)
        if wait_ms:
            seconds = -(-wait_ms // 1000)
            text = f"too many wrong keys came from {address}: wait {seconds} s"
            raise RefusalError(429, text, retry_after_s=seconds)

    def check(self, addressed: Addressed, address: str) -> None:
        """Raise RefusalError where a call may not be stored."""
        expected = self._device_keys.get(addressed.device, self._key)
        if not expected.matches(addressed.call.key.reveal()):
            self._attempts.failed(address)
            self.wrong_from = address
            self.wrong_keys += 1
            raise RefusalError(403, "the key is wrong or missing")
        self._attempts.passed(address)
        if addressed.namespace != self._namespace:
            raise RefusalError(404, f"unknown namespace {addressed.namespace!r}")
        device = addressed.device
        if device not in self._device_keys and not self._is_known(device) and not self._may_add():
            raise RefusalError(404, f"device {device!r} is not registered at this gateway")

    def hidden_in(self, text: str) -> str:
        """Return text without any of the keys."""
        for key in (self._key, *self._device_keys.values()):
            text = key.hidden_in(text)
        return text
