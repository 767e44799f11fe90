"""The urequests-compatible transport, by itself."""

import os

from byteport.http import Session, get, post, request
from portable import raises

SERVER = os.getenv("BYTEPORT_TEST_SERVER")


def test_functions_as_in_urequests():
    answer = get(SERVER + "/page/1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.content.startswith(b"<!DOCTYPE html>")
    assert answer.text == answer.content.decode()
    answer.close()
    assert post(SERVER + "/echo/1", data="text").text == "text"
    assert post(SERVER + "/echo/1", data=b"\x00\x01").content == b"\x00\x01"
    assert post(SERVER + "/echo/1", json={"a": [1, 2]}).json() == {"a": [1, 2]}
    assert request("PUT", SERVER + "/echo/1", data="x", headers={"X-Y": "z"}).text == "x"


def test_urequests_is_this():
    import urequests

    assert urequests.get is get
    assert urequests.post is post


def test_a_session_goes_on_over_one_connection():
    with Session() as session:
        for number in range(3):
            text = f"number {number}"
            assert session.post(SERVER + "/echo/1", data=text).text == text
        assert session.get(SERVER + "/status/404").status_code == 404
        assert session.get(SERVER + "/").content == b""


def test_chunked_content_is_put_together():
    assert get(SERVER + "/cut_chunked/89").content == b"stored"


def test_chunks_go_before_a_length():
    assert get(SERVER + "/raw/length_and_chunks").content == b"done"


def test_content_that_the_close_ends():
    answer = get(SERVER + "/until_close/1")
    assert answer.content == b"until the close"


def test_N18_content_is_bounded():
    assert len(get(SERVER + "/body/4096").content) == 4096
    assert "too large" in str(raises(OSError, get, SERVER + "/body/4097"))
    with Session(max_content=10000) as session:
        assert len(session.get(SERVER + "/body/10000").content) == 10000


def test_N18_long_header_lines_lose_their_middle():
    headers = get(SERVER + "/long_header/1000").headers
    assert headers["x-after"] == "here"
    assert headers["content-length"] == "2"


def test_N18_interim_answers_are_skipped():
    answer = get(SERVER + "/continue/3")
    assert (answer.status_code, answer.content) == (200, b"done")
    raises(OSError, get, SERVER + "/continue/1000")


def test_N6_what_is_no_answer():
    for name in (
        "no_http",
        "no_status",
        "status_letters",
        "length_letters",
        "length_negative",
        "two_lengths",
        "no_colon",
        "bad_chunk",
        "long_chunk",
        "empty_line",
    ):
        raises(OSError, get, SERVER + "/raw/" + name)


def test_a_second_answer_is_not_taken_for_the_next():
    with Session() as session:
        assert session.get(SERVER + "/raw/twice").content == b"one"
        assert session.get(SERVER + "/status/503").status_code == 503


def test_no_content_where_there_is_none():
    with Session() as session:
        assert session.get(SERVER + "/raw/no_content").status_code == 204
        assert session.get(SERVER + "/raw/not_modified").status_code == 304


def test_wrong_urls():
    for url in ("host/path", "ftp://host/", "http://", "http://me:secret@host/", "http://h/a b"):
        assert "secret" not in str(raises(ValueError, get, url))
    raises(ValueError, get, SERVER + "/a\r\nX: y")
    raises(ValueError, get, SERVER + "/å")
    raises(ValueError, get, SERVER + "/", headers={"X": "a\r\nY: b"})
    raises(ValueError, request, "HEAD", SERVER + "/")


def test_another_host_gets_another_connection():
    with Session() as session:
        assert session.get(SERVER + "/").status_code == 200
        raises(OSError, session.get, "http://127.0.0.1:1/")
        assert session.get(SERVER + "/").status_code == 200
