"""A simulated Byteport whose time stands still, and its admin logged in."""

from collections.abc import Iterator

import pytest

from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_service import NOW_MS


@pytest.fixture
def server() -> Iterator[ByteportServer]:
    with ByteportServer(now_ms=lambda: NOW_MS) as server:
        yield server


@pytest.fixture
def admin(server: ByteportServer) -> Iterator[UserSession]:
    with UserSession(server.url, timeout=20) as session:
        session.login("admin", "admin")
        yield session
