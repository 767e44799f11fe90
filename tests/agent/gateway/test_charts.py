"""Charts: values where they are few, else buckets that say the same, however they were made."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from history_rig import DAY_MS, HOUR_MS, MINUTE_MS, HistoryRig
from outbox_rig import NOW_MS

from byteport_agent.gateway.charts import Span, buckets, chart, round_bucket_ms, usual_gap
from byteport_agent.gateway.kept_series import KeptSeries

START_MS = NOW_MS // DAY_MS * DAY_MS


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[HistoryRig]:
    rig = HistoryRig(tmp_path)
    yield rig
    rig.close()


def series_of(rig: HistoryRig, field: str = "temp") -> KeptSeries:
    series = rig.history.find("dev", field)
    assert series is not None
    return series


def fill(rig: HistoryRig, days: int, step_ms: int) -> dict[int, float]:
    """Put a random walk, half of it into the file, and return it."""
    chance, value, values = Random(1), 2000, {}
    for ts_ms in range(START_MS, START_MS + days * DAY_MS, step_ms):
        value += chance.randrange(-9, 10)
        values[ts_ms] = value / 100
        rig.put(ts_ms, temp=f"{value / 100:.2f}")
        if len(values) == days * DAY_MS // step_ms // 2:
            rig.step()
            rig.feed._flush()
    rig.step()
    return values


@pytest.mark.parametrize("bucket_ms", [15 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS, DAY_MS, 7 * DAY_MS])
@pytest.mark.parametrize("flushed", [False, True])
def test_buckets_are_those_of_the_values(rig: HistoryRig, bucket_ms: int, flushed: bool) -> None:
    values = fill(rig, 10, 20 * MINUTE_MS)
    if flushed:
        rig.feed._flush()
    found = buckets(
        rig.history, series_of(rig), Span(START_MS, START_MS + 10 * DAY_MS, 500), bucket_ms
    )
    expected: dict[int, list[float]] = {}
    for ts_ms, value in values.items():
        expected.setdefault(ts_ms // bucket_ms * bucket_ms, []).append(value)
    assert [row[0] for row in found] == sorted(expected)
    for start, mean, low, high, numbers in found:
        part = expected[start]
        assert (low, high, numbers) == (min(part), max(part), len(part))
        assert mean == pytest.approx(sum(part) / len(part))


def test_few_values_come_as_they_are(rig: HistoryRig) -> None:
    values = fill(rig, 1, HOUR_MS)
    found = chart(rig.history, [series_of(rig)], Span(START_MS, START_MS + DAY_MS, 100))
    (series,) = found["series"]
    assert found["bucket_ms"] == 0
    assert dict(zip(series["t"], series["v"], strict=True)) == values
    assert series["interval_ms"] == HOUR_MS


def test_many_become_buckets_and_no_more_than_were_wanted(rig: HistoryRig) -> None:
    fill(rig, 2, 5 * MINUTE_MS)
    found = chart(rig.history, [series_of(rig)], Span(START_MS, START_MS + 2 * DAY_MS, 100))
    (series,) = found["series"]
    assert found["bucket_ms"] == 30 * MINUTE_MS
    assert len(series["t"]) == len(series["mean"]) == len(series["n"]) == 96
    assert sum(series["n"]) == 576
    assert series["interval_ms"] == 5 * MINUTE_MS


def test_all_fields_of_a_chart_have_the_same_buckets(rig: HistoryRig) -> None:
    fill(rig, 1, MINUTE_MS)
    rig.put(START_MS, rare="7", note="up")
    rig.put(START_MS + HOUR_MS, rare="8", note="down")
    rig.step()
    wanted = [series_of(rig, name) for name in ("temp", "rare", "note")]
    found = chart(rig.history, wanted, Span(START_MS, START_MS + DAY_MS, 50))
    temp, rare, note = found["series"]
    assert found["bucket_ms"] == 30 * MINUTE_MS
    assert (rare["t"], rare["mean"]) == ([START_MS, START_MS + HOUR_MS], [7.0, 8.0])
    assert (note["kind"], note["v"]) == ("text", ["up", "down"])
    assert temp["kind"] == "number"


def test_an_empty_time_is_an_empty_chart(rig: HistoryRig) -> None:
    fill(rig, 1, HOUR_MS)
    found = chart(rig.history, [series_of(rig)], Span(START_MS - DAY_MS, START_MS - 1, 100))
    assert found["series"][0] == {
        "device": "dev", "field": "temp", "kind": "number", "interval_ms": 0, "t": [], "v": []
    }  # fmt: skip


@pytest.mark.parametrize(
    ("length_ms", "points", "bucket_ms"),
    [
        (500_000, 500, 1000),
        (DAY_MS, 500, 5 * MINUTE_MS),
        (7 * DAY_MS, 500, 30 * MINUTE_MS),
        (30 * DAY_MS, 500, 2 * HOUR_MS),
        (365 * DAY_MS, 500, DAY_MS),
        (3650 * DAY_MS, 500, 14 * DAY_MS),
        (1 << 52, 2, 3650 * DAY_MS),
    ],
)
def test_buckets_have_round_lengths(length_ms: int, points: int, bucket_ms: int) -> None:
    assert round_bucket_ms(Span(0, length_ms, points)) == bucket_ms


def test_the_usual_gap_is_the_median() -> None:
    assert usual_gap([0, 10, 20, 1000, 1010]) == 10
    assert usual_gap([5]) == usual_gap([]) == 0
