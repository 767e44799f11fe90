"""docs/faults.md and the tests tell of the same faults, each by its id.

A row that "comes with the gateway" (or the brokers) promises nothing yet: it needs no test, and a
test of it means that the row is to be written.
"""

import re
from collections.abc import Iterable

import pytest

from micropythons import PROJECT, TESTS

TABLE = PROJECT / "docs/faults.md"
COUNTS = {"S": 8, "C": 7, "N": 22, "D": 7, "P": 6, "F": 4, "X": 11}
WANTED = [f"{kind}{number}" for kind, count in COUNTS.items() for number in range(1, count + 1)]
ROW = re.compile(r"^\| ([A-Z]\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(r"^ *def (test_([A-Z]+\d+)_\w+)\(", re.MULTILINE)
LATER = re.compile(r"comes with the (gateway|brokers)")


def rows() -> dict[str, str]:
    """Return what the agent does by id, in the order of the table."""
    return {found[0]: found[2].strip() for found in ROW.findall(TABLE.read_text())}


def ids_of_tests() -> set[str]:
    """Return the ids that names of tests carry."""
    sources = [path.read_text() for path in TESTS.rglob("test_*.py")]
    return {found[1] for source in sources for found in TEST.findall(source)}


def complaints(rows: dict[str, str], tested: Iterable[str]) -> list[str]:
    """Return what does not fit between the rows and the ids of the tests."""
    tested = set(tested)
    later = {row for row, text in rows.items() if LATER.fullmatch(text)}
    return [
        *(f"{row} is not in docs/faults.md" for row in WANTED if row not in rows),
        *(f"{row} has no test" for row in rows if row not in tested | later),
        *(f"{row} has a test: say in docs/faults.md what happens" for row in later & tested),
        *(f"a test is named after {name}, which is no row" for name in tested - set(rows)),
    ]


def test_rows_and_tests_are_the_same() -> None:
    assert complaints(rows(), ids_of_tests()) == []


def test_rows_are_in_order_and_once() -> None:
    assert [found[0] for found in ROW.findall(TABLE.read_text())] == WANTED
    assert len(re.findall(r"^\| [A-Z]\d+ ", TABLE.read_text(), re.MULTILINE)) == len(WANTED)


ALL = dict.fromkeys(WANTED, "something")


@pytest.mark.parametrize(
    ("rows", "tested", "complaint"),
    [
        ({k: v for k, v in ALL.items() if k != "N5"}, WANTED, "N5 is not in docs/faults.md"),
        (ALL, set(WANTED) - {"X11"}, "X11 has no test"),
        ({**ALL, "N22": "comes with the brokers"}, WANTED, "N22 has a test"),
        (ALL, {*WANTED, "N23"}, "named after N23"),
        ({**ALL, "N22": "holds; comes with the brokers"}, set(WANTED) - {"N22"}, "N22 has no test"),
    ],
)
def test_what_does_not_fit_is_told(rows: dict[str, str], tested: set[str], complaint: str) -> None:
    told = complaints(rows, tested)
    assert complaint in told[0]


def test_what_comes_later_needs_no_test() -> None:
    assert complaints({**ALL, "X5": "comes with the gateway"}, set(WANTED) - {"X5"}) == []


def test_names_of_tests_are_read_as_pytest_reads_them() -> None:
    assert TEST.findall("def test_N5_slow() -> None:\n") == [("test_N5_slow", "N5")]
    assert TEST.findall("    def test_X11_a_b(\n") == [("test_X11_a_b", "X11")]
    assert TEST.findall("def test_each_status(") == TEST.findall("# def test_N6_x(") == []
