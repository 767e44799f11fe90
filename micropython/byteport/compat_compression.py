"""zlib's compression on either interpreter; apart, because few boards ever need it.

Source: RFC 1950 (zlib stream), RFC 1951 §3.2.4 (stored blocks).
"""

_STORED_BYTES = 65535
_ADLER = 65521


def zlib_compress(data: bytes) -> bytes:
    """Return data as a zlib stream, on firmware that cannot compress one of stored blocks."""
    try:
        import zlib
    except ImportError:
        return _board_compress(data)
    return zlib.compress(data)


def _board_compress(data: bytes) -> bytes:
    import io

    import deflate  # type: ignore[import-not-found]

    stream = io.BytesIO()
    compressor = deflate.DeflateIO(stream, deflate.ZLIB)
    if not hasattr(compressor, "write"):
        return stored(data)
    compressor.write(data)
    compressor.close()
    return stream.getvalue()


def stored(data: bytes) -> bytes:
    """Return a zlib stream that holds data as it is: any reader takes it, only nothing is saved."""
    stream = bytearray(b"\x78\x01")
    start = 0
    while True:
        block = data[start : start + _STORED_BYTES]
        start += len(block)
        stream.append(1 if start >= len(data) else 0)
        for number in (len(block), len(block) ^ 0xFFFF):
            stream.append(number & 0xFF)
            stream.append(number >> 8)
        stream.extend(block)
        if start >= len(data):
            break
    low, high = 1, 0
    for c in data:
        low = (low + c) % _ADLER
        high = (high + low) % _ADLER
    for c in (high >> 8, high & 0xFF, low >> 8, low & 0xFF):
        stream.append(c)
    return bytes(stream)
