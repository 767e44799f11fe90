"""What a series of the simulated Byteport holds, and how it is asked for."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport import Client
from byteport.errors import SendError
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.service import series as series_module
from byteport_service import NOW_MS


def test_values_are_numbers_where_all_are(server: ByteportServer, admin: UserSession) -> None:
    for field, texts, expected in (
        ("n1", ["1", "-2.5", "1e3", ".5", "+7"], [1, -2.5, 1000.0, 0.5, 7]),
        ("n2", ["1", "x"], ["1", "x"]),
        ("n3", ["nan", "1"], ["nan", "1"]),
        ("n4", ["1e999", "1_0", "0x1", "", " 1"], ["1e999", "1_0", "0x1", "", " 1"]),
    ):
        server.put("test", "6000", field, [(NOW_MS - 9 + n, text) for n, text in enumerate(texts)])
        data = admin.time_series("test", "6000", field)["data"]
        assert [point["v"] for point in data["ts_data"]] == expected
        assert data["ts_meta"]["conversion_errors"] == 0


def test_a_definition_decides_what_a_value_is(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "temp", [(NOW_MS - 2, "1"), (NOW_MS - 1, "broken"), (NOW_MS, "3")])
    data = admin.time_series("test", "6000", "temp")["data"]
    assert [point["v"] for point in data["ts_data"]] == [1, 3]
    meta = data["ts_meta"]
    assert (meta["orig_len"], meta["len"], meta["conversion_errors"]) == (3, 2, 1)
    assert meta["data_type"] == "number"
    server.put("test", "6000", "photo", [(NOW_MS, "12")])
    data = admin.time_series("test", "6000", "photo")["data"]
    assert (data["ts_data"][0]["v"], data["ts_meta"]["data_type"]) == ("12", "object")


def test_questions(server: ByteportServer, admin: UserSession) -> None:
    day_ms = 86_400_000
    server.put("test", "6000", "n1", [(NOW_MS - n * day_ms, str(n)) for n in range(4)])

    def asked(**parameters: Any) -> list[int]:
        path = "timeseries/test/6000/n1/"
        points = admin.get(path, parameters)["data"]["ts_data"]
        return [point["v"] for point in points]

    assert asked() == [1, 0]
    assert asked(timedelta_days=2) == [2, 1, 0]
    assert asked(timedelta_hours="0.5") == [0]
    assert asked(**{"from": "2015-10-06T00:00:00"}) == [2, 1, 0]
    assert asked(**{"from": "2015-10-06T18:44:21.285+00:00", "to": "2015-10-07T20:00:00Z"}) == [
        2,
        1,
    ]
    assert asked(to="1970-01-01") == []
    assert asked(**{"from": "0001-01-01", "to": "9999-12-31T23:59:59"}) == [3, 2, 1, 0]
    for wrong in ({"from": "x"}, {"timedelta_days": "x"}, {"scale": "x"}, {"operation": "x"}):
        with pytest.raises(SendError) as caught:
            asked(**wrong)
        assert caught.value.status == 400


def test_no_calculation_with_text(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "note", [(NOW_MS, "text")])
    for options in ({"scale": 2}, {"operation": "diff"}):
        with pytest.raises(SendError):
            admin.time_series("test", "6000", "note", **options)


def test_what_grows_beyond_all_numbers_is_left_out(
    server: ByteportServer, admin: UserSession
) -> None:
    server.put("test", "6000", "n1", [(NOW_MS - 1, "1e308"), (NOW_MS, "1e308")])
    data = admin.time_series("test", "6000", "n1", operation="cum_sum")["data"]
    assert [point["v"] for point in data["ts_data"]] == [1e308]


def test_a_series_without_values(admin: UserSession) -> None:
    data = admin.time_series("test", "6000", "none")["data"]
    assert (data["ts_data"], data["ts_meta"]["len"]) == ([], 0)
    assert admin.statistics("test", "6000", "none")["data"]["statistics"]["mean"] is None
    assert admin.distance_to_typical("test", "6000", "none")["data"]["typical"] is None


def test_values_come_in_the_order_of_their_times_and_repeats_are_kept(
    server: ByteportServer, admin: UserSession
) -> None:
    for offset in (3, 1, 2, 2):
        server.put("test", "6000", "n1", [(NOW_MS - offset, str(offset))])
    points = admin.time_series("test", "6000", "n1")["data"]["ts_data"]
    assert [point["v"] for point in points] == [3, 2, 2, 1]
    assert len({point["r"] for point in points}) == 4


def test_the_newest_values_of_a_series_are_kept(
    server: ByteportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_module, "MAX_VALUES", 3)
    server.put("test", "6000", "n1", [(n, str(n)) for n in range(9)])
    assert server.values("test", "6000", "n1") == [(6, "6"), (7, "7"), (8, "8")]


def test_a_large_series(server: ByteportServer) -> None:
    values = [(NOW_MS - 20_000 + n, str(n)) for n in range(20_000)]
    server.put("test", "6000", "n1", values)
    with UserSession(server.url, timeout=60, max_content=1 << 24) as user:
        user.login("admin", "admin")
        answer = user.time_series("test", "6000", "n1", hours=1)
        total = 0

        def add(point: dict[str, Any]) -> None:
            nonlocal total
            total += point["v"]

        meta = user.each_point(add, "test", "6000", "n1", start=NOW_MS / 1000 - 5)
    assert [point["v"] for point in answer["data"]["ts_data"]] == list(range(20_000))
    assert total == sum(range(15_000, 20_000))
    assert (meta["len"], meta["path"]) == (5000, "test.6000.n1")


NAMES = st.from_regex(r"[0-9a-zA-Z:][0-9a-zA-Z:_-]{1,31}", fullmatch=True).filter(
    lambda name: name not in ("debug", "info", "warn", "error")
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[ByteportServer, Client, UserSession]]:
    with ByteportServer(now_ms=lambda: NOW_MS) as server, UserSession(server.url) as user:
        client = Client("test", "TEST", "6000", url=server.url)
        user.login("admin", "admin")
        yield server, client, user
        client.close()


@given(name=NAMES, text=TEXTS)
@settings(deadline=None, max_examples=60)
def test_any_field_and_text_comes_back(shared: Any, name: str, text: str) -> None:
    _, client, user = shared
    client.store([(name, text)], timestamp="1444329861.285")
    point = user.time_series("test", "6000", name, minutes=1)["data"]["ts_data"][-1]
    value = user.value("test", "6000", name, point["r"])
    assert value["value"] == text
    streamed: list[Any] = []
    user.each_point(streamed.append, "test", "6000", name, minutes=1)
    assert streamed[-1] == point


@given(data=st.binary(max_size=500), compression=st.sampled_from([None, "gzip", "bzip2"]))
@settings(deadline=None, max_examples=30)
def test_any_object_comes_back_as_a_file(
    shared: Any, tmp_path_factory: pytest.TempPathFactory, data: bytes, compression: str | None
) -> None:
    _, client, user = shared
    path = tmp_path_factory.getbasetemp() / "object"
    client.store_object("photo", data, compression)
    point = user.time_series("test", "6000", "photo", minutes=1)["data"]["ts_data"][-1]
    # what is not compressed may look as if it were, and is then told apart by nobody
    decompress = compression is not None
    size = user.download("test", "6000", "photo", point["r"], str(path), decompress=decompress)
    assert (path.read_bytes(), size) == (data, len(data))
