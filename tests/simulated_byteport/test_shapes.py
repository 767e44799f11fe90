"""The simulated Byteport's answers have the shapes of the API document."""

import json
import re

from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.service.data_file import read_data
from byteport_service import NOW_MS
from micropythons import TESTS

DOCUMENT = json.loads((TESTS / "vectors" / "document_answers.json").read_text())


def test_a_time_series_has_the_documents_shape() -> None:
    example = DOCUMENT["time_series"]
    data = {
        "users": {"me": {"password": "secret", "namespaces": ["system"]}},
        "namespaces": {"system": {"devices": {"ferdinand": {}}}},
    }
    with ByteportServer(read_data(data), now_ms=lambda: NOW_MS) as server:
        times = [1444329706460, 1444329766565, 1444329826679]
        server.put("system", "ferdinand", "est_ports", [(ms, "118") for ms in times])
        with UserSession(server.url) as user:
            user.login("me", "secret")
            answer = user.time_series("system", "ferdinand", "est_ports", minutes=3)
    for found, told in zip(answer["data"]["ts_data"], example["data"]["ts_data"], strict=True):
        assert found["t"] == told["t"]
        assert (found["v"], type(found["v"])) == (told["v"], int)
        assert found["m"] == {**told["m"], "hdts": told["m"]["hdts"][:13] + "000"}
        assert found["r"].split("-")[1:3] == told["r"].split("-")[1:3]  # a UUID of the time
        assert set(found) == set(told)
    shown = example["data"]["ts_meta"]
    to_ms = {name: shown[name][:23] + "000" for name in ("from", "to")}
    assert answer["data"]["ts_meta"] == {**shown, **to_ms}
    assert answer["meta"] == example["meta"]


def test_other_answers_have_the_documents_keys(admin: UserSession) -> None:
    assert sorted(admin.namespaces()[0]) == DOCUMENT["namespace_keys"]
    assert sorted(admin.devices("test", "6000", 1)[0]) == DOCUMENT["device_keys"]
    assert sorted(admin.search_devices("test")) == sorted(DOCUMENT["search"])
    (sent,) = admin.send_message("test", "6000", "bb")
    (told,) = DOCUMENT["sent_message"]
    assert list(sent) == list(told)
    assert list(json.loads(sent["message"])[0]) == list(json.loads(told["message"])[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00", sent["send_time"])


def test_a_single_value_has_the_documents_keys(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "wifi_ss", [(NOW_MS, "04:c5:a4:81:b2:03")])
    (point,) = admin.time_series("test", "6000", "wifi_ss", minutes=1)["data"]["ts_data"]
    value = admin.value("test", "6000", "wifi_ss", point["r"])
    assert set(value) == set(DOCUMENT["single_value"])
    assert value["value"] == DOCUMENT["single_value"]["value"]
