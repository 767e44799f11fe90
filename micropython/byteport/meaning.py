"""What an answer other than a plain 200 means for the caller, or no answer at all.

A module of its own, because a board needs it only when something went wrong. Source: Byteport API
document v1.6; RFC 9110 §15 for the statuses that it does not name.
"""

from errno import ETIMEDOUT

from byteport.errors import RateLimited, Refused, Rejected, SendError, Unreachable


class ServerError(Unreachable):
    """500: the service failed."""


class BadGateway(Unreachable):
    """502: a proxy got no answer from the service."""


class ServiceUnavailable(Unreachable):
    """503: the service is overloaded or down; ``retry_after`` may say for how long."""


class Forbidden(Refused):
    """401 or 403: the key is wrong, or this write method is not allowed."""


class DeviceNotFound(Refused):
    """404: unknown namespace or unregistered device."""


class Redirected(Refused):
    """3xx: the address is another one; redirects are never followed."""


class LoginFailed(Refused):
    """User name or password is wrong."""


class NotAccepted(Rejected):
    """406: the service does not accept the device uid."""


class TooLarge(Rejected):
    """413: the record is larger than the service takes."""


class AnswerTooLarge(Rejected):
    """The answer is larger than the caller allows."""


class RegistrationFailed(Rejected):
    """200, but with an error: the service registered nothing, and says why."""


# by status, or by a status's first digit for those without a meaning of their own
_MEANINGS = {
    2: (Unreachable, "no plain 200: a network's sign-in page?"),
    3: (Redirected, "moved and not followed, mend the URL to"),
    4: (Rejected, "the service does not take this call"),
    5: (Unreachable, "the service failed"),
    401: (Forbidden, "wrong key, or the namespace's Security tab forbids this method"),
    403: (Forbidden, "wrong key, or the namespace's Security tab forbids this method"),
    404: (DeviceNotFound, "unknown namespace, or the device is not registered"),
    406: (NotAccepted, "the service does not accept the device uid"),
    408: (Unreachable, "the call arrived too slowly"),
    413: (TooLarge, "the record is too large"),
    429: (RateLimited, "too many calls"),
    500: (ServerError, "the service failed"),
    502: (BadGateway, "a proxy got no answer from the service"),
    503: (ServiceUnavailable, "the service is down or overloaded"),
}


def error_of(
    status: int, headers: "dict[str, str]", problem: "OSError | None", call: str, timeout: float
) -> SendError:
    """Return the error for an answer, or for the OSError that came instead of one.

    ``call`` says what was tried; it and the message never hold a query, where the key may be.
    """
    if problem is not None:
        return Unreachable(f"{call}: {words(problem, timeout)}")
    kind, text = _MEANINGS.get(status) or _MEANINGS.get(status // 100) or _MEANINGS[5]
    if kind is Forbidden and "html" in headers.get("content-type", ""):
        text = "it is a page that says so, not Byteport: a proxy or filter before it?"
    if kind is Redirected:
        location = headers.get("location", "").split("?")[0]
        text += " " + "/".join(location.split("/")[:3])
    wait_s = None
    wait = headers.get("retry-after")
    if wait is not None:
        from byteport.http_date import retry_after_s

        wait_s = retry_after_s(wait, headers.get("date", ""))
    return kind(f"{call}: status {status}: {text}", status, wait_s)


def words(problem: OSError, timeout: float) -> str:
    if problem.errno == ETIMEDOUT:
        return f"no complete answer within {timeout} s"
    text = str(problem)
    if "CERT" in text.upper():
        text += ": is it the host's certificate, and is this machine's clock right?"
    return text
