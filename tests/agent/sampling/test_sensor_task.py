"""One sensor in the agent, in virtual time: two phases, retries, deadline, events, re-making."""

import errno
from itertools import pairwise

import pytest
from sampling_rig import FakeDriver, Rig

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.sampling.sensor import SensorTask


def nack() -> OSError:
    return OSError(errno.EREMOTEIO, "Remote I/O error")


def test_a_sample_is_recorded_with_the_time_at_which_it_was_read() -> None:
    rig = Rig()
    rig.add(FakeDriver((21.456,), wait_ms=750))
    rig.run(800)
    (reading,) = rig.recorded
    assert reading.device == "greenhouse-1"
    assert (reading.sensor, reading.fields) == ("porch", (("temperature", "21.46"),))
    assert reading.ticks_ms == 5_750
    assert rig.states == ["ok"]


def test_the_lane_is_free_for_others_while_one_converts() -> None:
    rig = Rig()
    slow, quick = FakeDriver(wait_ms=750), FakeDriver((1.0,), wait_ms=10)
    rig.add(slow, "slow", bus="i2c-1", interval_ms=10_000)
    rig.add(quick, "quick", bus="i2c-1", interval_ms=10_000)
    rig.run(1_000)
    assert (slow.starts, quick.starts) == ([5_000], [5_000])
    assert [(each.sensor, each.ticks_ms) for each in rig.recorded] == [
        ("quick", 5_010),
        ("slow", 5_750),
    ]


def test_S4_a_measurement_that_takes_longer_than_its_interval_skips_and_never_overlaps() -> None:
    rig = Rig()
    driver = FakeDriver(wait_ms=2_500)
    task = rig.add(driver)
    rig.run(30_000)
    apart = {b - a for a, b in pairwise(driver.starts)}
    assert apart == {3_000}
    assert task.status().skipped == 20
    assert [each.ticks_ms - start for each, start in zip(rig.recorded, driver.starts)] == [
        2_500
    ] * len(rig.recorded)


def test_S1_two_quick_retries_then_no_reading_and_the_others_go_on() -> None:
    rig = Rig()
    driver = FakeDriver((20.0,), nack(), nack(), (21.0,), nack(), nack(), nack(), (22.0,))
    rig.add(driver, bus="i2c-1")
    rig.add(FakeDriver((1.0,)), "other", bus="i2c-1", fields={"temperature": {"name": "other_t"}})
    rig.run(3_500)
    assert rig.values() == ["20.00", "21.00", "22.00"]  # and no old value for the third
    assert rig.values("other_t") == ["1.00"] * 4
    assert rig.changes[-2][1].text.startswith(
        "retrying: bme280 at 0x76 on i2c-1 does not answer (errno 121): wiring, power or address?"
    )
    assert rig.changes[-1][1].text.startswith("ok again")
    assert rig.made.count("porch") == 2  # its calibration was loaded anew


def test_S1_a_sensor_that_fails_on_is_tried_ever_more_rarely_up_to_ten_minutes() -> None:
    rig = Rig()
    driver = FakeDriver((20.0,), nack())
    rig.add(driver)
    rig.run(2 * 3_600_000)
    assert rig.states == ["ok", "retrying", "suspended"]
    assert driver.starts[-1] - driver.starts[-2] == pytest.approx(600_000, abs=1_500)
    assert len(driver.starts) < 40


def test_S2_a_wrong_checksum_is_read_again_once_more_and_never_recorded() -> None:
    rig = Rig()
    wrong = BadReading("wrong checksum")
    driver = FakeDriver((20.0,), wrong, (21.0,), wrong, wrong, wrong, (22.0,))
    task = rig.add(driver)
    rig.run(3_500)
    assert rig.values() == ["20.00", "21.00", "22.00"]
    assert task.status().failures == 1
    assert rig.made == ["porch"]  # a sensor that answers keeps its driver


