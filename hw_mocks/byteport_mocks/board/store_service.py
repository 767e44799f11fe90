"""Byteport's store API in virtual time, as a service of a board's simulated internet.

    service = StoreService(board, "myownspace", "key", "barDev1")
    board.internet.serve("api.byteport.se", 80, service)
    service.status = 503                        # what it answers from now on; 200 stores
    service.keep = lambda ts, fields: …         # is given each call that is stored, as it was sent

It runs on a PC's MicroPython too, and remembers no call, so that its memory does not grow: `keep`
does. Source: Byteport API document v1.6, "Storing with an API key".
"""

from byteport_mocks.board import dates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport_mocks.board.simulated_board import SimulatedBoard

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"


class StoreService:
    """One device of one namespace. ``mute`` hears and says nothing, ``deaf_after`` stores, and
    loses so many answers; ``headers`` are added to each answer."""

    def __init__(
        self, board: "SimulatedBoard", namespace: str, key: str, device: str, prefix: str = ""
    ) -> None:
        self._board = board
        self._path = f"{prefix}/api/v1/timeseries/{namespace}/{device}/"
        self._key = key
        self.listens = True
        self.takes_ms = 20
        self.status = 200
        self.mute = False
        self.deaf_after = 0
        self.body = b""
        self.headers = ""
        self.calls = 0
        self.stored = 0
        self.heartbeats = 0
        self.keep: "Callable[[str, list[tuple[str, str]]], object]" = lambda _ts, _fields: None

    def __call__(self, request: bytes) -> "bytes | None":
        """Return the answer to a request."""
        self.calls += 1
        if self.mute:
            return None
        status = self._status(request)
        if status == 200 and self.deaf_after:
            self.deaf_after -= 1
            return None
        return self._answer(status)

    def be_there(self, there: bool) -> None:
        """Store, or answer 503."""
        self.status = 200 if there else 503

    def _status(self, request: bytes) -> int:
        head, _, body = bytes(request).partition(b"\r\n\r\n")
        method, target, _ = head.decode().split("\r\n")[0].split(" ")
        path, _, query = target.partition("?")
        pairs = parse_form(body.decode() if method == "POST" else query)
        if pairs[:1] != [("_key", self._key)]:
            return 403
        if path != self._path:
            return 404
        if self.status == 200:
            self._store(pairs[1:])
        return self.status

    def _store(self, pairs: "list[tuple[str, str]]") -> None:
        timestamp = ""
        if pairs and pairs[0][0] == "_ts":
            timestamp = pairs.pop(0)[1]
        if pairs:
            self.stored += 1
            self.keep(timestamp, pairs)
        else:
            self.heartbeats += 1

    def _answer(self, status: int) -> bytes:
        head = f"HTTP/1.1 {status} Simulated\r\nDate: {self.date()}\r\n{self.headers}"
        return (head + f"Content-Length: {len(self.body)}\r\n\r\n").encode() + self.body

    def date(self) -> str:
        """Return the true time as HTTP writes it (RFC 9110 §5.6.7)."""
        parts = dates.split(self._board.utc_us() // 1000000)
        year, month, day, hour, minute, second, weekday, _ = parts
        name = _MONTHS[3 * month - 3 : 3 * month]
        clock = f"{hour:02d}:{minute:02d}:{second:02d}"
        return f"{_DAYS[weekday]}, {day:02d} {name} {year} {clock} GMT"


def parse_form(text: str) -> "list[tuple[str, str]]":
    """Return the pairs of a form in their order (WHATWG URL, urlencoded parsing)."""
    pairs = []
    for part in text.split("&") if text else ():
        name, _, value = part.partition("=")
        pairs.append((_unquoted(name), _unquoted(value)))
    return pairs


def _unquoted(text: str) -> str:
    text = text.replace("+", " ")
    if "%" not in text:
        return text
    parts = text.encode().split(b"%")
    data = parts[0]
    for part in parts[1:]:
        data += bytes((int(part[:2], 16),)) + part[2:]
    return data.decode()
