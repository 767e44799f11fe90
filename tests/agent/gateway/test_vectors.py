"""Every recorded request of the reference client, stored at the gateway, comes back unchanged."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_rig import GatewayRig

from byteport import http_clients
from byteport.names import LOG_LEVELS
from micropythons import INTERPRETERS, TESTS, run_micropython

CASES = json.loads((TESTS / "vectors/reference_wire.json").read_text())["cases"]
KEY = "f00b4s3cretk3y"
CLASSES = {
    "post": http_clients.ByteportHttpClient,
    "get": http_clients.ByteportHttpGetClient,
}


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayRig]:
    rig = GatewayRig(tmp_path_factory.mktemp("vectors"), key=KEY)
    yield rig
    rig.close()


def name_of(case: "dict[str, Any]") -> str:
    return f"{case['client']}-{case['method']}-{CASES.index(case)}"


def renamed(rig: GatewayRig, case: "dict[str, Any]") -> tuple[str, str]:
    """Return the case's path and device under a device of its own, for what has no time yet."""
    parts = case["request"]["path"].split("/")
    device = f"{parts[-2]}-{len(rig.stored())}"
    return "/".join([*parts[:-2], device, ""]), device


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_F4_a_recorded_request(rig: GatewayRig, case: "dict[str, Any]") -> None:
    request = case["request"]
    parameters = {**request["query"], **request["form"]}
    if "packets" in parameters:
        parameters["legacy_key"] = KEY
        check_packets(rig, request["path"], parameters)
        return
    path, device = renamed(rig, case)
    before = rig.stored()
    if request["method"] == "GET":
        answer = rig.get(path, **parameters)
    else:
        answer = rig.ask("POST", path, parameters)
    assert (answer.status, answer.text) == (200, "")
    fields = {name: text for name, text in parameters.items() if not name.startswith("_")}
    new = rig.stored()[len(before) :]
    if not fields:
        assert new == []
        return
    (stored,) = new
    assert stored.device == device
    assert dict(stored.fields + stored.messages) == fields
    rig.settled()
    for name, text in fields.items():
        if name in LOG_LEVELS:
            messages = rig.get("/api/messages", device=device).json()["messages"]
            assert [each["text"] for each in messages if each["level"] == name] == [text]
        else:
            assert rig.get("/api/value", device=device, field=name).json()["value"] == text


def check_packets(rig: GatewayRig, path: str, parameters: "dict[str, str]") -> None:
    parameters["packets"] = parameters["packets"].replace('"test"', '"myownspace"')
    before = len(rig.stored())
    assert rig.ask("POST", path, parameters).status == 200
    assert [(each.device, each.ts_ms, each.fields) for each in rig.stored()[before:]] == [
        ("6000", 1_337_666_777_123, (("f1", "10"), ("f2", "20"))),
        ("6000", 1_337_666_787_000, (("temp", "10"), ("last_word", "i love you"))),
    ]


@pytest.mark.parametrize("kind", CLASSES)
def test_the_reference_clients_names_store_here(rig: GatewayRig, kind: str, tmp_path: Path) -> None:
    device = f"names-{kind}"
    client = CLASSES[kind]("myownspace", KEY, device, rig.url)
    client.store({"temp": 21.5, "note": "å日本"}, timestamp=1_800_000_000.25)
    client.log("All systems nominal", "warn")
    (tmp_path / "status").write_bytes(b"\x00\xff" * 50)
    client.base64_encode_and_store_file("status", str(tmp_path / "status"), compression="gzip")
    client.close()
    first, second, third = [each for each in rig.stored() if each.device == device]
    assert first.fields == (("temp", "21.5"), ("note", "å日本"))
    assert first.ts_ms == 1_800_000_000_250
    assert second.messages == (("warn", "All systems nominal"),)
    assert third.fields[0][0] == "status"


BOARD_SCRIPT = """
import sys
from byteport import Client
client = Client("myownspace", sys.argv[2], sys.argv[3], url=sys.argv[1])
for number in range(20):
    client.store({"count": number, "note": "å%d" % number}, timestamp=1800000000 + number)
for number in range(20):
    client.store({"count": number, "note": "å%d" % number}, timestamp=1800000000 + number)
client.log("done", "info")
client.close()
"""


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_a_board_stores_here_and_what_it_repeats_is_stored_once(
    rig: GatewayRig, interpreter: str, tmp_path: Path
) -> None:
    (tmp_path / "board.py").write_text(BOARD_SCRIPT)
    run = run_micropython(interpreter, tmp_path / "board.py", rig.url, KEY, interpreter)
    assert run.returncode == 0, run.stdout + run.stderr
    *stored, last = [each for each in rig.stored() if each.device == interpreter]
    assert [dict(each.fields) for each in stored] == [
        {"count": f"{number}", "note": f"å{number}"} for number in range(20)
    ]
    assert [each.ts_ms for each in stored] == [1_800_000_000_000 + 1000 * n for n in range(20)]
    assert last.messages == (("info", "done"),)
