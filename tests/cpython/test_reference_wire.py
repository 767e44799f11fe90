"""Every recorded request of the reference client is made again, by its names and by `Client`.

tests/vectors/reference_wire.json holds what the reference client (iGW/byteport-api at HEAD) sent.
"""

import base64
import bz2
import json
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from byteport import http_clients
from byteport_mocks.scripted_server import Request, ScriptedServer
from micropythons import INTERPRETERS, TESTS, run_micropython

VECTORS = json.loads((TESTS / "vectors/reference_wire.json").read_text())
CASES = VECTORS["cases"]
FILES = {name: base64.b64decode(text) for name, text in VECTORS["files"].items()}
CLASSES = {
    "post": http_clients.ByteportHttpClient,
    "get": http_clients.ByteportHttpGetClient,
}
UNPACK = {None: bytes, "gzip": zlib.decompress, "bzip2": bz2.decompress}


def name_of(case: dict) -> str:
    return f"{case['client']}-{case['method']}-{CASES.index(case)}"


def arguments(case: dict, folder: Path) -> tuple[list, dict]:
    def real(value):
        if isinstance(value, dict) and "$file" in value:
            path = folder / value["$file"]
            path.write_bytes(FILES[value["$file"]])
            return str(path)
        if isinstance(value, dict) and "$bytes_b64" in value:
            return base64.b64decode(value["$bytes_b64"])
        return value

    options = {name: real(value) for name, value in case["kwargs"].items()}
    if "timestamp_iso" in options:
        options["timestamp"] = datetime.fromisoformat(options.pop("timestamp_iso"))
    return [real(value) for value in case["args"]], options


def same_number(found: dict, expected: dict, name: str, tolerance: float) -> bool:
    """Tell whether a number differs by no more than MicroPython reads or writes floats wrong."""
    if name == "_ts" or not isinstance(expected[name], str) or "." not in expected[name]:
        return False
    try:
        return abs(float(found[name]) / float(expected[name]) - 1) <= tolerance
    except ValueError:
        return False


def compare(case: dict, made: Request, tolerance: float = 0) -> None:
    wanted = case["request"]
    assert (made.method, made.path) == (wanted["method"], wanted["path"])
    assert made.headers.get("content-type") == wanted["content_type"]
    assert made.headers["user-agent"] == "curl/7.51.0"
    unpack = UNPACK[case["kwargs"].get("compression")]
    for found, expected in ((made.query, wanted["query"]), (made.form, wanted["form"])):
        found, expected = dict(found), dict(expected)
        if "blob" in expected:
            found["blob"], expected["blob"] = (
                unpack(base64.b64decode(fields["blob"])) for fields in (found, expected)
            )
        if "packets" in expected:
            found["packets"], expected["packets"] = (
                json.loads(fields["packets"]) for fields in (found, expected)
            )
        for name in expected.keys() & found.keys():
            if tolerance and same_number(found, expected, name, tolerance):
                found[name] = expected[name]
        assert found == expected


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_by_the_references_names(case: dict, tmp_path: Path) -> None:
    with ScriptedServer() as server:
        client = CLASSES[case["client"]](
            "myownspace",
            "f00b4s3cretk3y",
            "barDev1",
            server.url,
            initial_heartbeat=case["initial_heartbeat"],
        )
        if case["method"]:
            args, options = arguments(case, tmp_path)
            given = json.dumps([args, options], default=str)
            getattr(client, case["method"])(*args, **options)
            assert json.dumps([args, options], default=str) == given  # nothing of it is changed
        client.close()
    assert len(server.requests) == 1
    compare(case, server.requests[0])


def on_a_board(case: dict) -> bool:
    """Tell whether a board can make the case; packets and the session are not the Client's."""
    return case["kwargs"].get("compression") != "bzip2" and case["method"] != "store_packets"


BOARD_SCRIPT = """
import json, sys
from byteport import Client
METHODS = {"base64_encode_and_store": "store_object", None: "heartbeat"}
with open(sys.argv[2]) as file:
    calls = json.load(file)
for method, name, args, options in calls:
    client = Client("myownspace", "f00b4s3cretk3y", "barDev1", url=sys.argv[1], method=method)
    if name == "base64_encode_and_store":
        args[1] = bytes(args[1])
    getattr(client, METHODS.get(name, name))(*args, **options)
    client.close()
"""


def board_call(case: dict, folder: Path) -> list:
    """Return the case as JSON for BOARD_SCRIPT: bytes as lists, times of fractions as text."""
    args, options = arguments(case, folder)
    name = case["method"]
    if name == "base64_encode_and_store_file":
        name = "base64_encode_and_store"
        args[1] = Path(args[1]).read_bytes()
    args = [list(value) if isinstance(value, bytes) else value for value in args]
    if "device_uid" in options:
        options["device"] = options.pop("device_uid")
    if "timestamp" in options and not isinstance(options["timestamp"], int):
        options["timestamp"] = case["request"]["query" if case["client"] == "get" else "form"][
            "_ts"
        ]
    return [case["client"].upper(), name, args, options]


@pytest.mark.parametrize("interpreter", INTERPRETERS)
def test_by_the_client_on_a_board(interpreter: str, tmp_path: Path) -> None:
    cases = [case for case in CASES if on_a_board(case)]
    assert len(cases) > 50
    calls = [board_call(case, tmp_path) for case in cases]
    # unescaped, as MicroPython's json does not join surrogates
    (tmp_path / "calls.json").write_text(json.dumps(calls, ensure_ascii=False))
    (tmp_path / "board.py").write_text(BOARD_SCRIPT)
    with ScriptedServer() as server:
        run = run_micropython(
            interpreter, tmp_path / "board.py", server.url, tmp_path / "calls.json"
        )
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(server.requests) == len(cases)
    for case, made in zip(cases, server.requests, strict=True):
        compare(case, made, 1e-6 if interpreter == "micropython32f" else 1e-15)
