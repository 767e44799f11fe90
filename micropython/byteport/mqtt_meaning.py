"""What went wrong with a broker, in words; read only when something did.

Source: MQTT 3.1.1 (OASIS), 3.2.2.3.
"""

from errno import ECONNRESET

from byteport.compat import const
from byteport.errors import InvalidValue, Refused, SendError, Unreachable
from byteport.meaning import Forbidden, LoginFailed, words

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.mqtt import Publisher

_EPIPE = const(32)
_REFUSED = const(10000)  # as in byteport.mqtt
_CONNACK = const(0x20)
_REFUSALS = (
    (Unreachable, "what answers there does not speak MQTT 3.1.1"),
    (Refused, "the broker does not speak MQTT 3.1.1"),
    (Refused, "the broker does not take this client id"),
    (Unreachable, "the broker is not available"),
    (LoginFailed, "wrong user or password"),
    (Forbidden, "wrong user or password, or this user may not connect"),
)


def error_of(publisher: "Publisher", problem: OSError) -> SendError:
    """Return the error for an OSError of a connection; its message has no user and no password.

    Its ``status`` is the CONNACK's code, 0 where there was none.
    """
    secure, host, port = publisher.origin
    where = f"mqtt{'s' if secure else ''}://{host}:{port}: "
    number = problem.errno
    code = number - _REFUSED if isinstance(number, int) else -1  # a text, on MicroPython
    if 0 <= code < len(_REFUSALS):
        kind, text = _REFUSALS[code]
        return kind(where + text, code)
    if code > 0:
        return Refused(f"{where}the broker refused with code {code}", code)
    if number in (ECONNRESET, _EPIPE):
        text = "the broker closed the connection"
        if publisher.awaited == _CONNACK:
            text += " before it answered: does it want TLS, or a certificate?"
    else:
        text = words(problem, publisher.timeout_ms / 1000)
    return Unreachable(where + text)


def wrong_topic(topic: "bytes | bytearray") -> InvalidValue:
    """Return the error for a topic that nothing can be published to (4.7)."""
    return InvalidValue(f"topic {bytes(topic).decode()!r} is empty, or has #, + or NUL")


def wrong_url() -> InvalidValue:
    """Return the error for an address, which is not told, as it may hold a password."""
    return InvalidValue("a broker's URL is like mqtts://host or mqtt://host:1883")
