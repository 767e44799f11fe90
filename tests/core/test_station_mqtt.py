"""A station that publishes to an MQTT broker: nothing is lost, whatever the broker does."""

import json

from byteport_mocks.board.broker_service import BrokerService
from station_rig import BME280, Rig, near

MQTT_PASSWORD = "c4nary-broker"
PORTS = ("esp32", "rp2")
DUP = 8
PINGREQ, DISCONNECT = 0xC0, 0xE0


def mqtt(**changes):
    settings = {
        "type": "mqtt",
        "url": "mqtt://broker.example",
        "dialect": "byteport",
        "client_id": "myownspace.greenhouse-1",
        "user": "myownspace:me",
        "keep_alive_ms": 60000,
        "window": 10,
        "timeout_ms": 20000,
        "retry_min_ms": 1000,
        "retry_max_ms": 300000,
    }
    settings.update(changes)
    return settings


class MqttRig(Rig):
    """``heard`` has topic, content and flags of each message, ``flags`` those of each reading."""

    def __init__(self, port="esp32", output=None, **more):
        super().__init__(port, output=output or mqtt(), **more)
        self.heard = []
        self.flags = []
        self.broker = BrokerService("myownspace:me", MQTT_PASSWORD)
        self.broker.keep = self._hear
        self.board.internet.serve("broker.example", 1883, self.broker)
        self.secrets = {"wifi": self.secrets["wifi"], "password": MQTT_PASSWORD}

    def check_secrets(self):
        super().check_secrets()
        shown = "\n".join(self.lines) + repr(self.messages)
        if self.exists("boots.txt"):
            shown += self.read("boots.txt")
        assert MQTT_PASSWORD not in shown

    def exists(self, name):
        try:
            self.read(name)
            return True
        except OSError:
            return False

    def _hear(self, topic, content, flags):
        self.heard.append((topic, content, flags))
        if topic == "simple_string_dev_message":
            (packet,) = json.loads(content)
            assert packet["namespace"] == "myownspace"
            assert packet["uid"] == "greenhouse-1"
            pairs = [each.split("=", 1) for each in packet["data"].split(";")[:-1]]
            self.flags.append(flags)
            self._keep(
                packet.get("timestamp", ""), [(name, text.strip('"')) for name, text in pairs]
            )

    def firsts(self, field):
        """Return the times at which values of a field were made, each once, as they came."""
        found = []
        for s in self.times(field):
            if s not in found:
                found.append(s)
        return found


def check_all(rig, minutes):
    """Check that a reading of each half minute came, in their order."""
    times = rig.firsts("temperature")
    assert times == sorted(times)
    wanted = [times[0] + 30 * n for n in range(len(times))]
    assert near(times, wanted, 0.1), times
    assert 2 * minutes - 2 <= len(times) <= 2 * minutes, len(times)


def test_readings_arrive_in_order_over_one_connection():
    for port in PORTS:
        rig = MqttRig(port)
        rig.run(minutes=5)
        check_all(rig, 5)
        assert rig.broker.clients == ["myownspace.greenhouse-1"]
        assert len(rig.times("temperature")) == len(rig.firsts("temperature"))
        assert set(rig.flags) == {2}


def test_plain_topics_name_sensor_and_field():
    sensor = dict(BME280)
    sensor["fields"] = {"temperature": "porch_temp"}
    output = mqtt(dialect="plain", base="home", sensors={"porch_temp": "porch"}, retain=True)
    rig = MqttRig(
        sensors=[sensor],
        output=output,
        board={"telemetry": ["rssi"], "telemetry_interval_ms": 60000},
    )
    rig.run(minutes=2)
    topics = {topic for topic, _, _ in rig.heard}
    assert topics == {"home/greenhouse-1/porch/porch_temp", "home/greenhouse-1/rssi"}
    assert {flags for _, _, flags in rig.heard} == {3}


def test_N22_a_lost_confirmation_repeats_one_reading_and_loses_none():
    rig = MqttRig()
    rig.at(lambda: setattr(rig.broker, "deaf_after", 1), minutes=1)
    rig.run(minutes=3)
    check_all(rig, 3)
    again = [each for each in rig.flags if each & DUP]
    assert len(again) == 1
    assert len(rig.times("temperature")) == len(rig.firsts("temperature")) + 1
    assert len(rig.broker.clients) == 2


def test_N22_without_confirmations_the_outbox_keeps_all():
    rig = MqttRig(board={"reset_after_ms": 6000000})
    rig.at(lambda: setattr(rig.broker, "mute", True), minutes=2)
    rig.at(lambda: setattr(rig.broker, "mute", False), minutes=5)
    rig.run(minutes=10)
    check_all(rig, 10)
    assert rig.told("no complete answer within 20.0 s")
    assert rig.told("output ok again")


def test_a_broker_that_is_killed_and_comes_back():
    for port in PORTS:
        rig = MqttRig(port)

        def kill(broker=rig.broker):
            broker.listens = False
            broker.restart()

        rig.at(kill, minutes=1)
        rig.at(lambda broker=rig.broker: setattr(broker, "listens", True), minutes=3)
        rig.run(minutes=8)
        check_all(rig, 8)
        assert rig.told("output waits: mqtt://broker.example:1883: ")
        assert len(rig.told("output waits")) == 1
        assert rig.told("output ok again")


