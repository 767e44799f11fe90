"""Values that stand for binary data: base64, compressed first or not.

Source: Byteport API document v1.6, "objects" and "Get single data point as file".
"""

import bz2
import zlib
from base64 import b64decode
from binascii import Error
from typing import Any

from byteport.store_call import RefusalError

_MAX_BYTES = 1 << 26


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
    if data[:3] == b"BZh":
        return _limited(bz2.BZ2Decompressor(), data, OSError)
    if data[:1] == b"\x78" and int.from_bytes(data[:2], "big") % 31 == 0:  # RFC 1950 §2.2
        return _limited(zlib.decompressobj(), data, zlib.error)
    return data


def _limited(decompressor: Any, data: bytes, error: type[Exception]) -> bytes:
    try:
        found: bytes = decompressor.decompress(data, _MAX_BYTES)
    except error:
        return data
    if not decompressor.eof:
        raise RefusalError(413, f"the value is more than {_MAX_BYTES} bytes, or cut off")
    return found
