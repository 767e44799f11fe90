"""Where a key is found, what is wrong with some, and that a Secret does not show."""

import copy
import logging
import os
import pickle
from pathlib import Path

import pytest
from agent_rig import KEY

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.keys import FoundKey, Secret, find_key


def test_X1_a_secret_shows_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    secret = Secret(KEY)
    logging.getLogger("test").warning("key %s %r", secret, [secret])
    shown = [repr(secret), str(secret), f"{secret}", f"{secret:>40}", str([secret]), caplog.text]
    shown += [repr({"key": secret}), repr(FoundKey(secret, "here"))]
    assert not [text for text in shown if KEY in text]
    assert secret.reveal() == KEY
    for give_away in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError):
            give_away(secret)


def test_a_secret_compares_any_text() -> None:
    assert Secret("å€").matches("å€")
    assert not Secret("å€").matches("")
    assert not Secret(KEY).matches(KEY + " ")


def test_order_of_the_places(tmp_path: Path, key_file: Path) -> None:
    (tmp_path / "credentials").mkdir()
    environ = {"BYTEPORT_KEY": "from-variable", "CREDENTIALS_DIRECTORY": "/nowhere"}
    assert find_key(None, environ).secret.reveal() == "from-variable"
    credential = tmp_path / "credentials/byteport.key"
    credential.write_text("from-credential")
    credential.chmod(0o440)
    environ["CREDENTIALS_DIRECTORY"] = str(credential.parent)
    found = find_key(None, environ)
    assert (found.secret.reveal(), found.warning) == ("from-credential", "")
    found = find_key(str(key_file), environ)
    assert found.secret.reveal() == KEY
    assert str(key_file) in found.source


def test_a_service_gets_a_key_file_that_it_may_not_read_as_credential_of_its_name(
    tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = key_file.rename(tmp_path / "mine.key")
    (tmp_path / "credentials").mkdir()
    credential = tmp_path / "credentials/mine.key"
    credential.write_text("from-credential")
    environ = {"CREDENTIALS_DIRECTORY": str(credential.parent)}
    assert find_key(str(mine), environ).secret.reveal() == KEY
    monkeypatch.setattr("os.access", lambda path, mode: path != str(mine))
    found = find_key(str(mine), environ)
    assert found.secret.reveal() == "from-credential"
    assert found.source == f"key file '{mine}' (loaded by systemd)"
    credential.unlink()
    assert find_key(str(mine), environ).secret.reveal() == KEY  # as root, who may in truth


@pytest.mark.parametrize("content", [KEY, KEY + "\n", f"  {KEY}\r\n", "\ufeff" + KEY])
def test_surroundings_of_the_key_do_not_matter(key_file: Path, content: str) -> None:
    key_file.write_text(content, newline="")
    assert find_key(str(key_file), {}).secret.reveal() == KEY


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b'"leaked"\n', "has quotes around the API key: take them away"),
        (b"leaked word", "more than one word or line"),
        (b"leaked\nline", "more than one word or line"),
        (b"ab\0c", "more than one word or line"),
        (b"\xff\xfe", "holds no text"),
        (b"x" * 4097, "longer than 4096 bytes"),
    ],
)
def test_what_cannot_be_a_key(key_file: Path, content: bytes, text: str) -> None:
    key_file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=text) as wrong:
        find_key(str(key_file), {})
    assert str(key_file) in str(wrong.value)
    assert "leaked" not in str(wrong.value).replace(str(key_file), "")


def test_no_key_and_no_file() -> None:
    with pytest.raises(ConfigurationError, match="no API key: give --key-file FILE, or set"):
        find_key(None, {})
    with pytest.raises(ConfigurationError, match="BYTEPORT_KEY is empty"):
        find_key(None, {"BYTEPORT_KEY": ""})
    with pytest.raises(ConfigurationError, match="'/none/key' cannot be read: No such file"):
        find_key("/none/key", {"BYTEPORT_KEY": KEY})
    with pytest.raises(ConfigurationError, match="Is a directory"):
        find_key("/", {})


@pytest.mark.parametrize(
    ("mode", "who"),
    [
        (0o600, ""),
        (0o400, ""),
        (0o644, "every user"),
        (0o604, "every user"),
        (0o602, "every user"),
        (0o640, "its group"),
        (0o660, "its group"),
    ],
)
def test_X4_a_key_file_open_to_others_is_warned_of(key_file: Path, mode: int, who: str) -> None:
    key_file.chmod(mode)
    found = find_key(str(key_file), {})
    assert found.secret.reveal() == KEY
    if not who:
        assert found.warning == ""
    else:
        assert who in found.warning
        assert f"chmod 600 {str(key_file)!r}" in found.warning


def test_a_services_key_is_not_warned_of(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key_file.chmod(0o640)  # root's file, which this user reads through its group
    monkeypatch.setattr(os, "geteuid", lambda: key_file.stat().st_uid + 1)
    assert find_key(str(key_file), {}).warning == ""
