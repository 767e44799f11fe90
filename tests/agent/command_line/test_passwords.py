"""Where a password comes from, and what is no password."""

from pathlib import Path

import pytest

from byteport_agent.command_errors import ConfigurationError, UsageError
from byteport_agent.command_line.passwords import find_password, open_to_others


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"secret", "secret"),
        (b"two words \n", "two words "),
        (b"\xef\xbb\xbfwith mark\r\n", "with mark"),
        ("pässwörd\n".encode(), "pässwörd"),
    ],
)
def test_a_file(tmp_path: Path, content: bytes, password: str) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)
    found = find_password(str(path), "me")
    assert found.reveal() == password
    assert password not in repr(found)


@pytest.mark.parametrize("content", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe", b"x" * 5000])
def test_a_file_that_holds_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "password"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="is it the right file"):
        find_password(str(path), "me")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        find_password(str(tmp_path / "none"), "me")
    assert not open_to_others(str(tmp_path / "none"))


def test_nothing_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda text: asked.append(text) or "")
    with pytest.raises(UsageError, match="no password was typed"):
        find_password(None, "me")
    assert asked == ["Password of me: "]
