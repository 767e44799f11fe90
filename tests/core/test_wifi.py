"""Joining, on the simulated radio of an ESP32 and a Pico W, through all that their ports say."""

from byteport.wifi import JOINING, OFF, UP, WAITING, Wifi
from byteport.wifi_join import join, learn
from byteport_mocks.board import SimulatedBoard
from byteport_mocks.board.wifi import AccessPoint
from portable import raises

HOME = {"ssid": "home", "password": "s3cret-home"}
CELLAR = {"ssid": "cellar", "password": "s3cret-cellar"}
STATIC = ["10.0.0.5", "255.255.255.0", "10.0.0.1", "10.0.0.1"]
PORTS = ("esp32", "rp2")


def board_at_home(port, *outcomes):
    board = SimulatedBoard(port)
    board.wifi.add_network("home", "s3cret-home", rssi=-61)
    board.wifi.script(*outcomes)
    return board


def poll_for(board, wifi, ms, until=None, step_ms=50):
    """Poll as a station does, for so long or until a state; return how long it took."""
    from byteport.compat import ticks_ms

    start_ms = board.clock.ticks_ms()
    while board.clock.ticks_ms() - start_ms < ms:
        if wifi.poll(ticks_ms()) == until:
            break
        board.clock.sleep_ms(step_ms)
    for password in ("s3cret-home", "s3cret-cellar"):
        assert password not in wifi.reason + repr(wifi) + str(wifi)
    return board.clock.ticks_ms() - start_ms


def begun(*networks, **options):
    from byteport.compat import ticks_ms

    wifi = Wifi(networks or [HOME], **options)
    wifi.on(ticks_ms())
    return wifi


def test_joined():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = Wifi([HOME])
            assert (wifi.poll(0), wifi.up, wifi.ssid) == (OFF, False, "")
            assert board.wifi.power_ons == 0
            wifi = begun()
            assert wifi.state == JOINING
            assert 2500 <= poll_for(board, wifi, 60000, UP) <= 2600
            assert (wifi.up, wifi.ssid, wifi.reason) == (True, "home", "")
            assert board.wifi.joins == 1


def test_no_step_takes_time():
    for port in PORTS:
        board = board_at_home(port, "no_ap", "wrong_password", "fail", "no_address", "never")
        with board:
            wifi = begun()
            while wifi.state != UP:
                before_ms = board.clock.ticks_ms()
                wifi.poll(before_ms)
                assert board.clock.ticks_ms() == before_ms
                board.clock.sleep_ms(50)


def test_an_absent_network_and_a_wrong_password_are_told_apart():
    for port in PORTS:
        for outcome, words in (
            ("no_ap", "home: no such network in reach"),
            ("wrong_password", "home: refused, is the password right?"),
            ("handshake", "home: refused, is the password right?"),
            ("no_address", "home: joined, but DHCP gave no address"),
            ("never", "home: no answer, status " + ("1001" if port == "esp32" else "1")),
        ):
            board = board_at_home(port, outcome, outcome)
            with board:
                wifi = begun()
                poll_for(board, wifi, 60000, WAITING)
                assert wifi.reason == words, (port, wifi.reason)
                assert not wifi.up


def test_other_failures_are_told_by_number():
    for port, words in (
        ("esp32", "home: no answer, status 203"),
        ("rp2", "home: no answer, status -1"),
    ):
        board = board_at_home(port, "fail")
        with board:
            wifi = begun()
            poll_for(board, wifi, 60000, WAITING)
            assert wifi.reason == words


def test_a_false_wrong_password_is_asked_again_after_a_pause():
    for port in PORTS:
        board = board_at_home(port, "wrong_password")
        with board:
            wifi = begun()
            assert 7000 <= poll_for(board, wifi, 60000, UP) <= 7300
            assert board.wifi.joins == 2
            assert board.wifi.power_ons == 1


def test_a_reason_that_is_taken_back_is_none():
    board = board_at_home("rp2", "never")
    with board:
        wifi = begun()
        poll_for(board, wifi, 2000)
        board.wifi.now("wrong_password")
        poll_for(board, wifi, 900)
        board.wifi.now("ok")
        poll_for(board, wifi, 100)
        assert wifi.state == UP


def test_an_esp32_that_repeats_the_last_reason_is_given_time():
    # micropython #17339: no_ap, from the attempt before, stands until there is an address
    board = board_at_home("esp32", "no_ap")
    board.wifi.address_ms = 10000
    with board:
        wifi = begun()
        poll_for(board, wifi, 20000, WAITING)
        assert wifi.reason == "home: no such network in reach"
        assert 17500 <= poll_for(board, wifi, 60000, UP) <= 17700
        assert board.wifi.joins == 2


