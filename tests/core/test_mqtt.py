"""The publisher against a broker that does what it should not, at every byte."""

from byteport.errors import InvalidValue, Refused, Unreachable
from byteport.meaning import Forbidden, LoginFailed
from byteport.mqtt import Publisher
from portable import raises
from scripted_broker import (
    CONNACK,
    CONNECT,
    DISCONNECT,
    PINGREQ,
    PUBLISH,
    ScriptedBroker,
)

URL = "mqtt://broker.example"
PASSWORD = "canary-p4ssword"


def new_publisher(**options):
    return Publisher(URL, "myownspace.barDev1", "me", PASSWORD, **options)


def publish_all(publisher, count, start=0):
    for number in range(start, start + count):
        publisher.publish("base/n1", str(number).encode())


def numbers(count, start=0):
    return [str(number) for number in range(start, start + count)]


def check_first_times(broker, count):
    """Check that each message came, in order, and again only marked as a repetition."""
    firsts = []
    for each in broker.published():
        text = bytes(each.payload).decode()
        if text in firsts:
            assert each.flags & 8
        else:
            firsts.append(text)
    assert firsts == numbers(count)


def test_the_connect_packet_is_as_the_standard_has_it():
    with ScriptedBroker() as broker:
        Publisher(URL, "ab", keep_alive=300).ping()
        new_publisher().ping()
        plain, full = [each.data for each in broker.packets if each.kind == CONNECT]
    assert plain == b"\x10\x0e\x00\x04MQTT\x04\x00\x01\x2c\x00\x02ab"
    body = b"\x00\x04MQTT\x04\xc0\x00\x3c"
    for text in (b"myownspace.barDev1", b"me", PASSWORD.encode()):
        body += bytes((0, len(text))) + text
    assert full == bytes((0x10, len(body))) + body


def test_no_password_goes_without_a_user():
    with ScriptedBroker() as broker:
        Publisher(URL, "ab", None, PASSWORD).ping()
        Publisher(URL, "ab", "me").ping()
        first, second = broker.packets
    assert first.data == b"\x10\x0e\x00\x04MQTT\x04\x00\x00\x3c\x00\x02ab"
    assert second.data == b"\x10\x12\x00\x04MQTT\x04\x80\x00\x3c\x00\x02ab\x00\x02me"


def test_a_publish_packet_is_as_the_standard_has_it():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publisher.publish("a/b", b"\x00\xff")
        publisher.publish(b"a/b", bytearray(b"x" * 200), retain=True)
        publisher.flush()
        first, second = broker.published()
    assert first.data == b"\x32\x09\x00\x03a/b\x00\x01\x00\xff"
    assert second.data == b"\x33\xcf\x01\x00\x03a/b\x00\x02" + b"x" * 200


def test_messages_come_in_order_over_one_connection():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 100)
        publisher.flush()
        assert not publisher.waiting
        assert broker.connections == 1
        assert broker.texts() == numbers(100)
        assert {each.flags for each in broker.published()} == {2}


def test_what_is_published_together_goes_out_together():
    with ScriptedBroker() as broker:
        publisher = new_publisher(window=10)
        publish_all(publisher, 8)
        assert broker.packets == []
        publisher.flush()
        assert broker.sends == 2  # CONNECT, and all the rest
        publish_all(publisher, 3, 8)
        publisher.upkeep()
        assert broker.sends == 3
        assert len(publisher.waiting) == 3
        publish_all(publisher, 1, 11)
        publisher.flush()
        assert broker.sends == 4
        assert broker.texts() == numbers(12)


def test_numbers_begin_anew_behind_65535():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publisher._number = 65533
        publish_all(publisher, 4)
        publisher.flush()
        assert [each.number for each in broker.published()] == [65534, 65535, 1, 2]


