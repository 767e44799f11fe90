"""An MQTT broker in virtual time, as a service of a board's simulated internet.

    broker = BrokerService("me", "s3cret")
    board.internet.serve("broker.example.org", 1883, broker)
    broker.keep = lambda topic, payload, flags: …   # is given each message when it is confirmed
    broker.restart()                                # every connection is lost

It runs on a PC's MicroPython too. Source: MQTT 3.1.1 (OASIS).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT = 0x10
PUBLISH = 0x30
PINGREQ = 0xC0
BAD_USER = 4


class BrokerService:
    """``refusal`` is the CONNACK's code. ``mute`` confirms nothing, ``deaf_after`` takes so many
    messages and loses the confirmations. ``clients`` has the id of each CONNECT, ``counts`` how
    many packets came of each kind."""

    def __init__(self, user: str = "", password: str = "") -> None:
        self._sign_in = (user, password)
        self.listens = True
        self.takes_ms = 5
        self.starts = 0  # connections of an earlier start are lost
        self.refusal = 0
        self.mute = False
        self.deaf_after = 0
        self.clients: "list[str]" = []
        self.counts: "dict[int, int]" = {}
        self.keep: "Callable[[str, str, int], object]" = lambda _topic, _payload, _flags: None

    def restart(self) -> None:
        """Lose every connection."""
        self.starts += 1

    def request_size(self, data: bytes) -> int:
        """Return how many bytes the packet at the front has, 0 while that is not known."""
        size = shift = 0
        for i in range(1, len(data)):
            size |= (data[i] & 127) << shift
            shift += 7
            if data[i] < 128:
                return 1 + i + size
        return 0

    def __call__(self, request: bytes) -> "bytes | None":
        """Return the answer to a packet."""
        kind = request[0] & 0xF0
        self.counts[kind] = self.counts.get(kind, 0) + 1
        at = 1
        while request[at] > 127:
            at += 1
        body = request[at + 1 :]
        if self.mute:
            return None
        if kind == CONNECT:
            return bytes((0x20, 2, 0, self._code(body)))
        if kind == PUBLISH:
            return self._take(request[0] & 15, body)
        return b"\xd0\x00" if kind == PINGREQ else None

    def _take(self, flags: int, body: bytes) -> "bytes | None":
        topic, rest = _text(body)
        self.keep(topic, rest[2:].decode(), flags)
        if self.deaf_after:
            self.deaf_after -= 1
            return None
        return b"\x40\x02" + rest[:2]

    def _code(self, body: bytes) -> int:
        flags = body[7]
        client, rest = _text(body[10:])
        self.clients.append(client)
        user = password = ""
        if flags & 0x80:
            user, rest = _text(rest)
        if flags & 0x40:
            password, rest = _text(rest)
        return self.refusal or (0 if (user, password) == self._sign_in else BAD_USER)


def _text(data: bytes) -> "tuple[str, bytes]":
    """Return the text at the front, and what is behind it (1.5.3)."""
    end = 2 + (data[0] << 8 | data[1])
    return data[2:end].decode(), data[end:]
