"""A station that sleeps deeply: wakes at its slots, joins now and then, and forgets nothing."""

import os

from byteport_mocks.board.resets import HARD_RESET, BoardReset
from byteport_mocks.chips.bme280 import SimulatedBME280
from station_rig import BME280, PASSWORD, Rig, fail_once, near

PORTS = ("esp32", "rp2")
MINUTELY = dict(BME280, interval_ms=60000)


def asleep(port="esp32", sensors=(MINUTELY,), **board):
    board["sleep"] = "deep"
    return Rig(port, sensors=sensors, board=board)


def slots(first, end, step=60):
    return list(range(first, end, step))


def test_it_reads_in_each_slot_and_joins_at_every_tenth_wake():
    for port in PORTS:
        rig = asleep(port)
        endings = rig.run(minutes=61)
        times = rig.times("temperature")
        assert near(times[1:], slots(60, 60 * len(times)), 0.5), times
        assert 52 <= len(times) <= 61
        assert 6 <= rig.board.wifi.joins <= 8
        assert set(endings) == ({"deepsleep"} if port == "esp32" else set())
        assert rig.messages == []
        assert rig.board.wifi.radio_on_ms() < 61 * 60000 // 20


def test_an_awake_period_takes_a_second_of_round_trips_beyond_the_join():
    rig = asleep()
    rig.service.takes_ms = 0
    noted = []

    def note():
        noted.append((rig.board.wifi.radio_on_ms(), len(rig.stored)))

    rig.at(note, minutes=5.5)
    rig.at(note, minutes=12.5)
    rig.run(minutes=13)
    (before_ms, before), (after_ms, after) = noted
    assert after - before == 10
    took_ms = after_ms - before_ms - rig.board.wifi.join_ms
    print(took_ms, "ms with", rig.board.internet.rtt_ms, "ms a round trip")
    assert took_ms <= 1000


def test_readings_that_were_not_sent_are_in_the_memory_of_an_esp32():
    rig = asleep(send_every=30)
    rig.run(minutes=9)
    assert len(rig.stored) == 1
    assert not [name for name in os.listdir(rig.folder + "/outbox") if name[:5] != "state"]
    rig.run(minutes=24)
    assert near(rig.times("temperature"), [0.01] + slots(60, 60 * len(rig.stored)), 0.5)  # noqa: RUF005


def test_ten_of_them_go_into_flash():
    for port in PORTS:
        rig = asleep(port, send_every=30)
        rig.run(minutes=12)
        rig.at(lambda rig=rig: rig.board.cut_power(5000), seconds=10)
        rig.run(minutes=40)
        times = rig.times("temperature")
        assert near(times[:11], slots(0, 660), 0.5), times


def test_an_alarm_is_sent_at_once_and_its_end_too():
    for port in PORTS:
        rig = asleep(port, send_every=1000, alarms={"temperature": {"above": 25.0, "below": 0.0}})
        counts = []
        rig.at(lambda rig=rig: rig.chip.set(temperature=26.5), minutes=4.5)
        rig.at(lambda rig=rig: rig.chip.set(temperature=20.0), minutes=10.5)
        for minutes in (4.5, 5.5, 10.5, 11.5):
            rig.at(lambda rig=rig, counts=counts: counts.append(len(rig.stored)), minutes=minutes)
        rig.run(minutes=12)
        assert counts == [1, 6, 6, 12]
        assert [round(float(each)) for each in rig.values("temperature")[5:]] == [26] * 6 + [20]


def test_an_alarm_without_a_network_does_not_empty_the_battery():
    for port in PORTS:
        rig = asleep(port, send_every=1000, alarms={"temperature": {"above": 25.0}})
        joins = []

        def leave(rig=rig, joins=joins):
            rig.board.wifi.remove_network("home")
            rig.chip.set(temperature=26.5)
            joins.append(rig.board.wifi.joins)

        def come(rig=rig, joins=joins):
            rig.board.wifi.add_network("home", PASSWORD)
            joins.append(rig.board.wifi.joins)

        rig.at(leave, minutes=2.5)
        rig.at(come, minutes=122.5)
        rig.run(minutes=140)
        assert joins[1] - joins[0] <= 20
        times = rig.times("temperature")
        assert len(times) >= 122
        assert max([times[i + 1] - times[i] for i in range(len(times) - 1)]) < 62


def test_readings_before_the_time_is_known_get_it_afterwards():
    for port in PORTS:
        rig = asleep(port)
        rig.board.wifi.remove_network("home")
        rig.at(lambda rig=rig: rig.board.wifi.add_network("home", PASSWORD), minutes=20)
        rig.run(minutes=40)
        times = rig.times("temperature")
        assert len(times) >= 30
        assert near(times[:20], slots(0, 1200), 1), times
        assert rig.messages == []


def test_a_clock_that_runs_fast_asleep_is_made_good_for():
    for drift in (20000, -20000):
        rig = asleep()
        rig.board.sleep_drift_ppm = drift
        rig.run(hours=2)
        late = rig.times("temperature")[-30:]
        assert near([late[i + 1] - late[i] for i in range(29)], [60] * 29, 2), late
        assert near([(s + 30) % 60 for s in late], [30] * 30, 2), late


