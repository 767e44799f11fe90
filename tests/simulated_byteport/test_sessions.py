"""Logging in to the simulated Byteport, and what a user then sees."""

import json
import re
from pathlib import Path

import pytest

from byteport.meaning import DeviceNotFound, Forbidden
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.service.data_file import read_data
from curl import curl


def test_the_documents_login_by_curl(server: ByteportServer, tmp_path: Path) -> None:
    jar = ("-b", str(tmp_path / "jar"), "-c", str(tmp_path / "jar"))
    api = server.url + "/api/v1/"
    assert curl(*jar, f"{api}namespace/")[0] == 403
    assert curl(*jar, f"{api}login/") == (200, "")
    token = token_in(tmp_path / "jar")
    form = f"username=admin&password=admin&csrfmiddlewaretoken={token}"
    assert curl(*jar, "--data", form.replace("d=admin", "d=wrong"), f"{api}login/")[0] == 403
    assert curl("--data", form, f"{api}login/")[0] == 403  # without the cookie
    assert curl(*jar, "--data", form, f"{api}login/") == (200, "")
    status, content = curl(*jar, f"{api}namespace/")
    assert (status, json.loads(content)[0]["name"]) == (200, "test")
    token = token_in(tmp_path / "jar")
    message = ("--data", f"message=hello&csrfmiddlewaretoken={token}", f"{api}message/test/6000/")
    assert curl(*jar, *message)[0] == 403  # without a Referer
    assert curl(*jar, "-e", api, *message)[0] == 200
    assert curl(*jar, "-e", api, message[0], "message=hello", message[2])[0] == 403
    assert curl(*jar, f"{api}logout/") == (200, "")
    assert curl(*jar, f"{api}namespace/")[0] == 403


def token_in(jar: Path) -> str:
    return re.findall(r"csrftoken\t(\S+)", jar.read_text())[0]


def test_a_user_sees_the_own_namespaces(server: ByteportServer) -> None:
    world = server.world
    world.namespaces["secret"] = read_data({"namespaces": {"secret": {}}}).namespaces["secret"]
    with UserSession(server.url) as user:
        user.login("admin", "admin")
        assert [each["name"] for each in user.namespaces()] == ["test"]
        with pytest.raises(Forbidden):
            user.devices("secret")
        with pytest.raises(DeviceNotFound):
            user.devices("nothing")
        assert user.search_devices("secret")["data"] == []


def test_sessions_are_bounded(server: ByteportServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from byteport_mocks.service import logins

    monkeypatch.setattr(logins, "_MAX_SESSIONS", 2)
    sessions = [UserSession(server.url) for _ in range(3)]
    for session in sessions:
        session.login("admin", "admin")
    with pytest.raises(Forbidden):
        sessions[0].namespaces()
    for session in sessions[1:]:
        assert session.namespaces()
    for session in sessions:
        session.close()
