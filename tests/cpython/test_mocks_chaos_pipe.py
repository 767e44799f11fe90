"""A direction of a bad network, in times that the test says."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from byteport_mocks.chaos_pipe import NEVER, Line, Pipe


def arrivals(pipe: Pipe) -> list[tuple[float, bytes]]:
    """Return (when, what) of all that is on its way."""
    found = []
    while (due_at := pipe.due_at()) < NEVER:
        assert pipe.take(due_at - 1e-6) == b""
        found.append((due_at, pipe.take(due_at)))
    return found


def pipe(**line: float) -> Pipe:
    return Pipe(Line(**line), Random(1))  # type: ignore[arg-type]


def test_a_delay_limits_no_speed() -> None:
    late = pipe(delay_s=0.5)
    for number in range(10):
        late.put(b"x" * 60000, 1 + number / 1000)
    assert [round(at, 6) for at, _ in arrivals(late)] == [1.5 + n / 1000 for n in range(10)]


def test_a_delay_that_shrinks_keeps_the_order() -> None:
    line = Line(delay_s=2)
    late = Pipe(line, Random(1))
    late.put(b"first", 1)
    line.delay_s = 0
    late.put(b"second", 1.5)
    assert arrivals(late) == [(3, b"first"), (3, b"second")]


def test_nothing_leaves_before_it_opens() -> None:
    late = Pipe(Line(delay_s=0.25), Random(1), opens_at=2)
    late.put(b"first", 1)
    late.put(b"second", 3)
    assert arrivals(late) == [(2.25, b"first"), (3.25, b"second")]


def test_a_limited_speed_is_kept_from_the_first_byte_on() -> None:
    slow = pipe(bytes_per_s=1000)
    slow.put(b"x" * 500, 1)
    slow.put(b"x" * 500, 1.1)
    found = arrivals(slow)
    assert round(found[0][0], 6) == 1.02
    assert round(found[-1][0], 6) == 2
    for at, _ in found:
        assert sum(len(part) for when, part in found if when <= at) <= 1000 * (at - 1) + 1e-6


def test_slices_arrive_one_after_another() -> None:
    found = arrivals(sliced := pipe(slice_bytes=3))
    assert found == []
    sliced.put(b"abcdefgh", 1)
    found = arrivals(sliced)
    assert [part for _, part in found] == [b"abc", b"def", b"gh"]
    assert len({at for at, _ in found}) == 3


def test_a_lost_segment_is_late_and_what_is_behind_it_waits() -> None:
    lossy = pipe(loss=0.3, retransmit_s=0.2)
    for number in range(1000):
        lossy.put(b"%d" % number, 100 * number)
    late = [round(at - 100 * n, 6) for n, (at, _) in enumerate(arrivals(lossy))]
    assert set(late) <= {round(0.2 * (2**n - 1), 6) for n in range(7)}
    assert 250 < sum(wait > 0 for wait in late) < 350
    lossy = pipe(loss=0.3)
    for number in range(100):
        lossy.put(b"%d" % number, number / 1000)
    found = arrivals(lossy)
    assert [int(part) for _, part in found] == list(range(100))
    assert [at for at, _ in found] == sorted(at for at, _ in found)


def test_what_was_not_taken_comes_again_first() -> None:
    full = pipe()
    full.put(b"abc", 1)
    full.put(b"def", 1)
    assert full.take(1) == b"abc"
    full.put_back(b"c")
    assert full.waiting_bytes == 4
    assert [part for _, part in arrivals(full)] == [b"c", b"def"]
    assert full.waiting_bytes == 0
    full.put(b"lost", 2)
    full.clear()
    assert (full.waiting_bytes, full.due_at()) == (0, NEVER)


lines = st.builds(
    Line,
    delay_s=st.sampled_from([0, 0.025, 3]),
    bytes_per_s=st.sampled_from([0, 1, 1e6]),
    slice_bytes=st.sampled_from([0, 1, 7]),
    loss=st.sampled_from([0, 0.3, 1]),
)


@given(
    line=lines, sent=st.lists(st.binary(min_size=1, max_size=30), max_size=20), seed=st.integers()
)
def test_every_byte_arrives_once_and_in_order(line: Line, sent: list[bytes], seed: int) -> None:
    bad = Pipe(line, Random(seed))
    for number, data in enumerate(sent):
        bad.put(data, number / 10)
    found = arrivals(bad)
    assert b"".join(part for _, part in found) == b"".join(sent)
    assert all(at >= line.delay_s for at, _ in found)
    assert bad.waiting_bytes == 0
