"""Devices that are registered at the simulated Byteport."""

import pytest

from byteport import Client
from byteport.meaning import DeviceNotFound
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_service import NOW_MS


@pytest.mark.parametrize(
    ("uid", "batch", "expected"),
    [
        ("one1", False, ["one1"]),
        ("sens10-sens12", True, ["sens10", "sens11", "sens12"]),
        ("sens10-sens12", False, ["sens10-sens12"]),
        ("08-11", True, ["08", "09", "10", "11"]),
        ("a1,b1-b2, c1", True, ["a1", "b1", "b2", "c1"]),
        ("sens10-dev12", True, ["sens10-dev12"]),
        ("sens12-sens10", True, "a range of -1 devices"),
        ("s1-s99999", True, "a range of 99999 devices"),
        ("#wrong", False, "has '#'"),
        ("", False, "has 0 characters"),
        ("6000", False, "registered already: 6000"),
    ],
)
def test_uids_lists_and_ranges(
    server: ByteportServer, admin: UserSession, uid: str, batch: bool, expected: list[str] | str
) -> None:
    form = {"uid": uid, "device_type_id": "1", "batch_register": batch}
    answer = admin.post("namespace/register_device/test/", form)
    if isinstance(expected, str):
        assert list(answer) == ["error"]
        assert expected in answer["error"]
        assert len(server.world.namespace("test").devices) == 2
    else:
        assert [each["uid"] for each in answer["registration_result"]] == expected


def test_a_device_that_is_registered_takes_values(
    server: ByteportServer, admin: UserSession
) -> None:
    client = Client("test", "TEST", "new1", url=server.url)
    with pytest.raises(DeviceNotFound):
        client.store({"temp": 1})
    admin.register("test", "new1", "2")
    client.store({"temp": 1}, timestamp=NOW_MS // 1000)
    client.close()
    admin.register("test", "new1", "1", force=True)
    assert server.values("test", "new1", "temp") == [(NOW_MS // 1000 * 1000, "1")]


def test_a_registration_code_of_a_wrong_length(admin: UserSession) -> None:
    form = {"uid": "n1", "device_type_id": "1", "reg_code_length": "1000"}
    assert "reg_code_length" in admin.post("namespace/register_device/test/", form)["error"]
