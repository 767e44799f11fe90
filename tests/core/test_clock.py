"""What time it is: from servers and over sleep, on boards of both epochs, with ticks that wrap."""

import os

from byteport import Client
from byteport.clock import EARLIEST_S, Clock
from byteport.digits import time_text
from byteport.errors import Unreachable
from byteport.http_date import set_clock
from byteport.wifi import Wifi
from byteport.wifi_join import join
from byteport_mocks.board import SimulatedBoard
from portable import raises

SERVER = os.getenv("BYTEPORT_TEST_SERVER")
PORTS = ("esp32", "rp2")
UTC_S = 1767225600 + 90 * 86400  # 2026-04-01
DATE = "Wed, 01 Apr 2026 00:00:00 GMT"
S_2000 = UTC_S - 946684800
HOSTS = ("ntp1", "ntp2")


def joined(port, utc_s=UTC_S):
    """Return a board that has a link in 3 s of its own time."""
    board = SimulatedBoard(port, utc_s=utc_s)
    board.wifi.add_network("home", "secret")
    return board


def link():
    import network

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("home", "secret")


def true_ms(board):
    return board.utc_us() // 1000 - 946684800000


def off_ms(board, clock):
    """Return how far a clock is ahead."""
    s, ms = clock.now()
    return s * 1000 + ms - true_ms(board)


def ticks():
    from byteport.compat import ticks_ms

    return ticks_ms()


def rtc():
    import machine

    return machine.RTC()


