"""The simulated board's radio and sockets do what those of an ESP32 and a Pico W do."""

from byteport_mocks.board import SimulatedBoard
from portable import raises


def home(port, *outcomes, **settings):
    """Return a board in reach of one network."""
    board = SimulatedBoard(port)
    board.wifi.add_network("home", "secret", rssi=-61, **settings)
    board.wifi.script(*outcomes)
    return board


def station():
    import network

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    return wlan


def joining(wait_ms=2500):
    """Join, and return the WLAN when the time of one attempt has passed."""
    import time

    wlan = station()
    wlan.connect("home", "secret")
    time.sleep_ms(wait_ms)
    return wlan


def test_an_esp32_tries_on_by_itself():
    board = home("esp32", "no_ap", "wrong_password")
    with board:
        import network

        wlan = joining(7499)
        assert not wlan.isconnected()
        board.clock.sleep_ms(1)
        assert wlan.isconnected()
        assert wlan.status() == network.STAT_GOT_IP
        assert board.wifi.joins == 3
        assert wlan.status("rssi") == -61
        assert wlan.ifconfig()[0] == "192.168.4.20"
        assert (wlan.config("mac"), wlan.config("channel")) == (board.unique_id, 6)
        board.wifi.drop()
        assert wlan.status() == network.STAT_CONNECTING
        board.clock.sleep_ms(2500)
        assert wlan.isconnected()
        wlan.disconnect()
        assert wlan.status() == network.STAT_IDLE
        raises(OSError, wlan.status, "rssi")


def test_an_esp32_gives_up_where_told():
    board = SimulatedBoard("esp32")
    board.wifi.add_network("home", "other")
    with board:
        import network

        wlan = network.WLAN(network.STA_IF)
        raises(OSError, wlan.connect, "home", "secret")  # not active
        wlan.active(True)
        wlan.config(reconnects=1)
        wlan = joining(5000)
        assert wlan.status() == network.STAT_WRONG_PASSWORD
        assert board.wifi.joins == 2
        wlan.connect("nowhere")
        raises(OSError, wlan.connect, "nowhere")  # while connecting
        board.clock.sleep_ms(5000)
        assert wlan.status() == network.STAT_NO_AP_FOUND


def test_an_esp32_tells_the_reason_of_the_attempt_before():
    board = home("esp32", "no_ap")
    with board:
        import network

        station().config(reconnects=0)
        wlan = joining()
        assert wlan.status() == network.STAT_NO_AP_FOUND
        board.wifi.address_ms = 3000
        wlan = joining()
        assert wlan.status() == network.STAT_NO_AP_FOUND
        assert wlan.status("rssi") == -61  # the access point has it all the same
        board.clock.sleep_ms(3000)
        assert wlan.status() == network.STAT_GOT_IP
        board.wifi.drop()
        assert wlan.status() == network.STAT_BEACON_TIMEOUT
        assert board.wifi.joins == 2


def test_an_esp32_says_idle_within_a_join_after_disconnect():
    board = home("esp32")
    with board:
        import network

        joining(100).disconnect()
        wlan = joining(2499)
        assert wlan.status() == network.STAT_IDLE
        board.clock.sleep_ms(1)
        assert wlan.isconnected()


def test_an_esp32_calls_a_wrong_password_a_handshake():
    board = home("esp32", "handshake")
    with board:
        station().config(reconnects=0)
        assert joining().status() == 15


def test_a_pico_says_how_it_ended():
    board = home("rp2", "no_ap", "wrong_password", "fail", "never")
    with board:
        import network

        assert joining().status() == network.STAT_NO_AP_FOUND == -2
        assert joining().status() == network.STAT_WRONG_PASSWORD == -3
        assert joining().status() == network.STAT_CONNECT_FAIL == -1
        assert joining(60000).status() == network.STAT_CONNECTING == 1
        wlan = joining()
        assert wlan.status() == network.STAT_GOT_IP == 3
        board.wifi.remove_network("home")
        assert wlan.status() == network.STAT_CONNECTING  # it goes on to say so
        assert wlan.scan() == []
    raises(ValueError, board.wifi.script, "maybe")


def test_a_picos_radio_has_power_until_deinit():
    board = home("rp2")
    with board:
        wlan = joining(10000)
        wlan.active(False)
        assert wlan.isconnected()
        board.clock.sleep_ms(5000)
        wlan.deinit()
        board.clock.sleep_ms(5000)
        assert board.wifi.radio_on_ms() == 15000
        raises(OSError, wlan.connect, "home", "secret")
    board = home("esp32")
    with board:
        joining(10000).active(False)
        board.clock.sleep_ms(5000)
        assert board.wifi.radio_on_ms() == 10000
        assert board.wifi.power_ons == 1


