"""The address a server listens on, as people write it: "127.0.0.1:8080", "[::1]:0"."""

from re import fullmatch


def listen_address(text: str) -> tuple[str, int]:
    """Return (host, port); raise ValueError saying how one is written."""
    parts = fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:\[\]/]+)):([0-9]{1,5})", text)
    if parts is None or int(parts[3]) > 65535:
        raise ValueError(f"{text!r} is no address: write host and port, such as 127.0.0.1:8080")
    return parts[1] or parts[2], int(parts[3])