def test_an_esp32_that_repeats_the_last_reason_rightly():
    board = board_at_home("esp32", "no_ap", "no_ap")
    with board:
        wifi = begun()
        poll_for(board, wifi, 20000, WAITING)
        poll_for(board, wifi, 20000, JOINING)
        assert poll_for(board, wifi, 20000, WAITING) <= 6100


def test_an_esp32_does_not_try_by_itself():
    board = board_at_home("esp32", *["no_ap"] * 20)
    with board:
        poll_for(board, begun(), 20000, WAITING)
        assert (board.wifi.joins, board.wifi.reconnects) == (1, 0)
        board.clock.sleep_ms(3600000)
        assert board.wifi.joins == 1


def test_a_picos_power_management_is_off():
    for port, power_save, pm in (
        ("rp2", True, 16),
        ("rp2", False, 16),
        ("esp32", True, None),
        ("esp32", False, 0),
    ):
        board = board_at_home(port)
        with board:
            poll_for(board, begun(power_save=power_save), 60000, UP)
            assert board.wifi.pm == pm


def test_the_second_network_and_then_first_the_one_that_worked():
    for port in PORTS:
        board = SimulatedBoard(port)
        board.wifi.add_network("cellar", "s3cret-cellar")
        with board:
            wifi = begun(HOME, CELLAR)
            poll_for(board, wifi, 60000, UP)
            assert (wifi.ssid, board.wifi.joins) == ("cellar", 2)
            wifi.off()
            wifi = begun(HOME, CELLAR, hint=wifi.hint)
            poll_for(board, wifi, 60000, UP)
            assert (wifi.ssid, board.wifi.joins) == ("cellar", 3)
            board.wifi.remove_network("cellar")
            board.wifi.add_network("home", "s3cret-home")
            poll_for(board, wifi, 100)
            assert wifi.reason == "cellar: link lost"
            poll_for(board, wifi, 60000, UP)
            assert (wifi.ssid, board.wifi.joins) == ("home", 5)


def test_a_link_that_is_lost_is_joined_again_after_a_pause():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun()
            poll_for(board, wifi, 60000, UP)
            board.wifi.drop()
            poll_for(board, wifi, 900)
            assert (wifi.state, wifi.reason, wifi.ssid) == (JOINING, "home: link lost", "")
            assert board.wifi.joins == 1
            poll_for(board, wifi, 60000, UP)
            assert (board.wifi.joins, board.wifi.power_ons) == (2, 1)


def test_a_false_wrong_password_may_come_again_another_time():
    for port in PORTS:
        board = board_at_home(port, "wrong_password", "ok", "wrong_password", "ok")
        with board:
            wifi = begun()
            poll_for(board, wifi, 60000, UP)
            board.wifi.drop()
            poll_for(board, wifi, 900)
            assert poll_for(board, wifi, 60000, UP) < 10000
            assert board.wifi.power_ons == 1


def test_an_attempt_that_does_not_end_is_ended_before_the_next():
    for port in PORTS:
        board = board_at_home(port, "never")
        with board:
            wifi = begun(CELLAR, HOME)
            poll_for(board, wifi, 60000, UP)
            assert (wifi.ssid, board.wifi.joins) == ("home", 2)


def test_each_network_has_its_reason():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun(CELLAR, {"ssid": "home", "password": "wr0ng-pass"})
            poll_for(board, wifi, 60000, WAITING)
            assert wifi.reason == (
                "cellar: no such network in reach; home: refused, is the password right?"
            )
            assert "wr0ng" not in wifi.reason


def test_a_router_that_is_off_for_hours():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun()
            poll_for(board, wifi, 60000, UP)
            board.wifi.remove_network("home")
            joins, on_ms = board.wifi.joins, board.wifi.radio_on_ms()
            poll_for(board, wifi, 6 * 3600000, step_ms=250)
            assert wifi.state in (WAITING, JOINING)
            assert 300 <= board.wifi.joins - joins <= 400  # one a minute
            if port == "esp32":
                assert board.wifi.radio_on_ms() - on_ms < 6 * 3600000 // 8
            board.wifi.add_network("home", "s3cret-home")
            assert poll_for(board, wifi, 3600000, UP) <= 70000
            assert wifi.reason == ""


