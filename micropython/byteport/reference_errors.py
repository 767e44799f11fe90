"""The reference client's exceptions, and which of them says what one of ours does.

Import them from `byteport.http_clients`, as code for the reference client does.
"""

from byteport.errors import ByteportError, InvalidName, InvalidValue, SendError
from byteport.meaning import LoginFailed


class ByteportClientException(Exception):
    """Base of what these clients raise; its text says what happened and what to do."""


class ByteportConnectException(ByteportClientException):
    """No complete answer came: whether the call was stored is unknown."""


class ByteportClientForbiddenException(ByteportClientException):
    """403: the key is wrong, or this write method is not allowed."""


class ByteportClientDeviceNotFoundException(ByteportClientException):
    """404: unknown namespace or unregistered device."""


class ByteportNotAllowedException(ByteportClientException):
    """406: the device uid is not accepted."""


class ByteportServerException(ByteportClientException):
    """500 and above: the service failed."""


class ByteportClientUnsupportedCompressionException(ByteportClientException):
    """The compression is none of None, "gzip", "bzip2"."""


class ByteportClientUnsupportedTimestampTypeException(ByteportClientException):
    """The timestamp is no int, float, text of digits or datetime."""


class ByteportClientInvalidFieldNameException(ByteportClientException):
    """A namespace, device or field name breaks one of Byteport's rules."""


class ByteportClientInvalidDataTypeException(ByteportClientException):
    """A value is neither number nor text."""


class ByteportLoginFailedException(Exception):
    """The session API refused user name or password."""


_BY_STATUS = {
    401: ByteportClientForbiddenException,
    403: ByteportClientForbiddenException,
    404: ByteportClientDeviceNotFoundException,
    406: ByteportNotAllowedException,
}


def exception_of(error: ByteportError) -> Exception:
    """Return the reference client's exception for an error of ours, with its text."""
    kind: "type[Exception]" = ByteportClientException
    if isinstance(error, LoginFailed):
        kind = ByteportLoginFailedException
    elif isinstance(error, InvalidName):
        kind = ByteportClientInvalidFieldNameException
    elif isinstance(error, InvalidValue):
        kind = ByteportClientInvalidDataTypeException
    elif isinstance(error, SendError):
        if error.status >= 500:
            kind = ByteportServerException
        elif error.status == 0:
            kind = ByteportConnectException
        else:
            kind = _BY_STATUS.get(error.status, ByteportClientException)
    return kind(str(error))