def test_S5_an_absurd_value_is_refused_counted_and_told_once_per_episode() -> None:
    rig = Rig()
    driver = FakeDriver((20.0,), (85.0,), (-127.0,), (85.0,), (21.0,), (85.0,), (22.0,))
    task = rig.add(driver, fields={"temperature": {"min": -40, "max": 60}})
    rig.run(6_500)
    assert rig.values() == ["20.00", "21.00", "22.00"]
    assert task.status().refused == 4
    assert rig.warnings == ["porch: temperature: 85 is outside -40 to 60"] * 2
    assert rig.states == ["ok"]


def test_S7_missing_at_start_then_there_then_away_then_another_chip() -> None:
    rig = Rig()
    missing = ChipNotFound("bme280 at 0x76 on i2c-1 does not answer (errno 121)")
    rig.add(missing, interval_ms=5_000)
    rig.run(60_000)
    assert rig.states == ["retrying", "suspended"]
    rig.drivers["porch"] = FakeDriver()
    rig.run(700_000)
    assert rig.states[2:] == ["ok"]
    rig.drivers["porch"].answers = [nack()]
    rig.run(20_000)
    rig.drivers["porch"] = ChipNotFound("BME280 at 0x76: chip id 0x58, that of a BMP280")
    rig.run(200_000)
    assert rig.states[3:] == ["retrying", "suspended"]
    assert rig.changes[-1][1].text == "suspended: BME280 at 0x76: chip id 0x58, that of a BMP280"


def test_a_bus_that_is_not_there_is_a_state_and_no_end() -> None:
    rig = Rig()
    rig.add(ConfigurationError("i2c-1: /dev/i2c-1 is not there"))
    rig.run(1_000)
    assert rig.changes[0][1].text == "retrying: i2c-1: /dev/i2c-1 is not there"


def test_whatever_a_third_partys_driver_raises_is_its_failure() -> None:
    rig = Rig()
    rig.add(FakeDriver(ZeroDivisionError("division by zero"), (20.0,)))
    rig.run(1_500)
    assert rig.changes[0][1].text == "retrying: bme280 failed: ZeroDivisionError: division by zero"
    assert rig.values() == ["20.00"]


def test_a_sample_of_the_wrong_length_is_a_failure() -> None:
    rig = Rig()
    rig.add(FakeDriver((20.0, 21.0)))
    rig.run(100)
    assert "a sample of 2 values for 1 channels" in rig.changes[0][1].text


def test_a_driver_that_measures_in_steps_is_read_until_it_is_done() -> None:
    rig = Rig()
    steps = [NotReady("second step")] * 3
    rig.add(FakeDriver(*steps, (20.0,), wait_ms=40), interval_ms=10_000)
    rig.run(500)
    assert [each.ticks_ms for each in rig.recorded] == [5_160]


def test_what_has_nothing_new_becomes_stale_and_comes_back() -> None:
    rig = Rig()
    driver = FakeDriver((20.0,), NotReady("no whole frame has come"), wait_ms=100)
    rig.add(driver)
    rig.run(60_000)
    assert rig.states == ["ok", "retrying", "stale"]
    assert rig.values() == ["20.00"]
    driver.answers = [(21.0,)]
    rig.run(5_000)
    assert rig.states[3:] == ["ok"]


def test_a_reading_is_given_up_at_its_deadline() -> None:
    rig = Rig()
    rig.add(FakeDriver(wait_ms=3_000), deadline_ms=2_000)
    rig.run(3_500)
    assert rig.recorded == []
    assert rig.states == ["retrying"]


def test_S3_a_call_that_hangs_is_told_and_holds_up_its_lane_alone() -> None:
    rig = Rig()
    task = rig.add(FakeDriver(), "stuck", bus="i2c-1")
    same = rig.add(FakeDriver(), "same-bus", bus="i2c-1")
    rig.add(FakeDriver((1.0,)), "other", fields={"temperature": {"name": "other_t"}})
    rig.run(500)
    rig.hold(task.lane, "stuck")
    rig.run(20_000)
    told = {name: change.text for name, change in rig.changes if change.state == "retrying"}
    assert told["stuck"].startswith("retrying: its driver has not come back for 1")
    assert told["same-bus"].startswith("retrying: i2c-1 has been held up by sensor stuck for 1")
    assert len(rig.values("other_t")) == 21
    assert same.status().skipped > 10
    rig.free(task.lane)
    rig.run(3_000)
    assert [change.text[:8] for name, change in rig.changes if name == "stuck"][-1] == "ok again"
    assert rig.changes[-1][1].state == "ok"


