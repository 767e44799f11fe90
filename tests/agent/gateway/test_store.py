"""The store API of the gateway: what curl may call it with, and every way in which it refuses."""

from pathlib import Path

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, QUOTED_KEY, place, post
from gateway_rig import GatewayRig

from byteport_agent.clock import unix_ms
from curl import curl


def test_curl_posts_numbers_text_and_time(gateway: GatewayRig) -> None:
    words = f"_key={QUOTED_KEY}&_ts=1410613385.123&temp=21.50"
    status, content = curl("-d", words, "--data-urlencode", "note=grün & gut", place(gateway))
    assert (status, content) == (200, "")
    (stored,) = gateway.stored()
    assert stored.device == DEVICE
    assert stored.ts_ms == 1410613385123
    assert stored.fields == (("temp", "21.50"), ("note", "grün & gut"))
    assert stored.messages == ()


def test_curl_posts_utf8_that_is_not_percent_encoded(gateway: GatewayRig) -> None:
    assert curl("-d", f"_key={QUOTED_KEY}", "-d", "note=å日本", place(gateway)) == (200, "")
    assert gateway.stored()[0].fields == (("note", "å日本"),)


def test_curl_gets(gateway: GatewayRig) -> None:
    query = f"?_key={QUOTED_KEY}&_ts=7&temp=-3e2&info=up"
    assert curl(place(gateway) + query) == (200, "")
    (stored,) = gateway.stored()
    assert (stored.ts_ms, stored.fields) == (7000, (("temp", "-3e2"),))
    assert stored.messages == (("info", "up"),)


def test_curl_takes_the_key_from_a_file(gateway: GatewayRig, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    argument = f"_key@{tmp_path / 'key'}"
    assert curl("-d", "temp=1", "--data-urlencode", argument, place(gateway))[0] == 200


def test_a_call_without_ts_has_the_time_of_arrival(gateway: GatewayRig) -> None:
    before = unix_ms()
    curl("-d", f"_key={QUOTED_KEY}&temp=1", place(gateway))
    ts_ms = gateway.stored()[0].ts_ms
    assert ts_ms is not None
    assert before <= ts_ms <= unix_ms()


def test_a_heartbeat_is_heard_and_stores_nothing(gateway: GatewayRig) -> None:
    assert curl("-d", f"_key={QUOTED_KEY}", place(gateway)) == (200, "")
    assert gateway.stored() == []
    (device,) = gateway.get("/api/devices").json()["devices"][1:]
    assert (device["uid"], device["state"], device["fields"]) == (DEVICE, "ok", [])
    assert device["last_ms"] <= unix_ms()


@pytest.mark.parametrize(
    ("path", "form", "status", "text"),
    [
        (f"/{NAMESPACE}/{DEVICE}/", "_key=wrong", 403, "the key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "temp=1", 403, "the key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "_key=%E2%82%AC", 403, "the key is wrong or missing"),
        (f"/elsewhere/{DEVICE}/", "{key}", 404, "unknown namespace 'elsewhere'"),
        (f"/{NAMESPACE}/x/", "{key}", 406, "has 1 characters"),
        (f"/{NAMESPACE}/-a/", "{key}", 406, "starts with '-'"),
        (f"/{NAMESPACE}/a%C3%A5/", "{key}", 406, "the device uid is not ASCII"),
        (f"/{NAMESPACE}/aa%FF/", "{key}", 406, "the device uid is not ASCII"),
        (f"/{NAMESPACE}/a%0Ab/", "{key}", 406, r"has '\n'"),
        (f"/{NAMESPACE}/{DEVICE}", "{key}", 404, "no such path"),
        ("/", "{key}", 404, "no such path"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=now", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=1e9", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=-1", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&a.b=1", 400, "has '.'"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_x=1", 400, "starts with '_'"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=1&temp=2", 400, "'temp' comes twice"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp", 400, "parameter 2 has no '='"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=%FF", 400, "parameter 2 is not percent-encoded"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&" + "&".join(f"f{n}=1" for n in range(101)), 413, "101"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=" + "x" * 65_536, 413, "longer than 65536"),
    ],
)
def test_X1_refusals_are_one_line_without_the_key(
    gateway: GatewayRig, path: str, form: str, status: int, text: str
) -> None:
    form = form.replace("{key}", f"_key={QUOTED_KEY}")
    got, content = post(f"{gateway.url}/api/v1/timeseries{path}", form)
    assert (got, text in content) == (status, True), content
    assert content.count("\n") == 1
    assert "Traceback" not in content
    assert KEY not in content
    assert gateway.stored() == []


def test_X1_a_key_given_in_the_wrong_place_is_not_repeated(gateway: GatewayRig) -> None:
    status, content = post(place(gateway), f"_key={QUOTED_KEY}&{QUOTED_KEY}=1")
    assert status == 400
    assert KEY not in content
    assert "***" in content


def test_methods_and_types_that_store_nothing(gateway: GatewayRig) -> None:
    key = f"_key={QUOTED_KEY}"
    assert curl("-I", f"{place(gateway)}?{key}")[0] == 405
    assert curl("-X", "PUT", "-d", key, place(gateway))[0] == 405
    assert curl("-X", "DELETE", place(gateway))[0] == 405
    assert curl("-F", key, place(gateway))[0] == 415
    assert curl("-d", "temp=1", f"{place(gateway)}?{key}")[0] == 400
    assert gateway.stored() == []


def test_a_long_get_is_refused_and_says_post(gateway: GatewayRig) -> None:
    status, content = curl(f"{place(gateway)}?_key={QUOTED_KEY}&note={'x' * 2048}")
    assert (status, "POST" in content) == (414, True)
    assert gateway.stored() == []
