"""What failures mean: states, waits, and one change per state."""

from byteport_agent.sampling.health import MOST_WAIT_MS, Change, Health


def fail(health: Health, times: int, step_ms: int, now: int = 0) -> list[Change | None]:
    return [health.failed(now + n * step_ms, "no answer") for n in range(times)]


def test_the_first_sample_is_a_change_and_the_next_are_none() -> None:
    health = Health(1000, 0)
    assert health.state == "starting"
    assert health.succeeded(5) == Change("ok", "ok", False)
    assert health.succeeded(6) is None


def test_S7_one_line_for_each_change() -> None:
    health = Health(1000, 0)
    health.succeeded(0)
    changes = [change for change in fail(health, 100, 1000, 1000) if change]
    assert [change.state for change in changes] == ["retrying", "suspended"]
    assert changes[0] == Change("retrying", "retrying: no answer", False)
    assert changes[1].lasting
    back = health.succeeded(101_000)
    assert back == Change("ok", "ok again after 100 s", True)
    assert (health.reason, health.failures, health.retry_at) == ("", 100, 101_000)


def test_a_short_failure_is_not_worth_a_message() -> None:
    health = Health(1000, 0)
    health.succeeded(0)
    fail(health, 3, 1000, 1000)
    assert health.succeeded(4000) == Change("ok", "ok again after 3.0 s", False)


def test_a_fast_sensor_is_not_suspended_within_seconds() -> None:
    health = Health(10, 0)
    assert [change.state for change in fail(health, 900, 10) if change] == ["retrying"]


def test_the_wait_grows_to_ten_minutes_and_no_further() -> None:
    health = Health(1000, 0)
    now, waits = 0, []
    for _ in range(40):
        health.failed(now, "no answer")
        waits.append(health.retry_at - now)
        now += max(waits[-1], 1000)
    growing = [wait for wait in waits if wait]
    assert growing[:4] == [2_000, 4_000, 8_000, 16_000]
    assert waits[-1] == MOST_WAIT_MS == 600_000
    assert sorted(waits) == waits


def test_a_slow_sensor_is_tried_at_each_of_its_times() -> None:
    health = Health(3_600_000, 0)
    for hour in range(20):
        health.failed(hour * 3_600_000, "no answer")
        assert health.retry_at <= (hour + 1) * 3_600_000


def test_what_answers_with_nothing_new_is_stale_and_asked_at_every_tick() -> None:
    health = Health(1000, 0)
    health.succeeded(0)
    for second in range(1, 60):
        health.failed(second * 1000, "no whole frame has come", stale=True)
    assert (health.state, health.retry_at) == ("stale", 59_000)
    changed = health.failed(60_000, "does not answer")
    assert changed == Change("suspended", "suspended: does not answer", False)  # told once already
