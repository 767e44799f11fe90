"""zlib's compression on either interpreter; apart, because few boards ever need it."""


def zlib_compress(data: bytes) -> bytes:
    """Return data as a zlib stream (RFC 1950); raise ImportError where the firmware cannot."""
    try:
        import zlib
    except ImportError:
        return _deflate(data)
    return zlib.compress(data)


def _deflate(data: bytes) -> bytes:
    import io

    import deflate  # type: ignore[import-not-found]

    stream = io.BytesIO()
    compressor = deflate.DeflateIO(stream, deflate.ZLIB)
    if not hasattr(compressor, "write"):  # many ports only decompress
        raise ImportError("deflate.DeflateIO.write")
    compressor.write(data)
    compressor.close()
    return stream.getvalue()
