"""Values that stand for binary data: base64, compressed first or not.

Source: Byteport API document v1.6, "objects" and "Get single data point as file".
"""

import bz2
import zlib
from base64 import b64decode
from binascii import Error
from typing import Any

from byteport.store_call import RefusalError

MAX_BYTES = 1 << 26


def file_of(text: str, decode: bool, decompress: bool) -> bytes:
    """Return a value as a file: a text that is no base64 stays as it is.

    Raises RefusalError 413 for what would be too large.
    """
    data = text.encode()
    if not decode:
        return data
    try:
        data = b64decode(data, validate=True)
    except Error:
        return data
    return _decompressed(data) if decompress else data


def _decompressed(data: bytes) -> bytes:
    """Return data as they were before; what is cut off, or only looks compressed, as it is."""
    if data[:3] == b"BZh":
        decompressor: Any = bz2.BZ2Decompressor()
    elif data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0:  # RFC 1950 §2.2
        decompressor = zlib.decompressobj()
    else:
        return data
    try:
        found: bytes = decompressor.decompress(data, MAX_BYTES + 1)
    except (OSError, zlib.error):
        return data
    if len(found) > MAX_BYTES:
        raise RefusalError(413, f"the value is more than {MAX_BYTES} bytes when decompressed")
    return found if decompressor.eof else data
