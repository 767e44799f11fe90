"""Nothing is lost, changed or out of order through kills and network faults; more: `make soak`."""

from pathlib import Path
from typing import Any

import pytest
from chaos_run import Tally, as_stored, run


def test_P2_10000_readings_through_200_kills_and_200_network_faults(tmp_path: Path) -> None:
    tally = run(tmp_path, seed=1)
    print(tally)
    assert tally.complaints() == []
    assert len(tally.kept) >= 10_000
    assert tally.kills == 200
    assert tally.faults >= 200


def tally(**changes: Any) -> Tally:
    """Return what came of six readings, two of them repeated, with changes."""
    numbers = [0, 1, 1, 2, 3, 4, 0, 5]
    counts = {"kept": [*range(6)], "kills": 1, "faults": 3, "ambiguous": 1, "told": ""}
    stored = [as_stored(number) for number in numbers]
    return Tally(seed=1, seconds=1.0, **{"stored": stored, **counts, **changes})


def test_a_run_without_a_fault() -> None:
    assert tally().complaints() == []
    assert str(tally()) == (
        "seed 1: 6 readings, 1 kills, 3 network faults: 0 lost, 2 duplicates of at most 2, "
        "1 connections, 1.0 s"
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kept": [*range(8)]}, "lost: [6, 7]"),
        ({"stored": [as_stored(n)._replace(timestamp="1.000") for n in range(6)]}, "changed: ["),
        ({"stored": [as_stored(n) for n in (3, 1, 2, 0, 4, 5)]}, "not in order"),
        ({"kept": [0, 1, 2, 3]}, "more arrived than was read"),
        ({"kills": 0}, "2 duplicates"),
        ({"told": "dead letter"}, "the outbox told: dead letter"),
    ],
)
def test_what_is_broken_is_told(changes: dict[str, Any], told: str) -> None:
    (complaint,) = tally(**changes).complaints()
    assert complaint.startswith(told)