def test_waits_grow_to_a_minute():
    board = board_at_home("esp32", *["fail"] * 6 + ["ok"] + ["fail"] * 5)
    with board:
        wifi = begun()
        waits = []
        for _ in range(6):
            poll_for(board, wifi, 20000, WAITING)
            waits.append(poll_for(board, wifi, 70000, JOINING) // 1000)
        assert waits == [5, 10, 20, 40, 60, 60]
        poll_for(board, wifi, 70000, UP)
        board.wifi.drop()
        poll_for(board, wifi, 20000, WAITING)
        assert poll_for(board, wifi, 70000, JOINING) // 1000 == 5


def test_the_interface_is_made_anew_after_failures():
    for port, power_ons in (("esp32", 11), ("rp2", 3)):
        board = board_at_home(port, *["no_ap"] * 10)
        with board:
            poll_for(board, begun(), 1000000, UP)
            assert board.wifi.power_ons == power_ons


def test_off_takes_the_power():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun()
            poll_for(board, wifi, 10000)
            assert board.wifi.radio_on_ms() == 10000
            wifi.off()
            wifi.off()
            assert board.wifi.leaves == 1
            assert (wifi.state, wifi.up, wifi.poll(0)) == (OFF, False, OFF)
            board.clock.sleep_ms(5000)
            assert board.wifi.radio_on_ms() == 10000
            wifi.on(board.clock.ticks_ms())
            poll_for(board, wifi, 2550)
            assert wifi.up


def test_off_within_a_join():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun()
            poll_for(board, wifi, 1000)
            wifi.off()
            board.clock.sleep_ms(5000)
            assert board.wifi.radio_on_ms() == 1000
            wifi.on(board.clock.ticks_ms())
            poll_for(board, wifi, 60000, UP)
            assert wifi.up


def test_C6_ticks_that_wrap_while_it_joins_and_over_weeks():
    for port in PORTS:
        board = board_at_home(port, "wrong_password")
        board.clock.sleep_ms((1 << 30) - 3000)
        with board:
            wifi = begun()
            assert 7000 <= poll_for(board, wifi, 60000, UP) <= 7300
            poll_for(board, wifi, 30 * 86400000, step_ms=1800000)
            assert board.wifi.radio_on_ms() > 30 * 86400000


def lives_through_every_failure(board):
    def main():
        import machine

        dog = machine.WDT(timeout=8000)

        def wait_ms(ms):
            board.clock.sleep_ms(ms)
            dog.feed()

        for outcome in ("no_ap", "wrong_password", "fail", "no_address", "never"):
            board.wifi.script(outcome, outcome)
            wifi = Wifi([HOME, CELLAR], feed=dog.feed)
            join(wifi, 60000, wait_ms)
            learn(wifi)

    with board:
        assert board.run(main) == ["returned"]


def test_the_watchdog_lives_through_every_failure():
    for port in PORTS:
        lives_through_every_failure(board_at_home(port))


def switch_on_and_off():
    from time import sleep_ms

    import machine

    dog = machine.WDT(timeout=6000)
    sleep_ms(3000)
    wifi = begun(feed=dog.feed)
    sleep_ms(3000)
    wifi.off()
    sleep_ms(3000)


def test_C6_ticks_that_wrap_while_it_waits():
    for port in PORTS:
        board = board_at_home(port, "fail")
        board.clock.sleep_ms((1 << 30) - 6000)
        with board:
            wifi = begun()
            poll_for(board, wifi, 20000, WAITING)
            assert 4900 <= poll_for(board, wifi, 60000, JOINING) <= 5100


def test_the_watchdog_is_fed_around_what_may_block():
    for port in PORTS:
        board = board_at_home(port)
        board.wifi.switch_ms = 5000
        with board:
            assert board.run(switch_on_and_off) == ["returned"]
            wifi = begun()
            wifi.off()


def test_a_blocking_join():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = Wifi([CELLAR, HOME])
            assert join(wifi, 30000, board.clock.sleep_ms)
            assert wifi.ssid == "home"
            assert join(wifi, 30000, board.clock.sleep_ms)
            assert board.wifi.joins == 2


def test_a_blocking_join_that_fails_turns_the_radio_off():
    for port in PORTS:
        board = SimulatedBoard(port)
        with board:
            wifi = Wifi([HOME, CELLAR])
            assert not join(wifi, 30000, board.clock.sleep_ms)
            assert (wifi.state, board.wifi.joins) == (OFF, 2)  # each once
            assert wifi.reason.count("no such network in reach") == 2
            on_ms = board.wifi.radio_on_ms()
            assert on_ms <= 11000
            board.wifi.script("never")
            assert not join(wifi, 4000, board.clock.sleep_ms)
            board.clock.sleep_ms(1000)
            assert board.wifi.radio_on_ms() - on_ms <= 4020


def test_static_address():
    for port in PORTS:
        board = board_at_home(port)
        board.wifi.address_ms = 5000
        with board:
            import network

            wifi = begun({"ssid": "home", "password": "s3cret-home", "static": STATIC})
            assert poll_for(board, wifi, 60000, UP) <= 2600
            assert network.WLAN(network.STA_IF).ifconfig() == tuple(STATIC)


def test_a_static_address_is_of_its_network_alone():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            wifi = begun({"ssid": "cellar", "static": STATIC}, HOME)
            poll_for(board, wifi, 60000, UP)
            assert wifi.ssid == "home"
            assert board.wifi.static is None


def test_a_static_address_is_not_kept_for_the_next_round():
    for port in PORTS:
        board = board_at_home(port, "no_ap")
        with board:
            wifi = begun(HOME, {"ssid": "cellar", "static": STATIC})
            poll_for(board, wifi, 60000, UP)
            assert (wifi.ssid, board.wifi.static) == ("home", None)


def test_a_static_address_that_is_none_is_told():
    board = board_at_home("esp32")
    with board:
        wifi = begun({"ssid": "home", "password": "s3cret-home", "static": ["10.0.0.5"]})
        poll_for(board, wifi, 60000, WAITING)
        assert wifi.reason == "home: requested length 4"


def test_hidden_and_open_networks():
    for port in PORTS:
        board = SimulatedBoard(port)
        board.wifi.add_network("home", "s3cret-home", hidden=True)
        board.wifi.add_network("cafe")
        with board:
            poll_for(board, begun(), 60000, UP)
            assert board.wifi.ssid() == "home"
            poll_for(board, begun({"ssid": "cafe"}), 60000, UP)


def test_hostname_and_country():
    board = board_at_home("rp2")
    with board:
        begun(hostname="porch", country="SE")
        assert (board.wifi.hostname, board.wifi.country) == ("porch", "SE")
        assert "ValueError" in begun(country="Sweden").reason
        begun(hostname="a-name-that-is-longer-than-a-board-takes")
        assert board.wifi.hostname == "a-name-that-is-longer-than-a-boa"


def test_a_pico_that_has_learnt_where_it_is_joins_faster():
    board = board_at_home("rp2")
    board.wifi.add_network("home", "s3cret-home", channel=11, bssid=b"near!!")
    board.wifi.add_network("other", "s3cret-home", rssi=-20, channel=1, bssid=b"other!")
    for rssi in (-90, -40, -91):
        board.wifi.others.append(("home", AccessPoint("", rssi, False, 11, b"near!!")))
    board.wifi.others[0][1].bssid = board.wifi.others[2][1].bssid = b"far!!!"
    with board:
        wifi = begun()
        poll_for(board, wifi, 60000, UP)
        assert wifi.hint == b"\x00"
        learn(wifi)
        assert wifi.hint == b"\x00\x0bnear!!"
        wifi.off()
        wifi = begun(CELLAR, hint=b"\x01")  # a network that is no more
        assert wifi.hint == b""
        wifi.off()
        wifi = begun(hint=b"\x00\x0bnear!!")
        assert poll_for(board, wifi, 60000, UP) <= 600
        wifi.off()
        board.wifi.add_network("home", "s3cret-home", channel=3, bssid=b"newer!")
        wifi = begun(hint=b"\x00\x0bnear!!")
        assert poll_for(board, wifi, 60000, UP) <= 7300
        assert wifi.hint == b"\x00"


def test_an_esp32_learns_nothing():
    board = board_at_home("esp32")
    with board:
        wifi = begun()
        learn(wifi)
        poll_for(board, wifi, 60000, UP)
        before_ms = board.clock.ticks_ms()
        learn(wifi)
        assert (wifi.hint, board.clock.ticks_ms()) == (b"\x00", before_ms)


def test_a_radio_that_does_not_start():
    for port in PORTS:
        board = board_at_home(port)
        with board:
            import network

            class Broken(network.WLAN):
                def active(self, is_active=None):
                    raise RuntimeError("Wifi Unknown Error 0x0101")

            whole, network.WLAN = network.WLAN, Broken
            wifi = begun()
            assert wifi.state == WAITING
            assert "Wifi Unknown Error 0x0101" in wifi.reason
            network.WLAN = whole
            wifi = begun()
            assert poll_for(board, wifi, 60000, UP) <= 2600


def test_no_name_is_looked_up_without_a_link():
    board = board_at_home("rp2")
    with board:
        wifi = begun()
        poll_for(board, wifi, 60000, UP)
        board.wifi.drop()
        assert wifi.state == UP  # it was not polled
        assert not wifi.up


def test_it_needs_a_network():
    assert "no Wi-Fi network" in str(raises(ValueError, Wifi, []))
