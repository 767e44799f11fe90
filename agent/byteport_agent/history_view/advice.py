"""What a person can do about each way in which reading a history fails."""

from byteport.errors import RateLimited, SendError, Unreachable
from byteport.meaning import AnswerTooLarge, DeviceNotFound, Forbidden, LoginFailed, Redirected

_BY_CLASS = (
    (LoginFailed, "Check --user, and the password."),
    (DeviceNotFound, "Check --namespace and DEVICE."),
    (Redirected, "Give the address it moved to as --url."),
    (AnswerTooLarge, "Ask for a shorter time: --since, --until."),
    (RateLimited, "Ask less often."),
    (Unreachable, "Is the URL right, the network up and the service running?"),
    (SendError, "Check the arguments."),
)


def advice(error: SendError, logged_in: bool) -> str:
    """Return the next step after an error."""
    if isinstance(error, Forbidden):
        if logged_in:
            return "This user may not read it: check --namespace."
        return "Log in with --user NAME, or give the key of a namespace read by key: --key-file."
    return next(text for kind, text in _BY_CLASS if isinstance(error, kind))
