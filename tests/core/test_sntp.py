"""A time server is asked, and only an answer to this very question is believed."""

from byteport_mocks.board import SimulatedBoard
from portable import raises

S_2000 = 828316800  # 2026-04-01


def joined():
    board = SimulatedBoard("rp2", utc_s=S_2000 + 946684800)
    board.wifi.add_network("home", "secret")
    return board


def link():
    import network

    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect("home", "secret")


def test_a_server_that_answers_nonsense():
    board = joined()
    with board:
        from byteport.sntp import query

        link()
        board.clock.sleep_ms(3000)
        for answer, words in (
            (lambda packet: b"\xe4" + packet[1:], "no time itself"),  # it is not synchronised
            (lambda packet: packet[:1] + b"\x00" + packet[2:], "no time itself"),  # kiss of death
            (lambda packet: packet[:1] + b"\x10" + packet[2:], "no time itself"),
            (lambda packet: b"\x23" + packet[1:], "no time itself"),  # a client's own packet
            (lambda packet: packet[:24] + bytes(8) + packet[32:], "no answer"),  # another question
            (lambda packet: packet[:40], "no answer"),
        ):
            board.ntp_answer = answer
            start_ms = board.clock.ticks_ms()
            assert words in str(raises(OSError, query, "ntp1", board.clock.sleep_ms))
            assert board.clock.ticks_ms() - start_ms <= 2010


def udp_server():
    """Return a UDP socket on a free port of this machine, and the port."""
    import os
    import socket

    while True:
        number = 20000 + int.from_bytes(os.urandom(2), "big") % 20000
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.bind(socket.getaddrinfo("127.0.0.1", number)[0][-1])
            sock.setblocking(False)
            return sock, number
        except OSError:
            sock.close()


def test_ntp_over_real_sockets():
    from byteport.compat import sleep_ms
    from byteport.sntp import query

    server, port = udp_server()
    waits = [0]

    def serve(ms):
        sleep_ms(ms)
        waits[0] += 1
        if waits[0] == 2:
            packet, sender = server.recvfrom(64)
            time = (S_2000 + 3155673600).to_bytes(4, "big") + b"\x80\x00\x00\x00"
            for token in (b"not ours", packet[40:48]):
                server.sendto(b"\x24\x02" + bytes(22) + token + bytes(8) + time, sender)

    try:
        s, ms, _, source, error_ms = query("127.0.0.1", serve, port)
    finally:
        server.close()
    assert (s, ms, source) == (S_2000, 500, "ntp")
    assert 10 <= error_ms < 1000
    error = raises(OSError, query, "127.0.0.1", sleep_ms, port)
    assert error.errno  # refused at once, or no answer
