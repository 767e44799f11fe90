"""The only place that knows which interpreter this is.

`cpython` and `board` (MicroPython) define the same names; all else in the core is one source:

    const               marks a number that MicroPython folds into the code
    EPOCH_OFFSET        seconds to add to time.time() to count from 1970
    FLOAT32             floats have 24 bits, too few for a timestamp
    ticks_ms, ticks_add, ticks_diff, sleep_ms   a monotonic clock that may wrap
    find                position of one byte value in a buffer
    Lock                a mutex, or nothing where there is one thread
    tls_context         certificate-checking TLS settings
    zlib_compress       RFC 1950 compression; ImportError where the firmware has none
    Stream              a TCP or TLS connection whose every wait ends at a deadline
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING or sys.implementation.name != "micropython":
    from byteport.compat.cpython import (
        EPOCH_OFFSET,
        FLOAT32,
        Lock,
        Stream,
        const,
        find,
        sleep_ms,
        ticks_add,
        ticks_diff,
        ticks_ms,
        tls_context,
        zlib_compress,
    )
else:
    from byteport.compat.board import (
        EPOCH_OFFSET,
        FLOAT32,
        Lock,
        Stream,
        const,
        find,
        sleep_ms,
        ticks_add,
        ticks_diff,
        ticks_ms,
        tls_context,
        zlib_compress,
    )

__all__ = [
    "EPOCH_OFFSET",
    "FLOAT32",
    "Lock",
    "Stream",
    "const",
    "find",
    "sleep_ms",
    "ticks_add",
    "ticks_diff",
    "ticks_ms",
    "tls_context",
    "zlib_compress",
]
