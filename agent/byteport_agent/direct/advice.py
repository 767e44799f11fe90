"""What a person can do about each way in which sending fails.

The error's own text says what happened; the classes are those of `byteport.errors`.
"""

from byteport.errors import RateLimited, Refused, Rejected, SendError, Unreachable

_BY_STATUS = {
    401: "Check the key, and the namespace's Security tab for the write method.",
    403: "Check the key, and the namespace's Security tab for the write method.",
    404: "Check --namespace and --device, and register the device if it is new.",
    406: "Check --device.",
    413: "Send fewer or shorter fields in one call.",
    500: "Send again; if it stays so, ask who runs the service.",
    502: "The proxy before the service cannot reach it: send again later.",
    503: "Send again later.",
}
_BY_CLASS = (
    (Unreachable, "Is the URL right, the network up and the service running?"),
    (RateLimited, "Send less often."),
    (Refused, "Give the address it moved to as --url."),
    (Rejected, "Check the fields' names and values."),
)


def advice(error: SendError) -> str:
    """Return the next step after an error."""
    text = _BY_STATUS.get(error.status) or _by_class(error)
    return f"{text} It asks to wait {error.retry_after} s." if error.retry_after else text


def failure_text(error: SendError, timestamp: str) -> str:
    """Return one line: what failed, whether the values may be stored all the same, what to do."""
    outcome = "not stored"
    if isinstance(error, Unreachable):
        outcome = f"not confirmed (to send it again as the same point: --timestamp {timestamp})"
    return f"{outcome}: {error}. {advice(error)}"


def _by_class(error: SendError) -> str:
    return next((text for kind, text in _BY_CLASS if isinstance(error, kind)), "Send again.")
