"""The store API: what curl may call it with, and every way in which it refuses."""

from pathlib import Path

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, QUOTED_KEY, curl, place, post

from byteport_agent.keys import Secret
from byteport_agent.readings_db import ReadingsDb
from byteport_agent.receiver import Receiver


def test_curl_posts_numbers_text_and_time(receiver: Receiver, db: ReadingsDb) -> None:
    words = f"_key={QUOTED_KEY}&_ts=1410613385.123&temp=21.50"
    status, content = curl("-d", words, "--data-urlencode", "note=grün & gut", place(receiver))
    assert (status, content) == (200, "")
    (stored,) = db.readings_after()
    assert stored.device == DEVICE
    assert stored.ts_ms == 1410613385123
    assert stored.fields == (("temp", "21.50"), ("note", "grün & gut"))
    assert stored.messages == ()


def test_curl_posts_utf8_that_is_not_percent_encoded(receiver: Receiver, db: ReadingsDb) -> None:
    assert curl("-d", f"_key={QUOTED_KEY}", "-d", "note=å日本", place(receiver)) == (200, "")
    assert db.last_values()[0].value == "å日本"


def test_curl_gets(receiver: Receiver, db: ReadingsDb) -> None:
    query = f"?_key={QUOTED_KEY}&_ts=7&temp=-3e2&info=up"
    assert curl(place(receiver) + query) == (200, "")
    (stored,) = db.readings_after()
    assert (stored.ts_ms, stored.fields) == (7000, (("temp", "-3e2"),))
    assert stored.messages == (("info", "up"),)


def test_curl_takes_the_key_from_a_file(receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    argument = f"_key@{tmp_path / 'key'}"
    assert curl("-d", "temp=1", "--data-urlencode", argument, place(receiver))[0] == 200


def test_a_call_without_ts_has_the_time_of_arrival(db: ReadingsDb) -> None:
    from byteport_agent.clock import unix_ms

    before = unix_ms()
    with Receiver(db, NAMESPACE, Secret(KEY)) as receiver:
        curl("-d", f"_key={QUOTED_KEY}", place(receiver))
    assert before <= db.readings_after()[0].ts_ms <= unix_ms()


@pytest.mark.parametrize(
    ("path", "form", "status", "text"),
    [
        (f"/{NAMESPACE}/{DEVICE}/", "_key=wrong", 403, "_key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "temp=1", 403, "_key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "_key=%E2%82%AC", 403, "_key is wrong or missing"),
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
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&" + "&".join(f"f{n}=1" for n in range(500)), 413, "501"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=" + "x" * 65_536, 413, "longer than 65536"),
    ],
)
def test_X1_refusals_are_one_line_without_the_key(
    receiver: Receiver, db: ReadingsDb, path: str, form: str, status: int, text: str
) -> None:
    form = form.replace("{key}", f"_key={QUOTED_KEY}")
    got, content = post(f"{receiver.url}/api/v1/timeseries{path}", form)
    assert (got, text in content) == (status, True), content
    assert content.count("\n") == 1
    assert "Traceback" not in content
    assert KEY not in content
    assert db.count() == 0


def test_X1_a_key_given_in_the_wrong_place_is_not_repeated(receiver: Receiver) -> None:
    status, content = post(place(receiver), f"_key={QUOTED_KEY}&{QUOTED_KEY}=1")
    assert status == 400
    assert KEY not in content
    assert "***" in content


def test_methods_and_types_that_store_nothing(receiver: Receiver, db: ReadingsDb) -> None:
    key = f"_key={QUOTED_KEY}"
    assert curl("-I", f"{place(receiver)}?{key}")[0] == 405
    assert curl("-X", "PUT", "-d", key, place(receiver))[0] == 405
    assert curl("-X", "DELETE", place(receiver))[0] == 405
    assert curl("-F", key, place(receiver))[0] == 415
    assert curl("-d", "temp=1", f"{place(receiver)}?{key}")[0] == 400
    assert db.count() == 0


def test_a_long_get_is_refused_and_says_post(receiver: Receiver, db: ReadingsDb) -> None:
    status, content = curl(f"{place(receiver)}?_key={QUOTED_KEY}&note={'x' * 2048}")
    assert (status, "POST" in content) == (414, True)
    assert db.count() == 0


def test_only_registered_devices(db: ReadingsDb) -> None:
    with Receiver(db, NAMESPACE, Secret(KEY), devices=(DEVICE,)) as receiver:
        assert post(place(receiver), f"_key={QUOTED_KEY}")[0] == 200
        status, content = post(place(receiver, "other"), f"_key={QUOTED_KEY}")
        assert (status, content) == (404, "device 'other' is not registered\n")
        assert post(place(receiver, "other"), "_key=wrong")[0] == 403


def test_a_full_database_is_a_500_and_nothing_is_stored(receiver: Receiver, db: ReadingsDb) -> None:
    db._connection.execute("PRAGMA max_page_count = 1")
    status, content = post(place(receiver), f"_key={QUOTED_KEY}&note={'x' * 60_000}")
    assert (status, content) == (500, "not stored: database or disk is full\n")
    db._connection.execute("PRAGMA max_page_count = 1000000")
    assert post(place(receiver), f"_key={QUOTED_KEY}&note=y") == (200, "")
    assert [stored.fields for stored in db.readings_after()] == [(("note", "y"),)]
