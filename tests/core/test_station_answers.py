"""What a station makes of each answer of the service: the agent's rules."""

from station_rig import BME280, Rig, near, output


def answering(status, minutes=20, then=10, **service):
    """Run with 5 good minutes, so many with a status, and good ones again; return the run."""
    rig = Rig()

    def answer():
        rig.service.status = status
        for name in service:
            setattr(rig.service, name, service[name])
        rig.calls = rig.service.calls

    def recover():
        rig.calls = rig.service.calls - rig.calls
        rig.service.status = 200
        rig.service.mute = False
        rig.service.headers = ""

    rig.at(answer, seconds=290)
    rig.at(recover, seconds=290 + 60 * minutes)
    rig.endings = rig.run(minutes=5 + minutes + then)
    return rig


def warned(rig):
    return [line[2:-1] for line in rig.lines if line.startswith("W")]


def is_whole(rig, minutes):
    return near(rig.times("temperature"), range(0, 60 * minutes, 30), 0.5)


def test_a_wrong_key_or_no_device_holds_everything_and_asks_rarely():
    for status, words in (
        (401, "wrong key, or a method that the namespace forbids?"),
        (403, "wrong key, or a method that the namespace forbids?"),
        (404, "is the device registered?"),
        (301, ""),
    ):
        rig = answering(status, minutes=50, then=70)
        text = f"output held: status {status}" + (": " + words if words else "")
        assert warned(rig) == [text]
        assert 2 <= rig.calls <= 12
        assert rig.endings == []
        assert rig.told("I output ok again")
        assert is_whole(rig, 125)


def test_messages_of_a_hold_are_sent_when_it_is_over():
    rig = answering(403, minutes=50, then=70)
    assert [text for _, _, text in rig.messages] == ["output ok again"]


def test_too_many_calls_are_waited_for_as_it_is_told():
    rig = answering(429, minutes=20, headers="Retry-After: 600\r\n")
    assert warned(rig) == ["output waits: status 429"]
    assert rig.calls == 2
    assert is_whole(rig, 35)


def test_a_failing_service_gets_the_same_again_ever_more_rarely():
    for status in (500, 502, 503, 408):
        rig = answering(status)
        assert warned(rig) == [f"output waits: status {status}"]
        assert 5 <= rig.calls <= 20
        assert rig.endings == []
        assert is_whole(rig, 35)


def test_no_answer_gets_the_same_again_and_never_a_page_for_one():
    rig = answering(200, minutes=8, mute=True, then=17)
    assert warned(rig)[0].startswith("output waits: ")
    assert is_whole(rig, 30)
    for body in (b"<html>sign in</html>", b"<!DOCTYPE html>"):
        rig = Rig()
        rig.service.body = body
        rig.at(lambda rig=rig: setattr(rig.service, "body", b""), minutes=3)
        rig.run(minutes=10)
        assert "output waits: status 2: a page, a network's sign-in?" in warned(rig)[0]
        assert rig.times("temperature")[-1] > 190


def test_an_answer_that_got_lost_is_asked_for_again():
    rig = Rig()
    rig.service.deaf_after = 2
    rig.run(minutes=5)
    assert rig.times("temperature")[:3] == [rig.times("temperature")[0]] * 3
    assert len(set(rig.times("temperature"))) == 10


def test_a_connection_that_is_refused():
    rig = Rig()
    rig.service.listens = False
    rig.at(lambda: setattr(rig.service, "listens", True), minutes=5)
    rig.run(minutes=12)
    assert warned(rig)[0].startswith("output waits: ")
    assert near(rig.times("temperature"), range(0, 720, 30), 0.5)


class Refusing:
    """A service that does not take readings with a certain value."""

    def __init__(self, rig, status, value):
        self.service = rig.service
        self.listens = True
        self.takes_ms = 20
        self.status = status
        self.value = value

    def __call__(self, request):
        self.service.status = self.status if self.value in bytes(request) else 200
        return self.service(request)


def test_a_reading_that_is_refused_is_set_aside_and_told():
    for status in (400, 413, 422):
        rig = Rig()
        rig.board.internet.serve("api.byteport.se", 80, Refusing(rig, status, b"=30.0"))
        rig.at(lambda rig=rig: rig.chip.set(temperature=30.0), seconds=100)
        rig.at(lambda rig=rig: rig.chip.set(temperature=21.5), seconds=130)
        rig.run(minutes=5)
        assert len(rig.stored) == 9
        ((_, level, told),) = rig.messages
        assert level == "warn"
        assert told.startswith(f"set aside, status {status}: temperature=30.0")
        assert "humidity=45.0" in told


def test_what_refuses_everything_is_waited_for():
    rig = answering(400, minutes=30, then=60)
    ((_, level, told), over) = rig.messages
    assert (level, over[2]) == ("warn", "output ok again")
    assert told.startswith("set aside, status 400: temperature=21.50")
    assert warned(rig)[-1] == "output held: status 400"
    assert len(rig.stored) == 190 - 1


def test_a_reading_that_alone_fails_for_an_hour_is_set_aside():
    rig = Rig()
    rig.board.internet.serve("api.byteport.se", 80, Refusing(rig, 500, b"=30.0"))
    rig.at(lambda: rig.chip.set(temperature=30.0), seconds=100)
    rig.at(lambda: rig.chip.set(temperature=21.5), seconds=130)
    rig.run(minutes=55)
    assert len(rig.stored) == 4
    rig = Rig()
    rig.board.internet.serve("api.byteport.se", 80, Refusing(rig, 500, b"=30.0"))
    rig.at(lambda: rig.chip.set(temperature=30.0), seconds=100)
    rig.at(lambda: rig.chip.set(temperature=21.5), seconds=130)
    rig.run(minutes=80)
    assert len(rig.stored) == 159
    ((_, _, told),) = rig.messages
    assert told.startswith("set aside, status 500: temperature=30.0")


def test_a_service_that_fails_for_hours_costs_no_reading():
    rig = answering(503, minutes=150, then=15)
    assert is_whole(rig, 170)
    assert not [text for _, _, text in rig.messages if "set aside" in text]


def test_a_link_that_carries_nothing_is_joined_again():
    rig = answering(200, mute=True, minutes=10)
    assert rig.board.wifi.joins >= 3
    assert is_whole(rig, 25)


class NoCertificate:
    """An output that finds no certificate right."""

    needs_time = True
    has_date = True
    wants_date = False
    why = ""
    headers = {}

    def send(self, fields, timestamp=None):
        self.why = "the certificate is not valid yet"
        return 0

    def close(self):
        pass


def test_https_without_a_clock_says_what_is_missing():
    rig = Rig()
    rig.board.ntp_failures = 1000
    with rig.board:
        from byteport import station_sender
    right = station_sender.new_output
    station_sender.new_output = lambda settings, secrets: NoCertificate()
    try:
        rig.run(minutes=2)
    finally:
        station_sender.new_output = right
    (text,) = warned(rig)
    assert text.startswith("output waits: the certificate is not valid yet: TLS needs the time, ")


def test_get_and_auto():
    for method in ("GET", "auto"):
        rig = Rig(sensors=[BME280], output=output(method=method))
        rig.run(minutes=5)
        assert near(rig.times("temperature"), range(0, 300, 30), 0.5)
