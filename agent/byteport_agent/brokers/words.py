"""What keeps a connection to a broker from being made, in words."""

import ssl
from errno import ETIMEDOUT


def connect_error(error: Exception) -> str:
    """Return an error of a socket, of TLS or of a library."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"certificate: {error.verify_message}: is it the host's certificate, and is this "
            "machine's clock right?"
        )
    if isinstance(error, ssl.SSLError):
        return f"it does not speak TLS as it must: {error.reason or error}"
    if isinstance(error, TimeoutError) or getattr(error, "errno", None) == ETIMEDOUT:
        return "no connection in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
