"""What the next call is and what an answer means, in time that costs none and with no thread."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from delivery_rig import DELIVERED, HOUR_MS, Rig, Scripted, number_of, numbered
from outbox_rig import NOW_MS, SetClock

from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.outbox import Limits

UNKNOWN = Outcome(Kind.UNKNOWN, "status 500")
REJECTED = Outcome(Kind.REJECTED, "status 400")


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "outbox.db")
    yield rig
    rig.outbox.close()


def test_readings_go_out_in_order_and_once(rig: Rig) -> None:
    for _ in range(500):
        rig.put()
    rig.run()
    assert rig.numbers() == list(range(500))
    assert rig.state() == ("ok", 0, 0)
    assert rig.status().delivered == 500
    rig.reopen()
    rig.run()
    assert len(rig.sent) == 500


def test_news_are_sent(rig: Rig) -> None:
    rig.run()
    rig.put("ab")
    rig.run()
    rig.put("b")
    rig.run()
    assert rig.numbers() == [0, 1, 2]
    assert rig.outbox.delivered("byteport") == (3, {})


def test_devices_take_turns(rig: Rig) -> None:
    rig.put("a" * 300 + "b" * 3)
    rig.run(calls=10)
    assert [call.device for call in rig.sent].count("b") == 3
    rig.run()
    assert rig.numbers("a") == list(range(300))
    assert rig.numbers("b") == [300, 301, 302]


def test_what_is_acknowledged_is_never_sent_again(rig: Rig) -> None:
    rig.put("abcab" * 60)
    for _ in range(43):
        rig.run(calls=7)
        rig.reopen()
    rig.run()
    assert sorted(rig.numbers()) == list(range(300))
    for device in "abc":
        assert rig.numbers(device) == sorted(rig.numbers(device))


def test_one_device_costs_one_row(rig: Rig) -> None:
    rig.put("a" * 50)
    rows: list[dict[str, int]] = []
    acks = rig.outbox._keeping._acks
    note = acks.note
    acks.note = lambda numbers: rows.append(numbers) or note(numbers)  # type: ignore[method-assign]
    rig.run()
    assert [list(row) for row in rows] == [["byteport"]] * 50


def test_one_call_at_a_time_finds_out_whether_the_service_is_back(rig: Rig) -> None:
    rig.put("abcd")
    first, second = rig.dispatch.next(), rig.dispatch.next()
    assert isinstance(first, Call)
    assert isinstance(second, Call)
    rig.dispatch.answered(first, UNKNOWN)
    rig.dispatch.answered(second, UNKNOWN)  # of the same outage, and no reason to wait longer
    assert rig.status().retry_in_ms == 1750
    assert not isinstance(rig.dispatch.next(), Call)
    rig.clock.ticks += 1750
    probe = rig.dispatch.next()
    assert isinstance(probe, Call)
    assert probe.device == "c"
    assert not isinstance(rig.dispatch.next(), Call)
    rig.clock.ticks += 100_000
    assert not isinstance(rig.dispatch.next(), Call)
    rig.dispatch.answered(probe, DELIVERED)
    rig.run()
    assert sorted(rig.numbers()) == [0, 1, 3]


def test_waits_grow_at_random_to_the_longest(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", Scripted(Kind.UNKNOWN), chance=lambda: 1.0)
    rig.put()
    rig.run(HOUR_MS // 2)
    assert rig.waits()[:10] == [1000 * min(2**n, 300) for n in range(1, 11)]
    assert len({id(call) for call in rig.sent}) == 1  # the same bytes each time
    assert rig.state() == ("waiting", 1, 0)
    assert len(rig.said.lines) == 1
    rig.outbox.close()


def test_after_an_outage_the_backlog_takes_as_long_as_the_longest_wait(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", Scripted(*[Kind.UNKNOWN] * 20, Kind.DELIVERED))
    rig.call_ms = 0
    rig.put("a" * 300)
    rig.run(10 * HOUR_MS)
    took = rig.times[-1] - rig.times[20]
    assert 300_000 <= took <= 450_000
    rig.put("a" * 20)
    rig.run()
    assert rig.times[-1] - rig.times[-20] < 100
    assert rig.said.lines[1].startswith("INFO byteport: readings are sent again, after ")
    rig.outbox.close()


def test_N20_what_came_during_an_outage_is_part_of_the_backlog(tmp_path: Path) -> None:
    """Whoever waits for the service does not listen for news: see `Sender`."""
    rig = Rig(tmp_path / "outbox.db", Scripted(*[Kind.UNKNOWN] * 20, Kind.DELIVERED))
    rig.call_ms = 0
    rig.put()
    rig.run(HOUR_MS, calls=1)
    rig.outbox.append([numbered(number) for number in range(1, 61)])
    rig.run(10 * HOUR_MS)
    assert rig.numbers()[20:] == list(range(61))
    assert 300_000 <= rig.times[-1] - rig.times[20] <= 450_000
    rig.outbox.close()


def test_a_rate_is_kept_evenly(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", max_rate=20)
    rig.call_ms = 0
    rig.put("abc" * 100)
    rig.run()
    spans = [then - before for before, then in zip(rig.times, rig.times[20:], strict=False)]
    assert min(spans) >= 900
    assert max(spans) <= 1100
    rig.outbox.close()


def failing(**outcomes: Outcome) -> "Callable[[Call], Outcome]":
    """Return the answers of a service to which one record or device means trouble."""
    return lambda call: outcomes.get(call.device, DELIVERED)


def test_N8_a_device_that_is_not_registered_holds_itself_alone(rig: Rig) -> None:
    rig.answer = failing(b=Outcome(Kind.NO_DEVICE, "status 404: register it"))
    for _ in range(500):
        rig.put("ab")
    rig.run(HOUR_MS)
    assert rig.numbers("a") == list(range(0, 1000, 2))
    assert set(rig.numbers("b")) == {1}
    waits = [then - now for now, then in zip(rig.times, rig.times[1:], strict=False)][-3:]
    assert all(300_000 <= wait <= 3_600_000 for wait in waits)
    assert rig.state() == ("held", 500, 0)
    assert rig.status().reason == "b: status 404: register it"
    assert len(rig.said.lines) == 1
    assert sum(len(queue.entries) for queue in rig.dispatch.feed.queues.values()) < 10
    rig.reopen()
    rig.answer = lambda _: DELIVERED
    rig.run(HOUR_MS)
    assert rig.numbers("a") == list(range(0, 1000, 2))  # none of them came again
    assert rig.numbers("b")[-500:] == list(range(1, 1000, 2))
    assert rig.state() == ("ok", 0, 0)


def test_N8_a_device_is_tried_again_and_goes_on(rig: Rig) -> None:
    rig.answer = failing(b=Outcome(Kind.NO_DEVICE, "status 404"))
    rig.put("b" * 20)
    rig.run(HOUR_MS)
    rig.answer = lambda _: DELIVERED
    rig.put("ab")
    rig.run(HOUR_MS)
    assert rig.numbers("b")[-21:] == [*range(20), 21]
    assert rig.said.lines[-1].startswith("INFO byteport: readings of b are sent again, after ")


@pytest.mark.parametrize("bad", [{3}, {0, 3}, {0, 1, 2, 3}, {16, 17, 18}])
def test_N9_a_rejected_record_is_a_dead_letter_and_the_rest_goes_on(
    rig: Rig, bad: set[int]
) -> None:
    rig.answer = lambda call: REJECTED if number_of(call.entries[0]) in bad else DELIVERED
    rig.put("a" * 20)
    rig.run()
    assert rig.numbers() == list(range(20))
    assert rig.state() == ("ok", 0, len(bad))
    dead = rig.outbox.dead_letters()
    assert [number_of(entry) for _, _, entry in dead] == sorted(bad)
    assert {reason for _, reason, _ in dead} == {"status 400"}
    assert len([line for line in rig.said.lines if "dead letter" in line]) == 1


def test_N9_the_last_ones_stay_until_another_shows_who_is_wrong(rig: Rig) -> None:
    rig.answer = Scripted(Kind.REJECTED, Kind.REJECTED, Kind.DELIVERED)
    rig.put("aa")
    rig.run(HOUR_MS)
    assert rig.numbers() == [0, 1]
    assert rig.state() == ("ok", 2, 0)
    rig.put("a")
    rig.run()
    assert rig.numbers() == [0, 1, 2]
    assert rig.state() == ("ok", 0, 2)


def test_N9_five_in_a_row_mean_it_is_misconfigured_and_lose_nothing(rig: Rig) -> None:
    rig.answer = lambda _: REJECTED
    rig.put("ab" * 100)
    rig.run(HOUR_MS // 20)
    assert rig.numbers("a") == [0, 2, 4, 6, 8]
    assert rig.numbers("b") == [1, 3, 5, 7, 9]
    assert rig.state() == ("held", 200, 0)
    assert "5 readings in a row were refused: status 400" in rig.status().reason
    rig.run(24 * HOUR_MS)
    assert rig.outbox.dead_letters() == []
    rig.answer = lambda _: DELIVERED
    rig.run(2 * HOUR_MS)
    assert rig.numbers("a")[-100:] == list(range(0, 200, 2))
    assert rig.state() == ("ok", 0, 0)


def test_N9_a_row_of_wrong_ones_comes_to_its_end(rig: Rig) -> None:
    rig.answer = lambda call: REJECTED if number_of(call.entries[0]) < 9 else DELIVERED
    rig.put("a" * 20)
    rig.run(24 * HOUR_MS)
    assert rig.state() == ("ok", 0, 9)
    assert rig.numbers()[-11:] == list(range(9, 20))


def test_what_cannot_be_sent_at_all_is_a_dead_letter_field_by_field(rig: Rig) -> None:
    def answer(call: Call) -> Outcome:
        bad = [name for name, _ in call.fields if name.startswith("x")]
        return Outcome(Kind.INVALID, "no name") if bad else DELIVERED

    rig.answer = answer
    rig.put("a", x1="1", good="2", x2="3")
    rig.put("a", good="4")
    rig.put("a")
    rig.run()
    stored = [call.fields for call in rig.sent if answer(call) is DELIVERED]
    assert [field for fields in stored for field in fields] == [
        ("n1", "0"), ("good", "2"), ("n1", "1"), ("good", "4"), ("n1", "2")
    ]  # fmt: skip
    assert {call.ts_ms for call in rig.sent if call.entries[0].id == 1} == {NOW_MS}
    ((_, reason, entry),) = rig.outbox.dead_letters()
    assert (reason, entry.fields) == ("no name", (("x1", "1"), ("x2", "3")))
    assert rig.state() == ("ok", 0, 1)


def test_many_that_cannot_be_sent_hold_nothing(rig: Rig) -> None:
    rig.answer = lambda call: (
        Outcome(Kind.INVALID) if number_of(call.entries[0]) < 300 else DELIVERED
    )
    rig.put("a" * 310)
    rig.run()
    assert rig.state() == ("ok", 0, 300)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_N10_what_is_too_large_goes_in_parts(rig: Rig, limit: int) -> None:
    rig.answer = lambda call: DELIVERED if len(call.fields) <= limit else Outcome(Kind.TOO_LARGE)
    rig.put("a", f1="1", f2="2", f3="3", f4="4")
    rig.put("a")
    rig.run()
    stored = [field for call in rig.sent if len(call.fields) <= limit for field in call.fields]
    names = ["n1", "f1", "f2", "f3", "f4", "n1"]
    assert [name for name, _ in stored] == names
    assert {call.ts_ms for call in rig.sent[:-1]} == {NOW_MS}
    assert rig.state() == ("ok", 0, 0)


@pytest.mark.parametrize("names", [("big", "f1"), ("f1", "big"), ("f1", "big", "f3")])
def test_N10_one_field_that_is_too_large_is_a_dead_letter(rig: Rig, names: tuple[str, ...]) -> None:
    rig.answer = lambda call: (
        Outcome(Kind.TOO_LARGE, "413") if "big" in dict(call.fields) else DELIVERED
    )
    rig.put("a", **dict.fromkeys(names, "x"))
    rig.run()
    ((_, reason, entry),) = rig.outbox.dead_letters()
    assert (reason, entry.fields) == ("413", (("big", "x"),))
    assert (rig.status().delivered, rig.state()) == (1, ("ok", 0, 1))


def test_N10_a_service_that_takes_nothing_at_all_loses_nothing(rig: Rig) -> None:
    rig.answer = lambda _: Outcome(Kind.TOO_LARGE, "413")
    rig.put("a" * 20, f1="1")
    rig.run(HOUR_MS)
    assert rig.state() == ("held", 20, 0)


def test_N11_what_the_service_asks_for_is_waited_and_more(tmp_path: Path) -> None:
    wants = Outcome(Kind.LIMITED, "status 429", 120_000)
    rig = Rig(tmp_path / "outbox.db", Scripted(wants, wants._replace(wait_ms=10**15), DELIVERED))
    rig.put("ab")
    rig.run(3 * HOUR_MS)
    first, second, *_ = rig.waits()
    assert 121_000 <= first <= 122_000
    assert HOUR_MS + 1000 <= second <= HOUR_MS + 4000
    assert rig.numbers() == [0, 1, 0, 1]
    rig.outbox.close()


def test_N11_without_a_usable_wish_it_is_our_own_wait(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", Scripted(Outcome(Kind.LIMITED, "429"), DELIVERED))
    rig.put("a")
    rig.run()
    assert rig.waits() == [1750]
    rig.outbox.close()


def test_N12_a_storm_of_half_an_hour_holds_all_and_loses_nothing(rig: Rig) -> None:
    storm_ends = rig.clock.ticks + HOUR_MS // 2
    rig.answer = lambda _: UNKNOWN if rig.clock.ticks < storm_ends else DELIVERED
    for _ in range(60):
        rig.put("ab")
        rig.run(60_000)
    rig.run(HOUR_MS)
    assert rig.state() == ("ok", 0, 0)
    probes = [time for time in rig.times if time < storm_ends]
    assert 8 <= len(probes) <= 30
    for device in "ab":
        stored = [n for n, t in zip(rig.numbers(), rig.times, strict=True) if t >= storm_ends]
        own = [n for n in stored if n in rig.numbers(device)]
        assert own == sorted(set(rig.numbers(device)))
    assert len(rig.said.lines) == 2


def test_N12_one_record_that_fails_for_a_day_while_others_pass(rig: Rig) -> None:
    begin = rig.clock.ticks
    rig.answer = lambda call: UNKNOWN if call.entries and call.entries[0].id == 2 else DELIVERED
    rig.put("ab")
    for _ in range(23 * 60):
        rig.put("a")
        rig.run(60_000)
    assert set(rig.numbers("b")) == {1}
    assert len(set(rig.numbers("a"))) == 23 * 60 + 1  # it held nobody else
    assert rig.numbers("a") == sorted(set(rig.numbers("a")))
    assert rig.state() == ("waiting", 1, 0)
    rig.put("b")
    rig.run(2 * HOUR_MS)
    assert rig.clock.ticks - begin < 26 * HOUR_MS
    assert rig.numbers("b")[-2:] == [1, rig.made - 1]
    assert rig.state() == ("ok", 0, 1)
    assert "failed for a day while others passed: status 500" in rig.outbox.dead_letters()[0][1]


def test_N12_with_one_device_a_heartbeat_finds_out(rig: Rig) -> None:
    rig.answer = lambda call: UNKNOWN if call.entries and call.entries[0].id == 1 else DELIVERED
    rig.put("aa")
    rig.run(HOUR_MS)
    assert all(call.entries for call in rig.sent)
    rig.run(22 * HOUR_MS)
    assert rig.state() == ("waiting", 2, 0)
    assert any(not call.entries for call in rig.sent)
    rig.run(4 * HOUR_MS)
    assert rig.state() == ("ok", 0, 1)


def test_N12_days_without_registration_are_no_failures_of_a_record(rig: Rig) -> None:
    registered_until = rig.clock.ticks + 3 * HOUR_MS

    def answer(call: Call) -> Outcome:
        if call.device == "a":
            return DELIVERED
        registered = rig.clock.ticks < registered_until
        return UNKNOWN if registered else Outcome(Kind.NO_DEVICE, "status 404")

    rig.answer = answer
    for _ in range(30):
        rig.put("ab")
        rig.run(HOUR_MS)
    assert rig.state() == ("held", 30, 0)
    registered_until = rig.clock.ticks + 100 * HOUR_MS
    for _ in range(4):
        rig.put("a")
        rig.run(HOUR_MS // 2)
    assert rig.state() == ("waiting", 30, 0)


def test_N12_an_outage_of_days_gives_nothing_up(rig: Rig) -> None:
    up_again = rig.clock.ticks + 72 * HOUR_MS
    rig.answer = lambda _: UNKNOWN if rig.clock.ticks < up_again else DELIVERED
    rig.put("abc" * 5)
    rig.run(73 * HOUR_MS)
    assert rig.state() == ("ok", 0, 0)


def test_N12_a_service_that_comes_and_goes_for_days_gives_nothing_up(tmp_path: Path) -> None:
    chance = Random(11)
    rig = Rig(tmp_path / "outbox.db", chance=chance.random)
    rig.answer = lambda _: UNKNOWN if chance.random() < 0.7 else DELIVERED
    for _ in range(72):
        rig.put("abc")
        rig.run(HOUR_MS)
    rig.answer = lambda _: DELIVERED
    rig.run(HOUR_MS)
    assert rig.state() == ("ok", 0, 0)
    assert len(rig.said.lines) < 72 * 3
    rig.outbox.close()


def test_N7_a_wrong_key_holds_all_and_is_tried_again(rig: Rig) -> None:
    rig.answer = lambda _: Outcome(Kind.REFUSED, "status 403: wrong key")
    rig.put("ab" * 10)
    rig.run(24 * HOUR_MS)
    assert all(300_000 <= wait <= HOUR_MS for wait in rig.waits())
    assert rig.status().reason == "status 403: wrong key"
    assert rig.state() == ("held", 20, 0)
    assert len(rig.said.lines) == 1
    rig.answer = lambda _: DELIVERED
    rig.run(2 * HOUR_MS)
    assert rig.state() == ("ok", 0, 0)


def test_N7_a_key_for_one_device_only_holds_the_others_alone(rig: Rig) -> None:
    rig.answer = failing(b=Outcome(Kind.REFUSED, "status 403"))
    for _ in range(120):
        rig.put("ab")
        rig.run(60_000)
    assert len(set(rig.numbers("a"))) == 120
    assert rig.state() == ("held", 120, 0)
    assert rig.status().reason == "b: status 403"


def test_C1_readings_whose_time_nobody_knows_are_told_of_and_not_stored(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db")
    rig.clock = SetClock(unix_ms=10_000)
    rig.reopen()
    rig.put("aabaa")
    rig.boot, rig.clock = "another boot", SetClock()
    rig.reopen()
    rig.put("a")
    rig.answer = Scripted(Kind.UNKNOWN, Kind.DELIVERED)
    rig.run()
    notes = [call for call in rig.sent if call.fields[0][0] == "warn"]
    assert [call.fields[0][1].split(" ")[0] for call in notes] == ["4", "1", "4"]
    assert notes[0] is notes[2]
    assert all((call.ts_ms or 0) >= NOW_MS for call in notes)
    assert rig.sent[-1].fields == (("n1", "5"),)
    dead = rig.outbox.dead_letters()
    assert sorted(number_of(entry) for _, _, entry in dead) == [0, 1, 2, 3, 4]
    assert any("10000 ms after the start of boot 1111" in reason for _, reason, _ in dead)
    assert rig.state() == ("ok", 0, 5)
    rig.outbox.close()


def test_what_the_log_loses_is_not_waited_for(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", Scripted(Kind.UNKNOWN), limits=Limits(max_age_ms=HOUR_MS))
    rig.put("ab" * 50)
    rig.run(2 * HOUR_MS)
    rig.outbox.upkeep()
    rig.put("ab")
    rig.answer = lambda _: DELIVERED
    before = len(rig.numbers())
    rig.run(HOUR_MS)
    assert rig.numbers()[before:] == [100, 101]
    status = rig.status()
    assert (status.lost, status.backlog, status.delivered) == (100, 0, 2)
    rig.outbox.close()


def test_it_goes_on_when_the_file_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig = Rig(tmp_path / "outbox.db")
    rig.put("ab" * 10)
    rig.run(calls=5)
    under_way = rig.dispatch.next()
    assert isinstance(under_way, Call)
    (tmp_path / "outbox.db").rmdir()
    rig.clock.ticks += 60_000
    rig.outbox.upkeep()
    assert rig.outbox.trouble == ""
    rig.run(calls=1)
    rig.dispatch.answered(under_way, DELIVERED)
    rig.run()
    assert sorted(rig.numbers()) == list(range(20))
    rig.outbox.close()