def test_an_address_by_dhcp_or_none():
    board = home("rp2", "no_address")
    with board:
        wlan = joining(60000)
        assert (wlan.status(), wlan.isconnected()) == (2, False)
        raises(OSError, wlan.ifconfig, "dhcp")
        assert board.clock.ticks_ms() == 70000
    board = home("esp32", "ok", "ok")
    board.wifi.address_ms = 5000
    with board:
        wlan = joining(7499)
        assert not wlan.isconnected()
        wlan.disconnect()
        wlan.ifconfig(("10.0.0.5", "255.255.255.0", "10.0.0.1", "10.0.0.1"))
        assert joining().ifconfig()[0] == "10.0.0.5"
        raises(ValueError, wlan.ifconfig, ("10.0.0.5", "10.0.0.1"))
        wlan.ifconfig("dhcp")
        assert wlan.ifconfig()[0] == "192.168.4.20"


def test_a_join_is_quick_where_a_pico_is_told_the_access_point():
    board = home("rp2", channel=11, bssid=b"access")
    with board:
        wlan = station()
        wlan.connect("home", "secret", bssid=b"access", channel=11)
        board.clock.sleep_ms(500)
        assert wlan.isconnected()
        wlan.connect("home", "secret", bssid=b"other!", channel=11)
        board.clock.sleep_ms(2500)
        assert wlan.status() == -2
    with home("esp32"):
        raises(TypeError, station().connect, "home", "secret", channel=11)


def test_a_hidden_network_is_joined_and_not_listed():
    board = home("rp2", hidden=True)
    board.wifi.add_network("open")
    with board:
        rows = sorted(row[0] for row in joining().scan())
        assert rows == [b"", b"open"]
        assert station().isconnected()


def test_settings_and_what_a_reset_leaves_of_them():
    board = home("rp2")
    with board:
        import network

        network.hostname("porch")
        network.country("SE")
        wlan = station()
        wlan.config(pm=wlan.PM_NONE)
        assert (network.hostname(), network.country(), board.wifi.pm) == ("porch", "SE", 16)
        raises(ValueError, wlan.config, reconnects=1)
        raises(ValueError, network.hostname, "x" * 33)
        raises(ValueError, network.country, "Sweden")
        board.run(__import__("machine").reset)
        assert (network.hostname(), network.country()) == ("mpy-board", "XX")


def test_names_need_the_link():
    for port, code in (("esp32", -202), ("rp2", -2)):
        board = home(port)
        with board:
            import socket

            assert raises(OSError, socket.getaddrinfo, "pool.ntp.org", 123).args[0] == code
            assert board.clock.ticks_ms() == 30000
            joining()
            assert socket.getaddrinfo("pool.ntp.org", 123)
            assert socket.getaddrinfo("127.0.0.1", 80)
            assert board.lookups == 3


def test_a_time_server_answers():
    board = home("esp32")
    board.ntp_failures = 1
    with board:
        import socket

        joining()
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.setblocking(False)
        sock.connect(socket.getaddrinfo("pool.ntp.org", 123)[0][-1])
        raises(ValueError, sock.setblocking, True)
        for answers in (False, True):
            sock.send(b"\x23" + bytes(39) + b"question")
            board.clock.sleep_ms(39)
            raises(OSError, sock.recv, 48)
            board.clock.sleep_ms(1)
            if answers:
                answer = sock.recv(48)
                assert answer[24:32] == b"question"
                seconds = int.from_bytes(answer[40:44], "big")
                assert seconds == board.utc_us() // 1000000 + 2208988800
            else:
                raises(OSError, sock.recv, 48)
        sock.close()


def test_ticks_begin_again_with_each_boot_and_the_rtc_drifts_in_sleep():
    board = SimulatedBoard("esp32")
    board.sleep_drift_ppm = 50000
    with board:
        import time

        import machine

        machine.RTC().datetime((2026, 1, 1, 3, 0, 0, 0, 250000))
        assert machine.RTC().datetime()[7] == 250000
        board.run(lambda: machine.deepsleep(100000))
        assert time.ticks_ms() == 0
        assert machine.RTC().datetime()[4:7] == (0, 1, 45)
