"""Whether a record is to blame: it fails, and others pass in between, for long and all the time."""

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.device_queue import DeviceQueue
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.suspicion import Suspicion
from byteport_agent.outbox import Entry

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def test_a_record_is_alone_where_another_passed_since_its_last_failure() -> None:
    suspicion = Suspicion()
    assert not suspicion.failed(7, 0)
    assert suspicion.failed(8, 1000)
    assert not suspicion.failed(8, 2000)
    assert suspicion.failed(9, 3000)
    suspicion.clear()
    assert not suspicion.failed(10, 4000)


def test_N12_only_a_day_of_being_alone_is_hopeless() -> None:
    suspicion = Suspicion()
    suspicion.failed(0, 0)
    suspicion.failed(1, HOUR_MS)
    assert not suspicion.is_hopeless(HOUR_MS + DAY_MS - 1)
    assert suspicion.is_hopeless(HOUR_MS + DAY_MS)


def test_N12_an_outage_in_between_begins_the_day_anew() -> None:
    suspicion = Suspicion()
    suspicion.failed(0, 0)
    suspicion.failed(1, HOUR_MS)
    suspicion.failed(1, 2 * HOUR_MS)  # nobody passed
    assert not suspicion.is_hopeless(3 * DAY_MS)
    suspicion.failed(2, 3 * DAY_MS)
    assert not suspicion.is_hopeless(3 * DAY_MS)
    assert suspicion.is_hopeless(4 * DAY_MS)


def test_a_heartbeat_is_wanted_after_an_hour_in_which_nobody_passed() -> None:
    suspicion = Suspicion()
    assert not suspicion.wants_heartbeat(0, DAY_MS)
    suspicion.failed(3, 0)
    assert not suspicion.wants_heartbeat(3, HOUR_MS - 1)
    assert suspicion.wants_heartbeat(3, HOUR_MS)
    assert not suspicion.wants_heartbeat(4, HOUR_MS)


def test_what_passes_clears_the_suspicion_of_one_that_the_log_has_lost() -> None:
    queue = DeviceQueue("a", 0, Backoff(1, 2), Backoff(1, 2))
    for number in (1, 2, 3):
        queue.give(Entry(number, number, None, None, "a", "porch", (("n1", "1"),)))
    assert not queue.failed(queue.call(Packing(), 0, 0), 0, 0)
    queue.forget_to(1)
    queue.delivered(queue.call(Packing(), 0, 0))
    assert not queue.failed(queue.call(Packing(), 0, 0), 1, 2 * DAY_MS)
    assert not queue.suspicion.is_hopeless(4 * DAY_MS)