def tell(board, clock, error_ms=20, off_ms=0):
    """Give a clock the true time, or one that is so far off."""
    now_ms = true_ms(board) + off_ms
    return clock.set(now_ms // 1000, now_ms % 1000, ticks(), "ntp", error_ms)


def test_C4_ntp_on_both_epochs():
    for port in PORTS:
        board = joined(port)
        with board:
            link()
            board.clock.sleep_ms(3210)
            clock = Clock(rtc())
            assert (clock.known, clock.age_s, clock.source) == (False, None, "")
            assert clock.sync_ntp(board.clock.sleep_ms, HOSTS)
            assert (clock.known, clock.age_s, clock.source) == (True, 0, "ntp")
            assert abs(off_ms(board, clock)) <= 10
            board.clock.sleep_ms(86400000)
            assert abs(off_ms(board, clock)) <= 10
            assert clock.age_s == 86400
            import time

            assert time.gmtime()[:3] == (2026, 4, 2)  # for TLS


def test_ntp_that_does_not_answer_is_left_after_2_s_each():
    board = joined("rp2")
    waits = []

    def wait_ms(ms):
        waits.append(ms)
        board.clock.sleep_ms(ms)

    with board:
        link()
        board.clock.sleep_ms(3000)
        board.ntp_failures = 2
        clock = Clock()
        assert not clock.sync_ntp(wait_ms, HOSTS)
        assert 7000 <= board.clock.ticks_ms() <= 7020
        assert max(waits) <= 50  # so often a watchdog is fed
        assert clock.reason.startswith("ntp2: ")
        assert clock.sync_ntp(wait_ms, HOSTS)
        assert clock.reason == ""


def test_no_name_is_looked_up_without_a_link():
    board = joined("rp2")
    with board:
        clock = Clock()
        assert not clock.sync_ntp(board.clock.sleep_ms, HOSTS, lambda: False)
        assert (clock.reason, board.lookups) == ("ntp2: no link", 0)
        assert not clock.sync_ntp(board.clock.sleep_ms, HOSTS)
        assert board.lookups == 2


def test_the_date_of_an_answer():
    for port in PORTS:
        board = joined(port)
        with board:
            clock = Clock(rtc())
            board.clock.sleep_ms(5000)
            assert set_clock(clock, DATE)
            assert clock.now() == (S_2000, 500)
            assert clock.source == "date"
            board.clock.sleep_ms(60000)
            # it is right to 1.5 s, so that one which agrees moves nothing
            assert set_clock(clock, "Wed, 01 Apr 2026 00:01:01 GMT")
            assert (clock.now(), clock.age_s) == ((S_2000 + 60, 500), 0)
            board.clock.sleep_ms(60000)
            assert set_clock(clock, "Wed, 01 Apr 2026 00:02:03 GMT")
            assert clock.now() == (S_2000 + 123, 500)


def test_the_first_answer_to_a_store_tells_the_time():
    for port in PORTS:
        board = joined(port)
        sender = Client("myownspace", "key", "barDev1", url=SERVER + "/cut/9999", timeout=60)
        sender.connection.wants_date = True
        with board:
            clock = Clock(rtc())
            wifi = Wifi([{"ssid": "home", "password": "secret"}])
            raises(Unreachable, sender.store, {"n1": 1})  # no link
            assert board.clock.ticks_ms() == 30000  # which is why wifi.up is to be asked
            assert join(wifi, 10000, board.clock.sleep_ms)
            sender.store({"n1": 1})
            sender.close()
            assert set_clock(clock, sender.connection.headers["date"])
            assert clock.now()[0] > EARLIEST_S


def test_what_is_no_date():
    clock = Clock()
    for text in ("", "tomorrow", "Wed, 01 Apr 2026 00:00 GMT", "Wed, xx Apr 2026 00:00:00 GMT"):
        assert not set_clock(clock, text)
        assert clock.reason
    assert not clock.known


def test_C4_times_before_this_version_are_refused():
    clock = Clock()
    for date in (
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sat, 01 Jan 2000 00:00:00 GMT",
        "Wed, 31 Dec 2025 23:59:59 GMT",
        "Thu, 01 Jan 2099 00:00:00 GMT",
    ):
        assert not set_clock(clock, date)
        assert clock.reason == "date: no such time"
    assert set_clock(clock, "Thu, 01 Jan 2026 00:00:00 GMT")
    assert EARLIEST_S + 946684800 == 1767225600


def test_C7_after_2034_and_2038():
    for port in PORTS:
        for date, seconds in (
            ("Mon, 09 Jan 2034 13:37:04 GMT", 2020426624),  # 31 bits from 2000
            ("Thu, 07 Feb 2036 06:28:16 GMT", 2085978496),  # NTP begins again
            ("Tue, 19 Jan 2038 03:14:08 GMT", 2147483648),
        ):
            board = joined(port, seconds - 3)
            with board:
                clock = Clock(rtc())
                assert set_clock(clock, date)
                assert time_text(*clock.now()) == str(seconds) + ".500"
                link()
                board.clock.sleep_ms(2950)
                clock = Clock(rtc())
                assert clock.sync_ntp(board.clock.sleep_ms, HOSTS), clock.reason
                assert abs(off_ms(board, clock)) <= 10
                resumed = Clock(rtc(), clock.state())
                assert abs(off_ms(board, resumed)) <= (10 if port == "esp32" else 1010)


def test_a_time_that_is_off_is_believed_when_two_answers_agree():
    board = joined("esp32")
    with board:
        clock = Clock()
        assert tell(board, clock)
        board.clock.sleep_ms(1000000)
        assert not tell(board, clock, off_ms=500000)
        assert clock.reason == "ntp: off by 500 s, is that so?"
        assert clock.age_s == 1000
        assert not tell(board, clock, off_ms=-3600000)  # another one
        assert abs(off_ms(board, clock)) <= 1
        assert tell(board, clock)
        assert not tell(board, clock, off_ms=-3600000)  # and that was long ago
        assert tell(board, clock, off_ms=-3598000)
        assert off_ms(board, clock) == -3598000


def test_a_server_that_is_wrong_is_outvoted_by_the_next():
    board = joined("esp32")
    with board:
        link()
        board.clock.sleep_ms(3000)
        clock = Clock()
        assert tell(board, clock, off_ms=-7200000)  # the first answer was a router's
        assert clock.sync_ntp(board.clock.sleep_ms, HOSTS)
        assert abs(off_ms(board, clock)) <= 10
        board.ntp_offset_ms = 86400000
        assert not clock.sync_ntp(board.clock.sleep_ms, HOSTS[:1])
        assert abs(off_ms(board, clock)) <= 10


def test_drift_is_set_right_at_once():
    board = joined("esp32")
    with board:
        clock = Clock()
        tell(board, clock)
        board.clock.sleep_ms(6 * 3600000)
        for drift_ms in (9000, -9000, 1200000, 0):
            board.clock.sleep_ms(6 * 3600000)
            assert tell(board, clock, off_ms=drift_ms)
            assert off_ms(board, clock) == drift_ms


def test_C3_a_later_moment_has_a_later_time():
    board = joined("esp32")
    with board:
        clock = Clock()
        tell(board, clock)
        board.clock.sleep_ms(5000)
        last = clock.now()
        assert tell(board, clock, off_ms=-1900)
        for ms in (0, 1, 5, 10, 100, 1000, 700, 84, 1, 1, 1000):
            board.clock.sleep_ms(ms)
            now = clock.now()
            assert now > last if ms else now == last
            last = now
        assert off_ms(board, clock) == -1900
        assert clock.steps_back == 0


def test_C3_set_back_by_more_it_is_a_step_and_counted():
    board = joined("esp32")
    with board:
        clock = Clock()
        tell(board, clock)
        board.clock.sleep_ms(5000)
        last = clock.now()
        assert tell(board, clock, off_ms=-5000)
        board.clock.sleep_ms(1)
        assert clock.now() < last
        assert clock.steps_back == 1


def test_C2_a_step_forward_moves_no_ticks():
    board = joined("esp32")
    with board:
        clock = Clock()
        start = ticks()
        set_clock(clock, DATE)
        assert ticks() == start
        assert clock.at(start) == (S_2000, 500)


def test_the_time_of_a_moment_that_has_passed():
    board = joined("rp2")
    with board:
        clock = Clock()
        tell(board, clock)
        moments = []
        for _ in range(20):
            moments.append((ticks(), true_ms(board)))
            board.clock.sleep_ms(1234567)
        clock.now()
        for at, ms in moments:
            assert clock.at(at) == (ms // 1000, ms % 1000)


def test_C6_ticks_that_wrap():
    for port in PORTS:
        board = joined(port)
        board.clock.sleep_ms((1 << 30) - 7000)
        with board:
            clock = Clock()
            first = clock.now()
            before = ticks()
            tell(board, clock)
            board.clock.sleep_ms(10000)
            assert ticks() < before
            assert abs(off_ms(board, clock)) <= 1
            assert clock.place(*first) == divmod(true_ms(board) - 10000, 1000)
            s, ms = clock.at(before)
            assert s * 1000 + ms == true_ms(board) - 10000
            for _ in range(20):  # a hundred days
                board.clock.sleep_ms(5 * 86400000)
                assert abs(off_ms(board, clock)) <= 1


def test_C1_readings_before_the_time_is_known_are_placed():
    for port in PORTS:
        board = joined(port)
        with board:
            clock = Clock(rtc())
            kept = []
            for _ in range(24):
                s, ms = clock.now()
                assert s < EARLIEST_S
                assert clock.place(s, ms) is None
                kept.append((s, ms, true_ms(board)))
                board.clock.sleep_ms(3 * 86400000 + 1)
            tell(board, clock)
            for s, ms, then_ms in kept:
                placed_s, placed_ms = clock.place(s, ms)
                assert placed_s * 1000 + placed_ms == then_ms
            board.clock.sleep_ms(1000)
            tell(board, clock, off_ms=60)
            assert clock.place(*clock.now()) == clock.now()
            assert clock.place(0, 0) == divmod(kept[0][2], 1000)


def test_C1_boots_have_names():
    assert len({Clock().boot for _ in range(20)}) == 20
    assert 0 <= Clock().boot < 1 << 30


def station(board, boots, sleep_ms, work):
    """Run a program that sleeps deeply; its state is in RTC memory, or a file of a Pico's."""
    kept = [b""]

    def main():
        import machine

        slept_ms = sleep_ms if kept[0] else 0
        board.clock.sleep_ms(100)
        clock = Clock(machine.RTC(), kept[0], slept_ms)
        board.clock.sleep_ms(150)
        work(clock)
        board.clock.sleep_ms(50)
        kept[0] = clock.state()
        assert len(kept[0]) == 28
        machine.deepsleep(sleep_ms)

    with board:
        assert board.run(main, boots=boots) == ["deepsleep"] * boots
    return kept[0]


def keeps_time_over_deep_sleep(port):
    board = joined(port)
    seen = []

    def work(clock):
        if board.boots == 1:
            tell(board, clock)
        seen.append((clock.known, clock.source, clock.age_s, abs(off_ms(board, clock))))

    station(board, 5, 600000, work)
    assert seen[0][:3] == (True, "ntp", 0)
    for boot, (known, source, age_s, off) in enumerate(seen[1:]):
        assert (known, source) == (True, "rtc")
        assert 0 <= age_s - 600 * (boot + 1) <= 2
        assert off <= 10, (port, off)


def test_the_time_over_deep_sleep():
    for port in PORTS:
        keeps_time_over_deep_sleep(port)


def places_readings_of_sleeps(port):
    board = joined(port)
    kept = []

    def work(clock):
        s, ms = clock.now()
        kept.append((clock.boot, s, ms, true_ms(board)))
        if board.boots == 20:
            tell(board, clock)
            for boot, s, ms, then_ms in kept:
                assert boot == clock.boot
                placed_s, placed_ms = clock.place(s, ms)
                assert abs(placed_s * 1000 + placed_ms - then_ms) <= 10
            kept.clear()

    station(board, 20, 300000, work)
    assert not kept


def test_readings_of_sleeps_before_the_time_is_known_are_placed():
    for port in PORTS:
        places_readings_of_sleeps(port)


def test_the_drift_of_an_rtc_asleep_is_learnt():
    board = joined("esp32")
    board.sleep_drift_ppm = 50000  # an hour becomes an hour and three minutes
    worst = []

    def work(clock):
        if board.boots % 12 == 1:
            if clock.known:
                worst.append(abs(off_ms(board, clock)))
            assert tell(board, clock)

    station(board, 12 * 10 + 1, 300000, work)
    assert 170000 < worst[0] < 190000
    assert worst[-1] < 1000, worst


def test_nothing_is_learnt_of_a_step_and_nothing_is_made_good_for_awake():
    board = joined("esp32")
    board.sleep_drift_ppm = 50000

    def work(clock):
        if board.boots == 10:
            tell(board, clock, off_ms=7200000)
            assert tell(board, clock, off_ms=7200000)
            tell(board, clock)
            assert tell(board, clock)
        elif board.boots % 10 == 1:
            if clock.known and board.boots > 30:
                assert abs(off_ms(board, clock)) < 90000
            assert tell(board, clock)

    last = station(board, 61, 300000, work)
    with board:
        clock = Clock(rtc(), last, 300000)
        tell(board, clock)
        state = clock.state()
        board.clock.sleep_ms(86400000)
        assert abs(off_ms(board, Clock(rtc(), state))) <= 10


def test_an_rtc_that_somebody_sets_meanwhile():
    board = joined("esp32")
    with board:
        clock = Clock(rtc())
        tell(board, clock)
        board.set_rtc_us(board.utc_us() + 7200000000)
        board.clock.sleep_ms(700)
        assert abs(off_ms(board, clock)) <= 1
        state = clock.state()
        board.clock.sleep_ms(5000)
        assert abs(off_ms(board, Clock(rtc(), state, 5000))) <= 1


def test_without_power_or_with_another_state_the_timeline_ends():
    board = joined("esp32")
    with board:
        clock = Clock(rtc())
        tell(board, clock)
        state = clock.state()
        board.power_cycle()
        for lost in (b"", state, state[:-1], bytes(28)):
            later = Clock(rtc(), lost)
            assert later.boot != clock.boot
            assert not later.known
            assert later.now()[0] == 0


def test_an_rtc_that_something_else_has_set_is_not_believed():
    board = joined("esp32")
    board.set_rtc_us((UTC_S + 7200) * 1000000)  # to local time, say
    with board:
        clock = Clock(rtc())
        assert not clock.known
        assert clock.now()[0] < EARLIEST_S


def test_a_reset_without_sleep():
    for port, goes_on in (("esp32", True), ("rp2", False)):
        board = joined(port)
        with board:
            import machine

            clock = Clock(machine.RTC())
            tell(board, clock)
            state = clock.state()
            board.clock.sleep_ms(3 * 86400000)
            board.run(machine.reset)
            clock = Clock(machine.RTC(), state)
            assert clock.known is goes_on
            if goes_on:
                assert abs(off_ms(board, clock)) <= 10
                assert clock.age_s == 3 * 86400


def test_C5_C4_a_clock_without_a_board():
    clock = Clock()
    assert set_clock(clock, DATE)
    s, ms = clock.now()
    assert (s, ms // 100) == (S_2000, 5)
    assert time_text(s, ms).startswith("1775001600.5")
