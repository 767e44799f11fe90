"""What became of each reading of a simulation."""

import pytest

from byteport_agent.simulation.ledger import Ledger, least_between, timestamp_ms

START_MS = 1_780_272_000_000
SINCE_2000_MS = 946_684_800_000


def ledger(*kept_ms: int) -> Ledger:
    """Return one with readings of these times, all alike."""
    made = Ledger(START_MS)
    for ms in kept_ms:
        keep(made, ms)
    return made


def keep(ledger: Ledger, ms: int, text: str = "temperature=21.50", wrong_ms: int = 0) -> None:
    ledger.kept(ms, 0, START_MS + ms + wrong_ms - SINCE_2000_MS, text, True)


def store(ledger: Ledger, ms: int, text: str = "temperature=21.50") -> None:
    ledger.stored(f"{(START_MS + ms) // 1000}.{(START_MS + ms) % 1000:03d}", text)


def test_a_call_is_the_reading_of_its_time() -> None:
    made = ledger(1000)
    keep(made, 2000, wrong_ms=4)
    keep(made, 3000)
    store(made, 2004)
    counts = made.counts(waiting=1)
    assert (counts["read"], counts["delivered"], counts["waiting"]) == (3, 1, 1)
    assert counts["lost"] == 1  # the one before
    assert counts["worst_time_error_ms"] == 4


def test_a_time_that_was_not_known_yet() -> None:
    made = Ledger(START_MS)
    made.kept(1000, 77, 1000, "temperature=21.50", True)
    made.learned(77, START_MS + 20 - SINCE_2000_MS)
    made.learned(77, START_MS + 500 - SINCE_2000_MS)  # too late
    made.kept(2000, 77, 2000, "temperature=21.50", True)
    store(made, 1020)
    store(made, 2020)
    counts = made.counts(waiting=0)
    assert (counts["delivered"], counts["unknown"], counts["worst_time_error_ms"]) == (2, 0, 20)


def test_a_time_that_changed_on_its_way() -> None:
    made = ledger(1000)
    store(made, 1001)
    assert made.counts(waiting=1)["unknown"] == 1


def test_a_call_again_is_a_duplicate() -> None:
    made = ledger(1000, 2000)
    for ms in (1000, 2000, 1000, 2000):
        store(made, ms)
    counts = made.counts(waiting=0)
    assert (counts["delivered"], counts["duplicates"], counts["out_of_order"]) == (2, 2, 0)


def test_alike_readings_of_one_time_are_two() -> None:
    made = ledger(1000, 1000)
    store(made, 1000)
    store(made, 1000)
    assert made.counts(waiting=0)["duplicates"] == 0


def test_what_overtakes_is_out_of_order() -> None:
    made = ledger(1000, 2000)
    store(made, 2000)
    store(made, 1000)
    assert made.counts(waiting=0)["out_of_order"] == 1


def test_what_nobody_made_and_what_has_no_time() -> None:
    made = ledger(1000)
    store(made, 1000, "temperature=99.90")
    made.stored("-", "temperature=21.50")
    counts = made.counts(waiting=1)
    assert (counts["unknown"], counts["without_time"], counts["delivered"]) == (1, 1, 0)


def test_what_was_in_ram_alone_at_a_cut() -> None:
    made = ledger(1000, 2000, 3000)
    made.ended(2)
    keep(made, 4000)
    store(made, 1000)
    store(made, 4000)
    counts = made.counts(waiting=0)
    assert (counts["lost"], counts["lost_in_ram"]) == (2, 2)


def test_messages_are_no_readings() -> None:
    made = ledger(1000)
    text = "warn=set aside, no time is known of it, made 3 s after"
    made.kept(1500, 0, START_MS + 1500 - SINCE_2000_MS, text, False)
    counts = made.counts(waiting=0)
    assert (counts["read"], counts["messages"], counts["lost"]) == (1, 1, 1)
    assert counts["lost_without_time"] == 1


def test_the_longest_gap_is_a_field_s() -> None:
    made = ledger(0, 60_000, 300_000)
    keep(made, 500_000, "rain=3&wind=4")
    for ms in (0, 60_000, 300_000):
        store(made, ms)
    store(made, 500_000, "rain=3&wind=4")
    assert made.longest_gap_ms() == 240_000


@pytest.mark.parametrize(("text", "ms"), [("12", 12000), ("12.5", 12500), ("12.0349", 12034)])
def test_times_of_calls(text: str, ms: int) -> None:
    assert timestamp_ms(text) == ms


def test_the_least_of_a_time() -> None:
    samples = [(0, 9), (10, 7), (20, 8), (30, 1)]
    assert least_between(samples, 5, 20) == 7
    assert least_between(samples, 40, 50) == 1
    assert least_between([], 0, 1) == 0
