"""The page of figures: what is kept, what is rewritten, and what counts as worse."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "bench"))

import record
from figures import Figure


@pytest.fixture(autouse=True)
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    page = tmp_path / "figures.md"
    monkeypatch.setattr(record, "PAGE", page)
    return page


def figures(cpu: float, theirs: float, ratio: float) -> dict[str, list[Figure]]:
    return {
        "agent": [
            Figure("steady CPU", cpu, "%", 3, at_most=True),
            Figure("the same, of another", theirs, "%"),
            Figure("drain", ratio, "×", 10),
            Figure("the same, kept", ratio, "×", 2),
        ]
    }


def test_what_is_over_a_fifth_worse_is_told(page: Path) -> None:
    record.write(figures(2.5, 5, 160))
    told = record.regressions(figures(3.1, 9, 130), page.read_text())
    assert told == [
        "worse: steady CPU: 2.5 before, 3.1 now",
        "worse: drain: 160 before, 130 now",
        "worse: drain; the same, kept: 160 before, 130 now",
    ]


@pytest.mark.parametrize("now", [(2.9, 9, 140), (1.0, 9, 500), (3.0, 1, 133.4)])
def test_what_is_better_or_a_little_worse_is_not(page: Path, now: tuple[float, ...]) -> None:
    record.write(figures(2.5, 5, 160))
    assert record.regressions(figures(*now), page.read_text()) == []


def test_large_figures_are_told_in_full(page: Path) -> None:
    sizes = [Figure("station", 37_481, "bytes", 32_768, True), Figure("import", -0.0627, "ms")]
    record.write({"board": sizes})
    assert "| station | 37,481 bytes | ≤ 32,768 | MISSED |" in page.read_text()
    assert "| import | -0.0627 ms |  |  |" in page.read_text()
    told = record.regressions(
        {"board": [Figure("station", 50_000, "bytes", 32_768, True)]}, page.read_text()
    )
    assert told == ["worse: station: 37,500 before, 50,000 now"]


def test_a_new_figure_and_an_empty_page_have_nothing_to_compare() -> None:
    assert record.regressions(figures(3, 5, 1), "") == []


def test_benchmarks_that_did_not_run_keep_their_section(page: Path) -> None:
    record.write(figures(2.5, 5, 160))
    record.write({"start": [Figure("--version", 58, "ms", 150, at_most=True)]})
    assert list(record.sections(page.read_text())) == ["agent", "start"]
    assert "| steady CPU | 2.5 % | ≤ 3 | reached |" in page.read_text()
    record.write({"start": [Figure("--version", 170, "ms", 150, at_most=True)]})
    assert "| --version | 170 ms | ≤ 150 | MISSED |" in page.read_text()
    assert "58 ms" not in page.read_text()
