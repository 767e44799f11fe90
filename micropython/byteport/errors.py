"""What can go wrong, split by what the caller does next.

    ByteportError
     +- InvalidData            the call itself is wrong, nothing was sent: mend the call
     |   +- InvalidName        a namespace, device or field name breaks a rule
     |   +- InvalidValue       a value, timestamp or size that cannot be stored
     +- DriverError            a sensor gave no reading
     |   +- ChipNotFound       another chip or none at this address: mend the wiring
     |   +- BadReading         a sample that must not be used: measure again
     |   +- NotReady           the sample is not finished: wait, then read again
     +- SendError              the service did not confirm
         +- Unreachable        no usable answer, outcome unknown: send the same bytes again
         +- RateLimited        429: wait retry_after seconds, then send again
         +- Refused            key, device or address is wrong: hold everything and tell
         +- Rejected           this record will never pass: set it aside

`byteport.meaning` has a class for each HTTP status that Byteport answers, and for what goes wrong
with a login, below these four.
A bus OSError passes through a driver unchanged. Single inheritance only: MicroPython has no other.
"""


class ByteportError(Exception):
    """Base of every error that this project raises."""


class InvalidData(ByteportError):
    """The call itself is wrong; nothing was sent."""


class InvalidName(InvalidData):
    """A namespace, device or field name breaks one of Byteport's rules."""


class InvalidValue(InvalidData):
    """A value, timestamp or size that Byteport cannot store."""


class DriverError(ByteportError):
    """A sensor gave no reading."""


class ChipNotFound(DriverError):
    """Another chip, or none, answers where this one was expected."""


class BadReading(DriverError):
    """A sample arrived that must not be used, such as one with a wrong checksum."""


class NotReady(DriverError):
    """The sample is not finished; wait and read again."""


class SendError(ByteportError):
    """The service did not confirm.

    ``status`` is the HTTP status, 0 where there was no answer; ``retry_after`` the seconds
    that the service asked to wait, None where it did not say.
    """

    def __init__(self, message: str, status: int = 0, retry_after: "int | None" = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class Unreachable(SendError):
    """No usable answer: whether the record was stored is unknown."""


class RateLimited(SendError):
    """429: too many calls; wait ``retry_after`` seconds."""


class Refused(SendError):
    """The service will refuse every record until something is mended."""


class Rejected(SendError):
    """This record will never be stored as it is."""
