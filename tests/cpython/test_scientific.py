"""Series in pandas, from the simulated Byteport; and the page that tells of them."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from byteport.errors import Unreachable
from byteport.scientific import ByteportPandas, load_series
from byteport.session import UserSession
from byteport.time_points import time_points
from byteport_mocks.byteport_server import ByteportServer
from micropythons import PROJECT

pandas = pytest.importorskip("pandas", reason="pandas is not installed: pip install -e .[test]")

BEGIN_MS = 1410613385123
BEGIN = datetime.fromtimestamp(BEGIN_MS / 1000, UTC)


@pytest.fixture
def server() -> Iterator[ByteportServer]:
    with ByteportServer(now_ms=lambda: BEGIN_MS + 10_000) as server:
        server.put("test", "6000", "temp", [(BEGIN_MS + n * 1000, f"{n / 2}") for n in range(5)])
        server.put("test", "6000", "note", [(BEGIN_MS, "1"), (BEGIN_MS + 877, "two")])
        yield server


@pytest.fixture
def session(server: ByteportServer) -> Iterator[UserSession]:
    with UserSession(server.url) as session:
        session.login("admin", "admin")
        yield session


def test_numbers(session: UserSession) -> None:
    series = load_series(session, "test", "6000", "temp", minutes=1)
    assert list(series) == [0.0, 0.5, 1.0, 1.5, 2.0]
    assert (series.dtype, series.name) == ("float64", "test.6000.temp")
    assert str(series.index.tz) == "UTC"
    assert abs(series.index[1] - BEGIN - timedelta(seconds=1)) < timedelta(milliseconds=1)
    assert series.resample("1min").mean().iloc[0] == 1.0


def test_texts(session: UserSession) -> None:
    series = load_series(session, "test", "6000", "note", minutes=1)
    assert list(series) == ["1", "two"]
    assert series.dtype == object


def test_no_values(session: UserSession) -> None:
    series = load_series(session, "test", "6000", "none", minutes=1)
    assert (len(series), series.dtype, str(series.index.tz)) == (0, "float64", "UTC")


def test_the_references_name(server: ByteportServer) -> None:
    analyser = ByteportPandas("admin", "admin", byteport_api_hostname=server.url)
    series = analyser.load_to_series("test", "6000", "temp", BEGIN, BEGIN + timedelta(seconds=2))
    analyser.close()
    assert list(series) == [0.0, 0.5, 1.0]
    assert series.index.tz is None


def test_without_pandas(session: UserSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install 'byteport-agent\[pandas\]'"):
        load_series(session, "test", "6000", "temp")


def test_times_of_any_form() -> None:
    points = [
        {"t": "2015-10-08T18:41:46.460000", "v": 118},
        {"t": "2015-10-08T18:41:46", "v": "x"},
        {"t": "2015-10-08T20:41:46+02:00", "v": 1.5},
    ]
    found = time_points({"data": {"ts_data": points}})
    assert [point.value for point in found] == [118, "x", 1.5]
    moment = datetime(2015, 10, 8, 18, 41, 46, tzinfo=UTC)
    assert [point.time for point in found] == [moment.replace(microsecond=460000), moment, moment]


@pytest.mark.parametrize("answer", [None, [], {}, {"data": {}}, {"data": {"ts_data": [{}]}}])
def test_what_is_no_time_series(answer: object) -> None:
    with pytest.raises(Unreachable):
        time_points(answer)


def test_the_examples_of_the_page(
    session: UserSession, server: ByteportServer, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (PROJECT / "docs" / "reading-from-byteport.md").read_text()
    for example in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        code = example.replace("UserSession(", f"UserSession({server.url!r}, ").replace(
            '"me", password', '"admin", "admin"'
        )
        code = code.replace("myownspace", "test").replace("greenhouse-1", "6000")
        exec(code.replace(", )", ")"), {})
    out = capsys.readouterr().out
    assert "2014-09-13T13:03:05.123000 0.0" in out
    assert re.search(r"2014-09-13.* 5 +0\.0 +1\.0 +2\.0", out)


def test_the_pages_table_names_every_method() -> None:
    page = (PROJECT / "docs" / "reading-from-byteport.md").read_text()
    for name in vars(UserSession):
        if not name.startswith("_") and name != "echo":
            assert f"`{name}(" in page, name
