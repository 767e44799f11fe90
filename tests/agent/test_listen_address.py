"""Addresses to listen on."""

import pytest

from byteport_agent.listen_address import listen_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_addresses(text: str, address: tuple[str, int]) -> None:
    assert listen_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "8080", ":8080", "127.0.0.1", "127.0.0.1:65536", "::1:80", "http://a:80", "a:b"]
)
def test_what_is_none_is_told_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 127\.0\.0\.1:8080"):
        listen_address(text)
