"""What the JSON API answers, by an agent that measures and a board that stores."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from gateway_rig import GatewayRig
from sampling_rig import FakeDriver
from service_rig import sensor

from waiting import wait_for

HOUR_MS = 3_600_000
TS_MS = 1_800_000_000_000
MORE = (
    sensor("one", interval="1h") + '[[gateway.device]]\nuid = "board-1"\nunits = { temp = "Cel" }\n'
)


class LoadDriver(FakeDriver):
    CHANNELS = (("load_1min", "/", 2),)


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayRig]:
    monkeypatch.setattr("sampling_rig.FakeDriver.CHANNELS", LoadDriver.CHANNELS)
    rig = GatewayRig(tmp_path, MORE)
    wait_for(lambda: rig.agent.status()["sensors"][0]["values"])
    rig.settled()
    yield rig
    rig.close()


def store(rig: GatewayRig, count: int = 5, **fields: str) -> None:
    for number in range(count):
        ts = (TS_MS + number * 60_000) // 1000
        assert rig.store("board-1", _ts=ts, temp=f"2{number}.50", **fields).status == 200


def test_devices_have_their_fields_with_value_unit_and_state(rig: GatewayRig) -> None:
    store(rig, note="x" * 1000)
    own, board = rig.get("/api/devices").json()["devices"]
    assert (own["uid"], own["own"], own["state"]) == ("greenhouse-1", True, "ok")
    (field,) = own["fields"]
    assert (field["name"], field["value"], field["unit"]) == ("one", "21.50", "/")
    assert (field["sensor"], field["state"]) == ("one", "ok")
    assert (board["uid"], board["own"], board["state"]) == ("board-1", False, "ok")
    temp, note = board["fields"]
    assert (temp["number"], temp["unit"], temp["ts_ms"]) == (24.5, "Cel", TS_MS + 240_000)
    assert (len(note["value"]), note["length"], note["number"]) == (200, 1000, None)
    whole = rig.get("/api/value", device="board-1", field="note").json()
    assert whole == {"value": "x" * 1000, "ts_ms": TS_MS + 240_000}


def test_a_chart_of_a_field(rig: GatewayRig) -> None:
    store(rig)
    asked = {"device": "board-1", "field": "temp", "from": TS_MS, "to": TS_MS + HOUR_MS}
    found = rig.get("/api/series", **asked).json()
    (series,) = found["series"]
    assert (found["bucket_ms"], series["unit"]) == (0, "Cel")
    assert series["v"] == [20.5, 21.5, 22.5, 23.5, 24.5]
    asked["from"], asked["to"] = "2027-01-15T08:00:00Z", "2027-01-15T09:00:00+00:00"
    assert rig.get("/api/series", **asked).json()["series"][0]["v"] == series["v"]
    (thin,) = rig.get("/api/series", **asked, points=2).json()["series"]
    assert (thin["mean"], thin["min"], thin["max"], thin["n"]) == ([22.5], [20.5], [24.5], [5])


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("device=board-1&field=temp&from=yesterday", 400, "from is no time"),
        ("device=board-1&field=temp&from=-1y", 400, "from is no time"),
        ("device=board-1&field=temp&from=9&to=8", 400, "from is not before to"),
        ("device=board-1&field=temp&points=1", 400, "points is no whole number from 2 to 5000"),
        ("device=board-1", 400, "field must be there"),
        ("device=board-1&" + "&".join(["field=temp"] * 51), 400, "up to 50 times"),
        ("device=board-1&field=nothing", 404, "no such field"),
        ("device=%00&field=%27%22;--", 404, "no such field"),
    ],
)
def test_a_wrong_question_is_one_line(rig: GatewayRig, query: str, status: int, text: str) -> None:
    store(rig, 1)
    answer = rig.get(f"/api/series?{query}")
    assert (answer.status, text in answer.text) == (status, True), answer.text
    assert answer.text.count("\n") == 1


def test_sparklines_have_every_field_in_equal_buckets(rig: GatewayRig) -> None:
    rig.store("board-1", temp="21.5", note="text")
    found = rig.get("/api/sparklines", points=10).json()
    assert found["bucket_ms"] == 360_000
    assert found["series"].keys() == {"greenhouse-1", "board-1"}
    assert found["series"]["board-1"].keys() == {"temp"}
    row = found["series"]["board-1"]["temp"]
    assert (len(row), row[-1], row[0]) == (11, 21.5, None)
    assert rig.get("/api/sparklines", device="board-1").json()["series"].keys() == {"board-1"}


def test_messages_of_all_devices_the_newest_first(rig: GatewayRig) -> None:
    for number, level in enumerate(("debug", "info", "warn", "error")):
        rig.store(f"board-{number}", **{"_ts": TS_MS // 1000 + number, level: f"å {level}"})
    found = rig.get("/api/messages").json()["messages"]
    assert [each["level"] for each in found] == ["error", "warn", "info", "debug"]
    assert found[0] == {
        "ts_ms": TS_MS + 3000, "device": "board-3", "level": "error", "text": "å error"
    }  # fmt: skip
    warnings = rig.get("/api/messages", level="warn").json()["messages"]
    assert [each["level"] for each in warnings] == ["error", "warn"]
    older = rig.get("/api/messages", before_ms=TS_MS + 2000, limit=1).json()["messages"]
    assert [each["level"] for each in older] == ["info"]
    assert len(rig.get("/api/messages", device="board-2").json()["messages"]) == 1
    assert rig.get("/api/messages", level="loud").status == 400


def test_problems_in_words(rig: GatewayRig) -> None:
    assert rig.get("/api/problems").json()["problems"] == [
        {
            "level": "warn",
            "what": "device board-1",
            "text": "was never heard of",
            "since_ms": None,
        }
    ]
    rig.store("board-1", temp=1)
    assert rig.get("/api/problems").json()["problems"] == []


def test_the_export_has_every_value_as_it_was_stored(rig: GatewayRig) -> None:
    rig.store("board-1", _ts="1800000000.123", temp="-2.50", note='=cmd("x"), "å"\nline')
    asked = {"device": "board-1", "from": TS_MS - 1, "to": TS_MS + HOUR_MS}
    answer = rig.get("/api/export.csv", **asked)
    assert answer.headers["content-type"] == "text/csv; charset=UTF-8"
    rows = list(csv.reader(io.StringIO(answer.text, newline="")))
    assert rows == [
        ["time", "device", "field", "value"],
        ["2027-01-15T08:00:00.123Z", "board-1", "temp", "-2.50"],
        ["2027-01-15T08:00:00.123Z", "board-1", "note", '\'=cmd("x"), "å"\nline'],
    ]
    assert len(rig.get("/api/export.csv", **asked, field="temp").text.splitlines()) == 2


def test_byteports_own_question_gets_byteports_answer(rig: GatewayRig) -> None:
    store(rig)
    path = "/api/v1/timeseries/myownspace/board-1/temp/"
    asked = {"from": "2027-01-15T08:00:00", "to": "2027-01-15T08:02:00"}
    answer = rig.get(path, **asked).json()
    assert answer["meta"] == {"path": "myownspace.board-1.temp"}
    assert answer["data"]["ts_data"][1] == {
        "r": f"{TS_MS + 60_000}", "m": {}, "t": "2027-01-15T08:01:00.000000", "v": 21.5
    }  # fmt: skip
    meta = answer["data"]["ts_meta"]
    assert (meta["orig_len"], meta["len"], meta["data_type"]) == (3, 3, "number")
    assert (meta["seconds"], meta["reduced"]) == (120, False)
    values = {
        operation: [
            each["v"]
            for each in rig.get(path, **asked, scale=2, operation=operation).json()["data"][
                "ts_data"
            ]
        ]
        for operation in ("diff", "cum_sum", "smooth_diff")
    }
    assert values == {"diff": [2, 2], "cum_sum": [41, 84, 129], "smooth_diff": [0, 0]}
    assert rig.get(path, operation="sum").status == 400
    assert rig.get(path, timedelta_days=0).status == 400
    assert rig.get(path, timedelta_hours=1).json()["data"]["ts_data"] == []
    assert rig.get("/api/v1/timeseries/other/board-1/temp/").status == 404


def test_many_values_are_thinned_and_say_so(rig: GatewayRig) -> None:
    packets = [
        {"namespace": "myownspace", "uid": "board-1", "timestamp": f"{1_800_000_000 + n}",
         "data": f"count={n};"}
        for n in range(900)
    ]  # fmt: skip
    for start in range(0, 900, 300):
        form = {
            "packets": json.dumps(packets[start : start + 300]),
            "legacy_key": "canary-k3y/+=&%",
        }
        assert rig.ask("POST", "/api/legacy/packets/timeseries/", form).status == 200
    rig.settled()
    path = "/api/v1/timeseries/myownspace/board-1/count/"
    data = rig.get(path, **{"from": TS_MS, "to": TS_MS + HOUR_MS}).json()["data"]
    assert [each["v"] for each in data["ts_data"]] == list(range(900))


def test_the_status_has_all_of_the_agents_and_the_gateways(rig: GatewayRig) -> None:
    store(rig, 2)
    store(rig, 1)
    status = rig.get("/api/status").json()
    assert status["sensors"][0]["name"] == "one"
    gateway = status["gateway"]
    assert (gateway["state"], gateway["devices"]) == ("ok", 1)
    assert (gateway["stored"], gateway["repeated"], gateway["refused"]) == (2, 1, 0)
    assert gateway["history"]["trouble"] == ""
    assert "canary" not in json.dumps(status)


def test_a_device_that_stops_to_call_is_silent(tmp_path: Path) -> None:
    rig = GatewayRig(tmp_path, '[[gateway.device]]\nuid = "board-1"\nsilent_after = "1s"\n')
    rig.store("board-1", temp=1)

    def state() -> str:
        return str(rig.get("/api/devices").json()["devices"][1]["state"])

    assert state() == "ok"
    wait_for(lambda: state() == "silent")
    (problem,) = rig.get("/api/problems").json()["problems"]
    assert problem["what"] == "device board-1"
    assert problem["text"].startswith("nothing for 1.")
    rig.close()


def test_everything_is_there_after_a_restart(rig: GatewayRig) -> None:
    store(rig, 3, info="hello")
    rig.restart()
    _, board = rig.get("/api/devices").json()["devices"]
    assert [field["value"] for field in board["fields"]] == ["22.50"]
    assert board["last_ms"] == TS_MS + 120_000
    assert len(rig.get("/api/messages").json()["messages"]) == 3
    store(rig, 3, info="hello")
    assert rig.get("/api/status").json()["gateway"]["repeated"] == 3