def test_the_service_is_away_and_the_radio_stays_off_longer():
    for port in PORTS:
        rig = asleep(port, send_every=2)
        joins = []

        def answer(status, rig=rig, joins=joins):
            rig.service.status = status
            joins.append(rig.board.wifi.joins)

        rig.at(lambda answer=answer: answer(503), minutes=5.5)
        rig.at(lambda answer=answer: answer(200), minutes=125.5)
        rig.run(minutes=150)
        assert joins[1] - joins[0] <= 12, joins
        times = rig.times("temperature")
        assert near(times, slots(0, 60 * len(times)), 1)
        assert len(times) > 130


def press():
    raise BoardReset("reset", HARD_RESET)


def test_state_that_another_configuration_left_is_not_used_but_its_readings_are():
    rig = asleep(send_every=30)

    def configure():
        rig.settings["sensors"] = [
            dict(MINUTELY, fields={"humidity": "rh"}),
            dict(MINUTELY, name="b"),
        ]
        rig.write("station.json", rig.settings)
        press()

    rig.at(configure, minutes=8.5)
    rig.run(minutes=12)
    assert len(rig.told("I started")) == 2
    assert not rig.told("I start again")
    assert near(rig.times("temperature")[:9], slots(0, 540), 0.5)
    assert len(rig.values("rh")) >= 1


def test_whatever_is_in_the_memory_it_starts():
    for content in (b"x", bytes(2048), b"\xff" * 100):
        rig = asleep()
        rig.board.rtc_memory = content
        rig.run(minutes=12)
        assert len(rig.stored) >= 10
    rig = asleep(send_every=30)
    rig.run(minutes=8)
    whole = rig.board.rtc_memory
    for at in range(0, len(whole), 7):
        rig.board.rtc_memory = whole[:at] + bytes((whole[at] ^ 0x55,)) + whole[at + 1 :]
        rig.run(seconds=30)
    assert not rig.told("I start again")


def test_medians_and_windows_go_on_over_the_sleep():
    fields = {
        "temperature": {"name": "porch_temp", "median": 3},
        "humidity": {"name": "rh", "window": 600000, "window_report": ["mean", "max"]},
        "pressure": {"name": "hpa", "deadband": 1.0},
    }
    for port in PORTS:
        rig = asleep(port, sensors=[dict(MINUTELY, fields=fields)], send_every=1)
        rig.at(lambda rig=rig: rig.chip.set(temperature=40.0), minutes=3.5)
        rig.at(lambda rig=rig: rig.chip.set(temperature=21.5), minutes=4.5)
        rig.run(minutes=25)
        assert set(rig.values("porch_temp")) == {"21.50"}
        assert len(rig.values("porch_temp")) > 20
        assert 1 <= len(rig.values("rh_mean")) <= 2
        assert len(rig.values("hpa")) == 1


def test_a_sensor_that_is_missing_and_comes_back():
    cellar = dict(MINUTELY, name="cellar", address=119, fields={"temperature": "cellar_temp"})
    for port in PORTS:
        rig = asleep(port, sensors=[MINUTELY, cellar])
        rig.at(lambda rig=rig: rig.board.i2c(0).attach(SimulatedBME280(0x77)), hours=1)
        rig.run(minutes=90)
        assert len(rig.values("temperature")) >= 80
        assert 30 >= len(rig.values("cellar_temp")) >= 10
        told = [text for _, _, text in rig.messages if "cellar" in text]
        where = "bme280 at 0x77 on i2c-0 does not answer"
        assert told[0].startswith("cellar suspended: " + where), told
        assert told[1].startswith("cellar ok again after "), told
        assert len(told) == 2


def test_telemetry_is_measured_while_there_is_a_link():
    for port in PORTS:
        rig = asleep(port, telemetry=["rssi", "backlog", "reset_cause"])
        rig.run(minutes=45)
        assert set(rig.values("rssi")) == {"-61"}
        assert 4 <= len(rig.values("rssi")) <= 6
        assert len(rig.values("reset_cause")) == 1
        assert near(rig.times("temperature")[:20], slots(0, 1200), 1)


def test_its_second_network_is_tried_first_after_it_was_the_right_one():
    rig = asleep(wifi=[{"ssid": "cellar"}, {"ssid": "home"}], send_every=5)
    rig.secrets["wifi"] = ["s3cret-cellar", PASSWORD]
    rig.run(minutes=30)
    assert rig.board.wifi.joins <= 9  # two once


def test_an_error_while_it_is_awake():
    rig = asleep()
    rig.at(lambda: fail_once(rig, KeyError("odd"), "flush"), minutes=3)
    endings = rig.run(minutes=45)
    assert endings.count("reset") == 1
    assert [text for _, level, text in rig.messages if level == "error" and "KeyError" in text]
    assert near(rig.times("temperature")[:4], slots(0, 240), 0.5)


def test_a_radio_that_hangs_is_ended_by_the_watchdog():
    for port in PORTS:
        rig = asleep(port)
        rig.at(lambda rig=rig: setattr(rig.board.wifi, "switch_ms", 20000), minutes=8.5)
        rig.at(lambda rig=rig: setattr(rig.board.wifi, "switch_ms", 0), minutes=15)
        endings = rig.run(minutes=30)
        assert "wdt" in endings
        # a Pico cannot know that it was the radio, and comes to its safe mode
        assert len(rig.stored) > 28 if port == "esp32" else rig.told("safe mode")