def test_N22_no_more_than_a_window_waits():
    with ScriptedBroker() as broker:
        broker.mute = 1000
        publisher = new_publisher(window=3)
        publish_all(publisher, 3)
        raises(Unreachable, publisher.publish, "base/n1", b"3")
        assert len(publisher.waiting) == 3  # what waited goes on, the fourth was not taken
        assert broker.texts() == numbers(3)
        broker.mute = 0
        publish_all(publisher, 1, 3)
        publisher.flush()
        assert broker.texts() == numbers(3) + numbers(4)


def test_no_more_than_so_many_bytes_wait():
    with ScriptedBroker() as broker:
        broker.mute = 1000
        publisher = new_publisher(most_bytes=500)
        for _ in range(2):
            publisher.publish("base/n1", b"x" * 200)
        raises(Unreachable, publisher.publish, "base/n1", b"x" * 200)
        assert len(broker.published()) == 2


def test_N22_what_is_not_confirmed_comes_again_marked_with_its_number():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 2)
        publisher.flush()
        broker.mute = 3
        publish_all(publisher, 3, 2)
        assert "no complete answer within 20.0 s" in str(raises(Unreachable, publisher.flush))
        assert len(publisher.waiting) == 3
        publisher.flush()
        found = [(each.number, each.flags, bytes(each.payload)) for each in broker.published()]
        again = [(number, 10, payload) for number, _, payload in found[2:5]]
        assert found[5:] == again
        assert not publisher.waiting
        assert broker.connections == 2


def test_N4_a_break_at_every_byte_of_the_answers_loses_nothing():
    for after in range(25):
        with ScriptedBroker() as broker:
            broker.breaks_after = after
            publisher = new_publisher(window=4)
            sent = failed = 0
            while sent < 5 or publisher.waiting:
                try:
                    if sent < 5:
                        publish_all(publisher, 1, sent)
                        sent += 1
                    else:
                        publisher.flush()
                except Unreachable:
                    failed += 1
            assert failed <= 1
            check_first_times(broker, 5)
            assert len(broker.published()) <= 5 + 4


def test_N4_a_reset_at_every_byte_sent_loses_nothing():
    size = 40
    for at in range(4 * size):
        with ScriptedBroker() as broker:
            broker.resets = at
            publisher = new_publisher()
            publish_all(publisher, 1)
            try:
                publisher.flush()
            except Unreachable:
                publisher.flush()
            publish_all(publisher, 4, 1)
            publisher.flush()
            check_first_times(broker, 5)


def test_N17_a_connection_that_was_closed_meanwhile_is_replaced_at_once():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 1)
        publisher.flush()
        broker.breaks_after = 0
        publish_all(publisher, 1, 1)
        publisher.flush()
        assert broker.connections == 2
        assert broker.texts() == ["0", "1", "1"]


def test_confirmations_in_another_order():
    with ScriptedBroker() as broker:
        broker.reversed = True
        publisher = new_publisher(window=4)
        publish_all(publisher, 4)
        publisher.upkeep()
        assert len(publisher.waiting) == 4
        publisher._receive()
        assert [number for number, _ in publisher.waiting] == [1, 2, 3]
        broker.reversed = False
        publisher._drop()
        publisher.flush()
        assert broker.texts() == numbers(4) + numbers(3)
        assert not publisher._packets


def test_a_confirmation_of_an_unknown_number_confirms_nothing():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 1)
        publisher.flush()
        broker.extra = b"\x40\x02\x77\x77\x40\x02\x00\x01"  # and one that came already
        broker.mute = 1
        publish_all(publisher, 1, 1)
        raises(Unreachable, publisher.flush)
        assert len(publisher.waiting) == 1
        publisher.flush()
        assert broker.connections == 2


def test_a_message_of_the_session_is_left_to_the_broker():
    large = b"\x32\xac\x02\x00\x01t\x00\x05" + b"x" * 295
    with ScriptedBroker() as broker:
        broker.extra = b"\x30\x04\x00\x01tx" + large + b"\x32\x05\x00\x01t\x00\x06"
        publisher = new_publisher()
        publish_all(publisher, 1)
        broker.extra = large
        publish_all(publisher, 1, 1)
        publisher.flush()
        assert broker.connections == 1
        assert broker.count(0x40) == 0


