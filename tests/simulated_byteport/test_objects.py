"""Objects that are stored in the simulated Byteport and downloaded again."""

import bz2
import zlib
from base64 import b64encode
from pathlib import Path

import pytest

from byteport.errors import SendError
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.service import objects
from byteport_service import NOW_MS


def downloaded(server: ByteportServer, admin: UserSession, text: str, path: Path) -> bytes:
    server.put("test", "6000", "blob", [(NOW_MS, text)])
    point = admin.time_series("test", "6000", "blob")["data"]["ts_data"][-1]
    admin.download("test", "6000", "blob", point["r"], str(path))
    return path.read_bytes()


def test_what_a_download_undoes(server: ByteportServer, admin: UserSession, tmp_path: Path) -> None:
    data = bytes(range(256))
    for packed in (data, zlib.compress(data), bz2.compress(data)):
        text = b64encode(packed).decode()
        assert downloaded(server, admin, text, tmp_path / "file") == data
    assert downloaded(server, admin, "no base64!", tmp_path / "file") == b"no base64!"
    for broken in (b"BZh9 broken", b"\x78\x01broken"):
        text = b64encode(broken).decode()
        assert downloaded(server, admin, text, tmp_path / "file") == broken


def test_a_bomb_is_refused(
    server: ByteportServer,
    admin: UserSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(objects, "MAX_BYTES", 1 << 20)
    assert len(downloaded(server, admin, bomb(1 << 20), tmp_path / "bomb")) == 1 << 20
    for text in (bomb((1 << 20) + 1), b64encode(bz2.compress(bytes(1 << 21))).decode()):
        with pytest.raises(SendError) as caught:
            downloaded(server, admin, text, tmp_path / "refused")
        assert caught.value.status == 413
    assert [path.name for path in tmp_path.iterdir()] == ["bomb"]


def bomb(size: int) -> str:
    return b64encode(zlib.compress(bytes(size))).decode()


def test_the_name_of_a_file(server: ByteportServer, admin: UserSession) -> None:
    from urllib.request import Request, urlopen

    server.put("test", "6000", "blob", [(NOW_MS, "aGVsbG8=")])
    point = admin.time_series("test", "6000", "blob")["data"]["ts_data"][-1]
    url = f"{server.url}/api/v1/download/value/test/6000/blob/{point['r']}/?_key=READ"
    with urlopen(Request(url)) as answer:
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="test.6000.blob.2015-10-08T18:44:21.285000.bin"'
        )
        assert answer.headers["Content-Type"] == "application/text"
        assert answer.read() == b"hello"
