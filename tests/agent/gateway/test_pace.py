"""When groups are stored: at once after quiet, seldom for many clients, soon for one that waits."""

from byteport_agent.gateway.pace import APART_MS, Pace


def test_after_quiet_nothing_is_waited_for() -> None:
    pace = Pace()
    pace.came("one", 1000)
    assert pace.wait_ms(1, 1000) == 0
    pace.begins(1000)
    pace.came("two", 1000 + APART_MS)
    assert pace.wait_ms(1, 1000 + APART_MS) == 0


def test_D4_clients_that_come_and_go_are_stored_in_groups() -> None:
    pace = Pace()
    groups, waiting = [], 0
    for now in range(0, 10_000, 10):  # a hundred boards a second
        waiting += 1
        pace.came(f"board {now}", now)
        if not pace.wait_ms(waiting, now):
            pace.begins(now)
            groups.append(waiting)
            waiting = 0
    assert len(groups) <= 10_000 // APART_MS
    assert sum(groups) + waiting == 1000


def test_one_that_sends_again_at_once_waits_for_the_disk_alone() -> None:
    pace, now = Pace(), 0
    for _ in range(20):
        pace.came("drains", now)
        assert pace.wait_ms(1, now) == 0
        pace.begins(now)
        now += 5
        pace.answered("drains", now)
        now += 1


def test_of_many_that_send_again_at_once_half_are_waited_for() -> None:
    pace = Pace()
    for number in range(8):
        pace.came(number, 0)
    pace.begins(0)
    for number in range(8):
        pace.answered(number, 10)
    waits = []
    for number in range(4):
        pace.came(number, 11)
        waits.append(pace.wait_ms(number + 1, 11))
    assert waits == [5, 5, 5, 0]


def test_but_not_for_long() -> None:
    pace = Pace()
    pace.begins(0)
    for number in range(8):
        pace.answered(number, 10)
    pace.came(0, 11)
    assert pace.wait_ms(1, 13) == 3
    assert pace.wait_ms(1, 16) == 0


def test_one_that_takes_its_time_is_none_of_those() -> None:
    pace = Pace()
    pace.came("one", 0)
    pace.begins(0)
    pace.answered("one", 10)
    pace.came("two", 20)
    pace.begins(APART_MS)
    pace.came("one", APART_MS + 11)
    assert pace.wait_ms(1, APART_MS + 11) == APART_MS - 11


def test_P3_clients_that_were_answered_are_not_remembered_for_ever() -> None:
    pace = Pace()
    for now in range(5000):
        pace.answered(now, now)
        pace.begins(now)
    assert len(pace._answered) <= APART_MS + 1