GARBLED = (
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x40\x03\x00\x01\x00",
    b"\x40\x01\x00",
    b"\x30\xff\xff\xff\xff\x7f",
    b"\x20\x02\x00\x00",  # a second CONNACK
    b"\xd0\x00",  # an answer to no PINGREQ
    b"\x90\x03\x00\x01\x00",  # SUBACK
    b"\x00\x00",
    b"\x50\x02\x00\x01",  # PUBREC
)


def test_what_is_not_mqtt_ends_the_connection_and_nothing_else():
    for garbled in GARBLED:
        with ScriptedBroker() as broker:
            publisher = new_publisher()
            publish_all(publisher, 1)
            publisher.flush()
            broker.extra = garbled
            publish_all(publisher, 1, 1)
            publisher.flush()
            assert broker.connections == 2, garbled
            assert broker.texts() == ["0", "1", "1"]
            assert broker.streams[0].closed


def test_what_answers_is_no_broker():
    for garbled in GARBLED:
        if garbled == CONNACK:
            continue
        with ScriptedBroker() as broker:
            broker.connack = garbled
            error = raises(Unreachable, new_publisher().ping)
            assert str(error).startswith("mqtt://broker.example:1883: "), error
            assert "does not speak MQTT 3.1.1" in str(error), garbled


REFUSALS = (
    (1, Refused, "the broker does not speak MQTT 3.1.1"),
    (2, Refused, "the broker does not take this client id"),
    (3, Unreachable, "the broker is not available"),
    (4, LoginFailed, "wrong user or password"),
    (5, Forbidden, "wrong user or password, or this user may not connect"),
    (6, Refused, "the broker refused with code 6"),
    (255, Refused, "the broker refused with code 255"),
)


def test_N7_each_refusal_says_why():
    for code, kind, text in REFUSALS:
        with ScriptedBroker() as broker:
            broker.connack = bytes((0x20, 2, 0, code))
            publisher = new_publisher()
            error = raises(kind, publisher.ping)
            assert type(error) is kind
            assert str(error) == "mqtt://broker.example:1883: " + text
            assert broker.connections == 1
            assert not publisher.waiting
            broker.connack = CONNACK
            publish_all(publisher, 1)
            publisher.flush()
            assert broker.texts() == ["0"]


def test_no_message_has_user_or_password():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        told = repr(publisher)
        for connack in (b"\x20\x02\x00\x04", b"", b"nothing like it"):
            broker.connack = connack
            told += str(raises((Refused, Unreachable), publisher.ping))
        broker.listens = False
        told += str(raises(Unreachable, publisher.ping))
        told += str(raises(InvalidValue, Publisher, "mqtt://me:" + PASSWORD + "@host", "id"))
    assert PASSWORD not in told
    assert "me:" not in told


def test_a_broker_that_closes_before_it_answers():
    with ScriptedBroker() as broker:
        broker.breaks_after = 0
        error = raises(Unreachable, new_publisher().ping)
    assert str(error) == (
        "mqtt://broker.example:1883: the broker closed the connection before it answered: "
        "does it want TLS, or a certificate?"
    )


def test_N2_a_broker_that_is_not_there():
    with ScriptedBroker() as broker:
        broker.listens = False
        publisher = new_publisher()
        publish_all(publisher, 1)
        raises(Unreachable, publisher.flush)
        broker.listens = True
        publisher.flush()
        assert [each.flags for each in broker.published()] == [2]  # it was not sent before


def test_errors_without_a_number():
    with ScriptedBroker() as broker:
        broker.listens = False
        broker.problem = OSError("CERTIFICATE_VERIFY_FAILED")
        error = raises(Unreachable, new_publisher().ping)
        assert str(error) == (
            "mqtt://broker.example:1883: CERTIFICATE_VERIFY_FAILED: is it the host's certificate, "
            "and is this machine's clock right?"
        )


