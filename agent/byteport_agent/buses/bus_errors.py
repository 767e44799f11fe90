"""What a bus's errno means, the same for every adapter, and the words for it.

Linux's adapters do not agree: for a chip that does not acknowledge, a Raspberry Pi says EREMOTEIO
(121), i2c-gpio and a PC's SMBus ENXIO (6), others ENODEV (19). Here it is EREMOTEIO.
Source: Linux Documentation/i2c/fault-codes.rst.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

NO_ANSWER = errno.EREMOTEIO
_NO_ANSWER = (errno.EREMOTEIO, errno.ENXIO, errno.ENODEV)
_TIMED_OUT = (errno.ETIMEDOUT, errno.ETIME)
_UNSUPPORTED = (errno.EOPNOTSUPP, errno.ENOSYS)

_WORDS = {
    NO_ANSWER: "does not answer (errno {0}): wiring, power or address?",
    errno.ETIMEDOUT: "holds up the bus (errno {0}): pull-up resistors, or a chip that hangs? "
    "cut its power and give it back",
    errno.EIO: "broke off a transfer (errno {0}): wiring, pull-up resistors or a long cable?",
    errno.EAGAIN: "lost the bus to another master (errno {0}): it is tried again",
    errno.EBUSY: "is in use by a kernel driver or another program (errno {0}): "
    'read it with driver = "iio" or "hwmon", or free it',
    errno.EOPNOTSUPP: "needs a transfer that this adapter lacks (errno {0}): use another bus",
    errno.EBADMSG: "sent a wrong checksum (errno {0}): wiring or interference?",
    errno.ENOENT: "is not there (errno {0}): was it unplugged?",
}


def normalised(error: OSError) -> OSError:
    """Return the error with the errno that means this on every adapter."""
    for group in (_NO_ANSWER, _TIMED_OUT, _UNSUPPORTED):
        if error.errno in group:
            if error.errno == group[0]:
                return error
            return OSError(group[0], f"{os.strerror(group[0])} (errno {error.errno} here)")
    return error


@contextmanager
def normalised_errno() -> Iterator[None]:
    """Let an OSError leave this block with the errno that means this on every adapter."""
    try:
        yield
    except OSError as error:
        raise normalised(error) from None


def bus_error_text(error: OSError, sensor: str, place: str) -> str:
    """Return what went wrong with a sensor at a place, such as "0x76 on i2c-1", and what to do."""
    error = normalised(error)
    number = error.errno or 0
    words = _WORDS.get(number)
    if words is None:
        return f"{sensor} at {place}: {error.strerror or error or type(error).__name__}"
    return f"{sensor} at {place} {words.format(number)}"
