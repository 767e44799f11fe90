"""What Byteport's answers mean for an output: the errors of `byteport` as outcomes."""

from collections.abc import Iterable
from time import gmtime, strftime
from urllib.parse import quote_plus

from byteport.errors import InvalidData, RateLimited, Refused, Rejected, SendError
from byteport.meaning import DeviceNotFound, Forbidden, TooLarge
from byteport_agent.clock import Clock
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.keys import Secret
from byteport_agent.outbox.boot_time import after_release
from byteport_agent.printable import printable

_BY_ERROR = (
    (RateLimited, Kind.LIMITED),
    (DeviceNotFound, Kind.NO_DEVICE),
    (Refused, Kind.REFUSED),
    (TooLarge, Kind.TOO_LARGE),
    (Rejected, Kind.REJECTED),
    (InvalidData, Kind.INVALID),
)
_TOO_LARGE = (414, 431)  # the URI and the request line: as 413, less of it may pass


class Answers:
    """Turns errors into outcomes, whose texts hold none of the secrets."""

    def __init__(self, namespace: str, secrets: Iterable[Secret], clock: Clock) -> None:
        self._namespace = namespace
        self._secrets = tuple(secrets)
        self._clock = clock

    def outcome(self, error: Exception, call: Call) -> Outcome:
        """Return what an error of a call means."""
        status = getattr(error, "status", 0)
        kind = next((kind for found, kind in _BY_ERROR if isinstance(error, found)), Kind.UNKNOWN)
        kind = Kind.TOO_LARGE if status in _TOO_LARGE else kind
        text = str(error) + self._advice(error, call) + self._clock_advice(str(error))
        wait_s = error.retry_after if isinstance(error, SendError) else None
        wait_ms = None if wait_s is None else 1000 * wait_s
        return Outcome(kind, self._without_keys(text), wait_ms)

    def _advice(self, error: Exception, call: Call) -> str:
        if call.many:
            return ": is the legacy key right?" if isinstance(error, Forbidden) else ""
        if not isinstance(error, DeviceNotFound):
            return ""
        place = f"device {call.device} in namespace {self._namespace}"
        return f": register {place} in Byteport, or mend the names"

    def _clock_advice(self, text: str) -> str:
        now_ms = self._clock.unix_ms()
        if "CERT" not in text.upper() or after_release(now_ms):
            return ""
        return f" It says {strftime('%Y-%m-%d %H:%M', gmtime(now_ms // 1000))}."

    def _without_keys(self, text: str) -> str:
        for secret in self._secrets:
            text = secret.hidden_in(text).replace(quote_plus(secret.reveal()), "***")
        return printable(text)