def test_the_connection_is_kept_alive_when_it_is_time():
    with ScriptedBroker() as broker:
        publisher = new_publisher(keep_alive=60)
        publisher.upkeep()
        assert broker.connections == 0
        publish_all(publisher, 1)
        publisher.flush()
        publisher.upkeep()
        assert broker.count(PINGREQ) == 0
        publisher._ping_at -= 60001
        publisher.upkeep()
        publisher.upkeep()
        assert broker.count(PINGREQ) == 1
        publisher._ping_at -= 60001
        broker.pingresp = b""
        raises(Unreachable, publisher.upkeep)
        assert broker.streams[0].closed
        publish_all(publisher, 1, 1)
        publisher.flush()
        assert broker.texts() == ["0", "1"]


def test_a_ping_proves_that_the_broker_is_there():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publisher.ping()
        assert [each.kind for each in broker.packets] == [CONNECT]
        publisher.ping()
        assert broker.count(PINGREQ) == 1
        broker.listens = False
        broker.pingresp = b""
        raises(Unreachable, publisher.ping)
        raises(Unreachable, publisher.ping)


def test_a_ping_finds_that_the_connection_is_gone():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        broker.mute = 1
        publish_all(publisher, 1)
        publisher._ping_at -= 60001
        broker.breaks_after = 4
        publisher.upkeep()
        publisher.flush()
        assert broker.connections == 2
        assert [each.flags for each in broker.published()] == [2, 10]


def test_an_orderly_end():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publisher.close()
        publish_all(publisher, 1)
        publisher.flush()
        publisher.close()
        publisher.close()
        assert [each.kind for each in broker.packets] == [CONNECT, PUBLISH, DISCONNECT]
        assert broker.streams[0].closed
        publish_all(publisher, 1, 1)
        publisher.flush()
        assert broker.texts() == ["0", "1"]


def test_what_cannot_be_published():
    with ScriptedBroker() as broker:
        for topic in ("", "a/#", "+/b", "a\0b"):
            error = raises(InvalidValue, new_publisher().publish, topic, b"")
            assert str(error).endswith("is empty, or has #, + or NUL")
        assert broker.connections == 0


def test_a_message_larger_than_all_that_may_wait_goes_alone():
    with ScriptedBroker() as broker:
        publisher = new_publisher(most_bytes=100)
        publish_all(publisher, 2)
        publisher.publish("base/n1", b"x" * 1000)
        assert len(publisher.waiting) == 1
        publish_all(publisher, 1, 2)
        assert len(publisher.waiting) == 1
        publisher.flush()
        assert broker.texts() == ["0", "1", "x" * 1000, "2"]


def test_urls():
    with ScriptedBroker() as broker:
        for url, host, port in (
            ("mqtt://host", "host", 1883),
            ("mqtt://host:18830", "host", 18830),
            ("mqtt://[::1]", "[::1]", 1883),
            ("mqtt://[::1]:99", "[::1]", 99),
        ):
            Publisher(url, "id").ping()
            assert broker.where == (host, port, None)
        for url in ("host", "http://host", "mqtt://", "mqtt://host/path", "mqtts://", "mqtt://:1"):
            assert "mqtts://host or mqtt://host:1883" in str(
                raises(InvalidValue, Publisher, url, "id")
            )


def test_memory_that_lacks_leaves_no_half_of_a_message():
    class Lacking(list):
        def append(self, _):
            raise MemoryError

    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 1)
        before = publisher.waiting
        publisher.waiting = Lacking(before)
        raises(MemoryError, publisher.publish, "base/n1", b"1")
        publisher.waiting = before
        publish_all(publisher, 1, 1)
        publisher.flush()
        assert broker.texts() == ["0", "1"]


def test_memory_that_lacks_leaves_no_half_of_an_answer():
    with ScriptedBroker() as broker:
        publisher = new_publisher()
        publish_all(publisher, 1)
        publisher._confirmed = None  # calling it is an error that nobody expects
        raises(TypeError, publisher.flush)
        assert broker.streams[0].closed
        del publisher._confirmed
        publisher.flush()
        assert [each.flags for each in broker.published()] == [2, 10]
