"""The Influx output against real stores, and against a server that answers as it is told."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from influx_servers import InfluxDB, VictoriaMetrics
from mqtt_rig import PASSWORD, Rig, rig_at

from byteport_agent.clock import unix_ms
from byteport_agent.config import InfluxTarget
from byteport_agent.influx.influx_output import InfluxOutput
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.outbox import Reading
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.faults import every
from byteport_mocks.network_faults import Reset
from byteport_mocks.scripted_server import Reply, Request, ScriptedServer
from waiting import wait_for

NOW_MS = unix_ms() // 1000 * 1000 - 3_600_000  # no store takes what is yet to come


@pytest.fixture(scope="module")
def influx() -> Iterator[InfluxDB]:
    with InfluxDB() as influx:
        yield influx


@pytest.fixture
def database(influx: InfluxDB) -> Iterator[InfluxDB]:
    influx.query("CREATE DATABASE greenhouse")
    yield influx
    influx.query("DROP DATABASE greenhouse")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    with rig_at(tmp_path, "influx") as rig:
        yield rig


def start(rig: Rig, url: str, **about: Any) -> None:
    for key in ("password", "token"):
        if key in about:
            about[key] = FoundKey(Secret(about[key]), "a test")
    place = {} if "bucket" in about else {"database": "greenhouse"}
    quick = {"retry_min_ms": 100, "retry_max_ms": 300, "max_rate": 10_000}
    target = InfluxTarget(type="influx", name="influx", url=url, **{**place, **quick, **about})
    rig.start(target, kind=lambda *arguments: InfluxOutput(*arguments[:5]))


def put(rig: Rig, *values: str, field: str = "temp", **fields: str) -> None:
    readings = []
    for value in values:
        pairs = ((field, value), *fields.items())
        readings.append(Reading("barDev1", "porch", pairs, 0, NOW_MS + rig.made))
        rig.made += 1
    rig.outbox.append(readings)
    if rig.output is not None:
        rig.output.wake()


def values(influx: InfluxDB, field: str = "temp") -> list[Any]:
    found = influx.query(f'SELECT "{field}" FROM byteport')
    return [row[1] for row in found[0]["values"]] if found else []


def test_a_backlog_is_written_with_its_times_and_tags(rig: Rig, database: InfluxDB) -> None:
    put(rig, *[f"{number}.50" for number in range(1200)])
    start(rig, database.url, tags={"site": "my home"})
    rig.drained()
    assert values(database) == [number + 0.5 for number in range(1200)]
    (series,) = database.query("SELECT * FROM byteport LIMIT 1")
    row = dict(zip(series["columns"], series["values"][0], strict=True))
    assert row == {
        "time": NOW_MS,
        "device": "barDev1",
        "sensor": "porch",
        "site": "my home",
        "temp": 0.5,
    }
    assert rig.output.status().type == "influx"


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(texts | st.text(' ,="\\\n#', max_size=6), min_size=1, max_size=6))
def test_F4_any_text_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, influx: InfluxDB, notes: list[str]
) -> None:
    influx.query("CREATE DATABASE greenhouse")
    with rig_at(tmp_path_factory.mktemp("notes"), "influx") as rig:
        put(rig, *[f"x{note}" for note in notes], field="note")
        start(rig, influx.url)
        rig.drained()
        assert rig.outbox.dead_letters() == []
    assert values(influx, "note") == [f"x{note}" for note in notes]
    influx.query("DROP DATABASE greenhouse")


def test_N9_of_a_field_of_another_type_only_that_field_is_set_aside(
    rig: Rig, database: InfluxDB
) -> None:
    put(rig, "21.5", other="1")
    start(rig, database.url)
    rig.drained()
    put(rig, *["22"] * 10, other="2")
    put(rig, "broken", other="3")
    put(rig, *["23"] * 10, other="4")
    rig.drained()
    ((_, reason, entry),) = rig.outbox.dead_letters()
    assert entry.fields == (("temp", "broken"),)
    assert "field type conflict" in reason
    assert values(database) == [21.5, *[22] * 10, *[23] * 10]
    assert values(database, "other") == [1, *[2] * 10, 3, *[4] * 10]


def test_N9_a_field_that_is_wrong_for_good_holds_up_no_other(rig: Rig, database: InfluxDB) -> None:
    put(rig, "21.5", other="1")
    start(rig, database.url)
    rig.drained()
    put(rig, *["text"] * 30, other="2")
    rig.drained()
    assert len(rig.outbox.dead_letters()) == 30
    assert values(database, "other") == [1, *[2] * 30]
    assert rig.output.status().state == "ok"


def test_what_is_older_than_the_store_keeps_is_set_aside_and_holds_nothing(
    rig: Rig, database: InfluxDB
) -> None:
    database.query("CREATE RETENTION POLICY short ON greenhouse DURATION 1h REPLICATION 1 DEFAULT")
    rig.outbox.append([Reading("barDev1", "porch", (("temp", "1"),), 0, 1000)] * 20)
    start(rig, database.url)
    rig.drained()
    assert len(rig.outbox.dead_letters()) == 20
    assert "beyond retention policy" in rig.outbox.dead_letters()[0][1]
    assert rig.output.status().state == "ok"


def test_a_database_that_is_not_there_holds_all(rig: Rig, influx: InfluxDB) -> None:
    put(rig, "1", "2")
    start(rig, influx.url, database="nowhere")
    wait_for(lambda: rig.output.status().state == "held")
    assert 'database not found: "nowhere"' in rig.output.status().reason
    assert rig.outbox.backlog("influx") == 2


def test_N7_user_and_password(rig: Rig) -> None:
    with InfluxDB(PASSWORD) as influx:
        influx.query("CREATE DATABASE greenhouse")
        put(rig, "1", "2")
        start(rig, influx.url, user="me", password=f"{PASSWORD}x")
        wait_for(lambda: rig.output.status().state == "held")
        reason = rig.output.status().reason
        assert "status 401" in reason
        assert PASSWORD not in reason + "".join(rig.said.lines)
        rig.stop()
        start(rig, influx.url, user="me", password=PASSWORD)
        rig.drained()
        assert values(influx) == [1, 2]


def test_a_store_that_is_killed_in_mid_stream_has_all_in_the_end(rig: Rig) -> None:
    with InfluxDB() as influx:
        influx.query("CREATE DATABASE greenhouse")
        with ChaosProxy(("127.0.0.1", influx.port), seed=2) as proxy:
            proxy.inject(Reset(range(3000), when=every(2)))
            start(rig, proxy.url, gzip=False)
            for number in range(50):
                put(rig, *[f"{number}.5"] * 20)
            wait_for(lambda: rig.output.status().delivered > 100)
            influx.kill()
            wait_for(lambda: rig.output.status().state == "waiting")
            influx.start()
            proxy.clear()
            rig.drained()
        assert values(influx) == [number + 0.5 for number in range(50) for _ in range(20)]


# what follows is what no store of Debian's speaks


def test_version_2_is_asked_with_a_token(rig: Rig) -> None:
    with ScriptedServer([Reply(204)]) as server:
        put(rig, "21.50")
        start(rig, server.url, bucket="my bucket", org="my-org", token="s3cret-token")
        rig.drained()
    (request,) = server.requests
    assert request.method == "POST"
    assert request.path == "/api/v2/write"
    assert request.query == {"org": "my-org", "bucket": "my bucket", "precision": "ms"}
    assert request.headers["authorization"] == "Token s3cret-token"
    assert request.headers["content-encoding"] == "gzip"
    line = f"byteport,device=barDev1,sensor=porch temp=21.50 {NOW_MS}"
    assert gzip.decompress(request.body).decode() == line


@pytest.mark.parametrize(
    ("reply", "state", "words"),
    [
        (Reply(401), "held", "are user and password, or the token, right?"),
        (Reply(403), "held", "are user and password, or the token, right?"),
        (Reply(404, body=b'{"code":"not found","message":"bucket"}'), "held", "404: bucket"),
        (Reply(307, {"Location": "http://x.example"}), "held", "the address is another one"),
        (Reply(500), "waiting", "status 500"),
        (Reply(503, {"Retry-After": "90"}), "waiting", "status 503"),
        (Reply(200), "waiting", "no plain 204"),
        (Reply(429, {"Retry-After": "90"}), "waiting", "status 429"),
        (Reply(reset=True), "waiting", "reset"),
        (Reply(204, cut_at=10), "waiting", "cut off"),
    ],
)
def test_answers_that_confirm_nothing(rig: Rig, reply: Reply, state: str, words: str) -> None:
    with ScriptedServer([reply]) as server:
        put(rig, "1")
        start(rig, server.url, token="s3cret", bucket="b", org="o")
        wait_for(lambda: rig.output.status().state == state)
        status = rig.output.status()
        assert words in status.reason
        assert "s3cret" not in status.reason
        assert status.backlog == 1
        if "Retry-After" in reply.headers:
            assert status.retry_in_ms > 85_000


def test_N10_a_call_that_is_too_large_is_halved(rig: Rig) -> None:
    def answer(request: Request) -> Reply:
        return Reply(413 if request.body.count(b"\n") > 40 else 204)

    with ScriptedServer(answer) as server:
        put(rig, *["1"] * 300)
        start(rig, server.url, gzip=False)
        rig.drained()
    sent = [len(each.body.splitlines()) for each in server.requests]
    assert sum(count for count in sent if count <= 41) == 300


def test_the_same_call_makes_the_same_bytes(rig: Rig) -> None:
    with ScriptedServer([Reply(500), Reply(204)]) as server:
        put(rig, *["1.5"] * 10, note="å")
        start(rig, server.url)
        rig.drained()
    first, second = server.requests
    assert first.body == second.body


def test_the_url_of_version_1() -> None:
    from byteport_agent.influx.influx_link import write_url

    target = InfluxTarget(
        type="influx", name="i", url="http://h:1/vm", database="d b", retention_policy="r"
    )
    url = urlsplit(write_url(target))
    assert url.path == "/vm/write"
    assert dict(parse_qsl(url.query)) == {"db": "d b", "rp": "r", "precision": "ms"}


@pytest.mark.parametrize("place", [{}, {"bucket": "b", "org": "o", "token": "t"}])
def test_victoria_metrics_takes_both_versions(rig: Rig, place: dict[str, str]) -> None:
    with VictoriaMetrics() as store:
        put(rig, *[f"{number}.5" for number in range(300)])
        start(rig, store.url, **place)
        rig.drained()
        wait_for(lambda: store.export("byteport_temp"))
        (series,) = store.export("byteport_temp")
    assert series["metric"]["device"] == "barDev1"
    assert series["values"] == [number + 0.5 for number in range(300)]
    assert series["timestamps"] == [NOW_MS + number for number in range(300)]