def test_a_connection_that_broke_while_nothing_was_sent_is_replaced_silently():
    rig = MqttRig()
    rig.at(rig.broker.restart, minutes=1, seconds=15)
    rig.run(minutes=3)
    check_all(rig, 3)
    assert len(rig.broker.clients) == 2
    assert rig.told("output") == ["I output ok\n"]
    assert len([each for each in rig.flags if each & DUP]) <= 1


def test_N3_a_link_that_carries_nothing_is_joined_anew():
    rig = MqttRig()
    rig.at(lambda: setattr(rig.board.internet, "up", False), minutes=1)
    rig.at(lambda: setattr(rig.board.internet, "up", True), minutes=4)
    assert rig.run(minutes=12) == []
    times = rig.firsts("temperature")
    assert times == sorted(times)
    assert 22 <= len(times) <= 24  # some late, as the firmware waits for a name
    assert rig.board.wifi.joins > 1


def test_N7_a_wrong_password_holds_all_until_it_is_mended():
    rig = MqttRig()
    rig.broker.refusal = 5
    rig.at(lambda: setattr(rig.broker, "refusal", 0), minutes=3)
    rig.run(minutes=12)
    check_all(rig, 12)
    (told,) = rig.told("output held")
    assert told.strip().endswith("wrong user or password, or this user may not connect")
    assert rig.told("output ok again")
    assert len(rig.broker.clients) == 2


def test_a_broker_that_is_not_available_now_is_asked_again():
    rig = MqttRig()
    rig.broker.refusal = 3
    rig.at(lambda: setattr(rig.broker, "refusal", 0), minutes=1)
    rig.run(minutes=5)
    check_all(rig, 5)
    assert rig.told("output waits: mqtt://broker.example:1883: the broker is not available")


def test_the_connection_is_kept_alive_between_readings():
    sensor = dict(BME280)
    sensor["interval_ms"] = 120000
    rig = MqttRig(sensors=[sensor], output=mqtt(keep_alive_ms=10000))
    rig.run(minutes=6, seconds=5)
    assert len(rig.broker.clients) == 1
    assert 28 <= rig.broker.counts[PINGREQ] <= 36
    assert len(rig.times("temperature")) == 4


def test_N22_what_the_form_does_not_carry_is_set_aside_and_told():
    rig = MqttRig()

    def break_name():
        from byteport import station

        station.Station.put(rig.station, (("note", "a;b"),), rig.board.clock.ticks_ms(), "porch")

    from byteport import station_sensors

    before = station_sensors.Sensor.__init__

    def remember(self, station, *rest):
        rig.station = station
        before(self, station, *rest)

    station_sensors.Sensor.__init__ = remember
    try:
        for n in range(8):
            rig.at(break_name, minutes=1, seconds=n)
        rig.run(minutes=3)
    finally:
        station_sensors.Sensor.__init__ = before
    check_all(rig, 3)
    told = [text for _, level, text in rig.messages if level == "warn"]
    assert len(told) == 8, rig.messages
    assert told[0].startswith(
        "set aside, field 'note': Byteport's form for a broker carries no semicolon"
    )
    assert "note:a%3Bb" in told[0]


def test_readings_wait_for_the_time_which_a_broker_does_not_tell():
    rig = MqttRig()
    rig.board.ntp_failures = 1000
    rig.at(lambda: setattr(rig.board, "ntp_failures", 0), minutes=3)
    assert rig.run(minutes=6) == []
    check_all(rig, 6)
    assert rig.told("time: no server tells it")
    assert rig.broker.counts[PINGREQ] < 250
    assert not rig.told("no time is known of it")


def test_deep_sleep_sends_all_and_says_good_bye():
    for port in PORTS:
        rig = MqttRig(port, board={"sleep": "deep", "send_every": 4})
        rig.run(minutes=40)
        times = rig.firsts("temperature")
        assert times == sorted(times)
        assert len(times) == len(rig.times("temperature"))
        assert 70 <= len(times) <= 80, len(times)
        assert near(times[5:], [times[5] + 30 * n for n in range(len(times) - 5)], 2.1), times
        connects = len(rig.broker.clients)
        assert 15 <= connects <= 24, connects
        assert rig.broker.counts[DISCONNECT] == connects


def test_deep_sleep_keeps_what_a_broker_does_not_confirm():
    for port in PORTS:
        rig = MqttRig(port, board={"sleep": "deep", "send_every": 2})
        rig.at(lambda broker=rig.broker: setattr(broker, "listens", False), minutes=5)
        rig.at(lambda broker=rig.broker: setattr(broker, "listens", True), minutes=15)
        rig.run(minutes=40)
        times = rig.firsts("temperature")
        assert times == sorted(times)
        assert 68 <= len(times) <= 80, len(times)
        gaps = [times[n + 1] - times[n] for n in range(5, len(times) - 1)]
        assert max(gaps) < 33, gaps


def test_safe_mode_tells_the_broker():
    rig = MqttRig()
    rig.run(seconds=1)
    configuration = rig.read("boots.txt").split("\n")[0].split(" ")[1]
    with open(rig.folder + "/boots.txt", "w") as file:
        file.write("10 " + configuration + "\nValueError('a=b')")
    rig.run(minutes=8)  # its first join may fail, as the board was on in the run before
    ((made, level, text),) = rig.messages
    assert level == "error"
    assert text == "safe mode for an hour, after 10 bad boots: ValueError('a:b')"
    assert 0 < made < 400
