"""Certificate-checking TLS settings on either interpreter; not needed to send by http."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl


def tls_context(ca: "str | bytes | None", verify: bool) -> "ssl.SSLContext":
    """Return TLS settings that trust a CA file, or its content (PEM or DER), or the system's CAs.

    ``verify=False`` trusts everybody. Raises OSError where there is no such file or no system CA.
    """
    if sys.implementation.name == "micropython":
        return _board_context(ca, verify)
    import ssl

    if isinstance(ca, bytes):
        context = ssl.create_default_context(cadata=ca.decode() if ca[:5] == b"-----" else ca)
    else:
        context = ssl.create_default_context(cafile=ca)
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _board_context(ca: "str | bytes | None", verify: bool) -> "ssl.SSLContext":
    try:
        import tls  # type: ignore[import-not-found]
    except ImportError:
        raise OSError("https needs the module tls, which MicroPython has since 1.23")
    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    context.verify_mode = tls.CERT_REQUIRED if verify else tls.CERT_NONE
    if verify:
        if ca is None:
            raise OSError("TLS needs ca=, the certificate to trust: boards have none built in")
        if isinstance(ca, str):
            with open(ca, "rb") as file:
                ca = file.read()
        try:
            context.load_verify_locations(ca)
        except ValueError as error:
            raise OSError(f"ca= is no certificate that this board can read: {error}")
    return context  # type: ignore[no-any-return]