def test_a_sample_that_came_after_the_deadline_is_not_recorded() -> None:
    rig = Rig()

    def late() -> tuple[float]:
        rig.clock.ticks += 16_000
        return (20.0,)

    rig.add(FakeDriver(late))
    rig.run(500)
    assert rig.recorded == []
    assert rig.changes[0][1].text == ("retrying: a reading takes longer than its deadline of 15 s")


class Watched(FakeDriver):
    def watch(self, callback: object) -> None:
        self.tell = callback


def test_events_are_recorded_at_once_with_their_own_time() -> None:
    rig = Rig()
    driver = Watched((0,))
    rig.add(driver, interval_ms=60_000)
    rig.run(1_234)
    driver.tell((1,))  # type: ignore[operator]
    rig.run(10)
    assert [(each.ticks_ms, each.fields[0][1]) for each in rig.recorded] == [
        (5_000, "0.00"),
        (6_234, "1.00"),
    ]


def test_events_wait_for_a_lane_that_is_held_up_and_keep_their_times() -> None:
    rig = Rig()
    driver = Watched((0,))
    task = rig.add(driver, interval_ms=60_000)
    rig.run(100)
    rig.hold(task.lane, "porch")
    for _ in range(1_200):
        rig.clock.ticks += 1
        driver.tell((1,))  # type: ignore[operator]
    rig.free(task.lane)
    assert [each.ticks_ms for each in rig.recorded[1:]] == list(range(5_301, 6_301))


def test_a_window_ends_while_the_sensor_is_suspended() -> None:
    rig = Rig()
    driver = FakeDriver((20.0,), (22.0,), nack())
    rig.add(driver, fields={"temperature": {"window": "5m"}})
    rig.run(400_000)
    assert rig.values() == ["21.00"]
    (reading,) = rig.recorded
    assert reading.ticks_ms == 305_000


def test_medians_begin_anew_when_a_sensor_was_away() -> None:
    rig = Rig()
    driver = FakeDriver((10.0,), (10.0,), nack(), nack(), nack(), (30.0,))
    rig.add(driver, fields={"temperature": {"median": 3}})
    rig.run(4_000)
    assert rig.values() == ["10.00", "10.00", "30.00", "30.00"]


def test_closing_ends_it_and_closes_the_driver_and_its_bus() -> None:
    rig = Rig()
    opened: list[str] = []
    rig.buses.let_go = opened.append  # type: ignore[method-assign]
    driver, other = FakeDriver(), FakeDriver()
    tasks: list[SensorTask] = [
        rig.add(driver, bus="i2c-1"),
        rig.add(other, "other", bus="i2c-1"),
    ]
    rig.run(500)
    tasks[0].close()
    assert (driver.closed, opened) == (1, [])
    tasks[1].close()
    assert (other.closed, opened) == (1, ["i2c-1"])
    rig.run(5_000)
    assert len(rig.recorded) == 2


def test_a_driver_that_does_not_close_is_told_of() -> None:
    rig = Rig()
    driver = FakeDriver()
    driver.close = lambda: 1 / 0  # type: ignore[method-assign,assignment]
    rig.add(driver).due()
    driver.answers = [nack()]
    rig.run(2_000)
    assert rig.warnings[0] == "porch: its driver does not close: division by zero"


def test_the_status_says_all_of_it() -> None:
    rig = Rig()
    task = rig.add(FakeDriver((21.456,)), fields={"temperature": {"name": "porch_temp"}})
    rig.run(2_500)
    status = task.status()
    assert (status.name, status.driver, status.place) == ("porch", "bme280", "0x76 on i2c-1")
    assert (status.state, status.reason, status.readings) == ("ok", "", 3)
    assert status.values == {"porch_temp": "21.46"}
    assert status.units == {"porch_temp": "Cel"}
    assert status.last_ms == 1_800_000_002_000
    assert status.since_ms == 1_800_000_000_000
