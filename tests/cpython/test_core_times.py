"""No time since 1970 goes through a float in the core: 32 bits of one are right to 128 s only.

What a board's floats make of a time is shown; then the source of the core is searched for what
would do so, as no test on a PC, whose floats have 64 bits, would see it.
"""

import ast
import re
from collections.abc import Iterator
from struct import pack, unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byteport.digits import ms_text
from byteport.store_call import timestamp_ms
from byteport.timestamp import timestamp_text
from micropythons import PROJECT

CORE = sorted((PROJECT / "micropython/byteport").glob("*.py"))
A_TIME = re.compile(r"(^|_)(ts|timestamp|unix|epoch|date|datetime)(_|$)")
FLOAT_CALLS = {"float", "round"}
# the one place that takes a float: from a caller, and only where floats have 64 bits
ALLOWED = {("timestamp.py", "text = f'{timestamp:.6f}'")}


def test_C5_a_32_bit_float_cannot_hold_a_time() -> None:
    for seconds in (1_410_613_385, 1_800_000_000, 2**31 - 1):
        kept = {unpack("f", pack("f", second))[0] for second in range(seconds, seconds + 1280)}
        assert len(kept) <= 11  # one of 128 s


@given(st.integers(0, 99_999_999_999_999))
def test_C5_no_millisecond_is_lost_between_a_reading_and_its_receiver(ts_ms: int) -> None:
    assert timestamp_ms(timestamp_text(ms_text(ts_ms))) == ts_ms


def own_nodes(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield a statement's nodes without those of the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        children = ast.iter_child_nodes(node)
        waiting += [child for child in children if not isinstance(child, ast.stmt)]


def names_a_time(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        clock = isinstance(node.value, ast.Name) and (node.value.id, node.attr) == ("time", "time")
        return clock or bool(A_TIME.search(node.attr.lower()))
    return isinstance(node, ast.Name) and bool(A_TIME.search(node.id.lower()))


def makes_a_float(node: ast.AST) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        return ast.unparse(node.format_spec).strip("'\"")[-1:] in "efgEFG%"
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id in FLOAT_CALLS
    return isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)


def float_times(source: str) -> list[str]:
    """Return the statements in which a time meets a float."""
    found = []
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.stmt) and not isinstance(statement, ast.FunctionDef):
            nodes = list(own_nodes(statement))
            if any(map(names_a_time, nodes)) and any(map(makes_a_float, nodes)):
                found.append(ast.unparse(statement))
    return found


@pytest.mark.parametrize(
    "source",
    [
        "now = time.time() + 0.5",
        "seconds = ts_ms / 1000",
        "ts /= 1000",
        "self.unix_s = float(text)",
        "send(round(timestamp))",
        "return f'{self._ts:.3f}'",
        "wait = 1e3 * (server_date - epoch)",
        "if timestamp / 2 > limit:\n    pass",
    ],
)
def test_what_the_search_finds(source: str) -> None:
    assert len(float_times(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "seconds = ts_ms // 1000",
        "return f'{ts_ms // 1000}.{ts_ms % 1000:03d}'",
        "rate = total / count",
        "texts = tests / 2",
        "if timestamp is None:\n    wait_s = 0.5",
    ],
)
def test_what_the_search_leaves_alone(source: str) -> None:
    assert float_times(source) == []


def test_C5_no_time_meets_a_float_in_the_core() -> None:
    assert len(CORE) > 20
    found = {(path.name, line) for path in CORE for line in float_times(path.read_text())}
    assert found == ALLOWED
