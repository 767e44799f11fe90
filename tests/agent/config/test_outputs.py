"""The types of outputs, actuators and messages in a configuration: what they take, and refuse."""

# ruff: noqa: E501 (messages as they are told)

from pathlib import Path

import pytest
from config_rig import DEVICE, parsed, problems_of, write_keys

from byteport_agent.config import InfluxTarget, MqttTarget, StompTarget, extras
from byteport_agent.keys import NO_KEY

SENSOR = '[[sensor]]\nname = "s1"\ndriver = "system"\n'
MQTT = '[[output]]\ntype = "mqtt"\nurl = "mqtts://broker.example.org"\n'
STOMP = '[[output]]\ntype = "stomp"\nurl = "stomps://broker.example.org"\n'
INFLUX = '[[output]]\ntype = "influx"\nurl = "http://localhost:8086"\n'
GATEWAY = '[gateway]\nlisten = "0.0.0.0:8080"\nkey_file = "gateway.key"\n'
RELAY = '[[actuator]]\nname = "pump"\nkind = "relay"\npin = 17\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    (tmp_path / "broker.password").write_text("c4nary-broker\n")
    (tmp_path / "broker.password").chmod(0o600)
    return tmp_path


def problems(place: Path, text: str) -> list[str]:
    """Return what is told of outputs that stand at the start of a file, after line numbers."""
    return [each.removeprefix("agent.toml:") for each in problems_of(text + SENSOR + DEVICE, place)]


def output(place: Path, text: str) -> object:
    return parsed(text + SENSOR + DEVICE, place).outputs[0]


def test_mqtt_with_all_it_takes(place: Path) -> None:
    (place / "ca.pem").write_text("")
    more = 'user = "me"\npassword_file = "broker.password"\nca = "ca.pem"\nmessages = true\n'
    found = output(place, MQTT + more + 'keep_alive = "30s"\nwindow = 5\n')
    assert isinstance(found, MqttTarget)
    assert (found.name, found.dialect, found.keep_alive_ms, found.window) == (
        "mqtt",
        "byteport",
        30_000,
        5,
    )
    assert found.password is not None
    assert found.password.secret.reveal() == "c4nary-broker"
    assert "c4nary" not in repr(found)


def test_the_places_of_a_password(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    credentials = tmp_path_factory.mktemp("credentials")
    (credentials / "up.password").write_text("from-systemd")
    text = f'{MQTT}name = "up"\nuser = "me"\n{SENSOR}{DEVICE}'
    environ = {"CREDENTIALS_DIRECTORY": str(credentials), "BYTEPORT_UP_PASSWORD": "from-environ"}
    assert parsed(text, place, **environ).outputs[0].password.secret.reveal() == "from-systemd"
    del environ["CREDENTIALS_DIRECTORY"]
    configuration = parsed(text, place, **environ)
    assert configuration.outputs[0].password.secret.reveal() == "from-environ"
    assert [each.reveal() for each in configuration.secrets()] == ["c4nary-device", "from-environ"]


def test_nobody_signs_in_without_a_user(place: Path) -> None:
    found = output(place, MQTT)
    assert isinstance(found, MqttTarget)
    assert found.password is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MQTT.replace("mqtts://broker.example.org", "https://x"), "3: output 1: url: write mqtts://host or mqtt://host:port"),
        (MQTT.replace("example.org", "example.org/path"), "3: output 1: url: write mqtts://host or mqtt://host:port"),
        ('[[output]]\ntype = "mqtt"\n', '1: output 1: lacks url, such as url = "mqtts://broker.example.org"'),
        (MQTT + 'user = "me"\n', '1: output 1: no password: write password_file = "mqtt.password" and put the password into that file, or set BYTEPORT_MQTT_PASSWORD'),
        (MQTT + 'password = "x"\n', "4: output 1: a password without a user"),
        (MQTT + 'user = "me"\npassword = "x y"\n', "5: output 1: password: must be one word: nothing but the password"),
        (MQTT + 'base = "home"\n', '4: output 1: base is for dialect = "plain"'),
        (MQTT + 'dialect = "plain"\nmessages = true\n', '5: output 1: messages is for dialect = "byteport"'),
        (MQTT + 'dialect = "plain"\nbase = "a/#"\n', '5: output 1: base: "a/#" is no topic: parts without + and #, with / between them'),
        (MQTT + 'dialect = "plain"\ndiscovery_prefix = "ha"\n', "5: output 1: discovery_prefix without discovery = true"),
        (MQTT + 'dialetc = "plain"\n', '4: output 1: unknown key "dialetc" (did you mean "dialect"?)'),
        (MQTT + 'method = "GET"\n', '4: output 1: unknown key "method"'),
        (MQTT + 'client_certificate = "no.pem"\n', "4: output 1: client_certificate: there is no file no.pem"),
        (MQTT.replace("mqtts", "mqtt") + 'ca = "byteport.key"\n', "4: output 1: ca is for TLS, which this url does not use"),
        (MQTT + "window = 0\n", "4: output 1: window: must be a whole number, 1 to 1000"),
        (STOMP + 'messages_from = "tpoic"\n', '4: output 1: messages_from: "tpoic" is none of "queue", "topic" (did you mean "topic"?)'),
        (INFLUX, "1: output 1: needs database (of InfluxDB 1) or bucket (of InfluxDB 2)"),
        (INFLUX + 'database = "a"\nbucket = "b"\n', "1: output 1: needs database (of InfluxDB 1) or bucket (of InfluxDB 2)"),
        (INFLUX + 'bucket = "b"\n', "4: output 1: bucket needs org, its organization"),
        (INFLUX + 'bucket = "b"\norg = "o"\nuser = "me"\npassword = "x"\n', "6: output 1: user goes with database"),
        (INFLUX + 'database = "b"\ntoken = "t"\n', "5: output 1: token goes with bucket"),
        (INFLUX + 'database = "b"\ntags = { a = 1 }\n', '5: output 1: tags: "a" must be a text'),
        (INFLUX + "database = \"b\"\ntags = { a = 'x\\' }\n", "5: output 1: tags: a backslash cannot be written there"),
        (RELAY.replace("relay", "rely"), '3: actuator "pump": kind: "rely" is none of "led", "relay", "pwm", "servo" (did you mean "relay"?)'),
        (RELAY + "safe = 0.5\n", '5: actuator "pump": safe: relay is 0 or 1'),
        (RELAY.replace("relay", "servo") + "safe = 2\n", '5: actuator "pump": safe: servo is -1 to 1'),
        (RELAY.replace('"pump"', '"read"'), '2: actuator "read": name: "read" begins a message of another meaning'),
        (RELAY + RELAY, '6: actuator "pump": name "pump" is taken (line 2)'),
        (RELAY.replace("17", '""'), '4: actuator "pump": pin: is empty: must be a text'),
        ("[messages]\ncommands = { a1 = \"reboot now\" }\n", '2: messages: commands: "a1" must be words such as ["/usr/bin/prog", "word"]'),
        ("[prometheus]\nlisten = 1\n", '2: prometheus: listen: must be an address such as "127.0.0.1:8080", not a whole number'),
    ],
)  # fmt: skip
def test_F1_a_mistake_is_told_with_its_line(place: Path, text: str, told: str) -> None:
    if "output" not in text:
        text += '[[output]]\ntype = "byteport"\n'
    found = [each for each in problems(place, text) if "no message comes" not in each]
    assert told in found


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (MQTT.replace("mqtts", "mqtt") + 'user = "me"\npassword_file = "broker.password"\n', "3: warning: output 1: the password travels unencrypted to broker.example.org: use mqtts://"),
        (INFLUX.replace("localhost", "10.0.0.1") + 'bucket = "b"\norg = "o"\n', "3: warning: output 1: the password travels unencrypted to 10.0.0.1: use https://"),
        (MQTT + RELAY, "4: warning: actuator: no message comes: it takes an [[output]] with messages = true"),
        (MQTT + "[messages]\n", "4: warning: messages: no message comes: it takes an [[output]] with messages = true"),
        (MQTT + '[prometheus]\nlisten = "0.0.0.0:9185"\n', "5: warning: prometheus: listen: who can reach it can read all values: set token_file"),
        (MQTT + GATEWAY + "[prometheus]\n", "7: warning: prometheus: Prometheus cannot log in at the gateway: set token_file, and its authorization"),
    ],
)  # fmt: skip
def test_X3_what_is_warned_of(place: Path, text: str, told: str) -> None:
    found = [each for each in problems(place, text) if "travel unencrypted there" not in each]
    assert found == [told]


def test_where_figures_are_shown_and_to_whom(place: Path) -> None:
    (place / "broker.password").rename(place / "prometheus.token")
    file = '[prometheus]\ntoken_file = "prometheus.token"\n'
    found = parsed(MQTT + GATEWAY + file + SENSOR + DEVICE, place)
    assert found.metrics_at_gateway
    assert found.prometheus is not None
    assert found.prometheus.token is not None
    assert found.prometheus.token.secret.reveal() == "c4nary-broker"
    assert found.prometheus.token.secret in found.secrets()
    own = f'{MQTT}{GATEWAY}[prometheus]\nlisten = "127.0.0.1:1"\n{SENSOR}{DEVICE}'
    assert not parsed(own, place).metrics_at_gateway
    alone = parsed(f"{MQTT}[prometheus]\n{SENSOR}{DEVICE}", place, BYTEPORT_PROMETHEUS_TOKEN="t")
    assert not alone.metrics_at_gateway
    assert alone.prometheus is not None
    assert alone.prometheus.own_listen == "127.0.0.1:9185"
    assert alone.prometheus.token is not None  # from the environment


def test_what_is_not_installed_is_told_before_anything_starts(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "has_module", lambda _: False)
    text = MQTT + STOMP + RELAY + "[messages]\n[prometheus]\n"
    found = [each for each in problems(place, text) if "needs the package" in each]
    assert [each.partition(": needs ")[2] for each in found] == [
        "the package paho-mqtt: pip install 'byteport-agent[mqtt]'",
        "the package stomp.py: pip install 'byteport-agent[stomp]'",
        "the package gpiozero: pip install 'byteport-agent[pi]'",
        "the package prometheus-client: pip install 'byteport-agent[prometheus]'",
    ]


def test_an_api_key_is_asked_for_only_where_something_is_sent_with_it(place: Path) -> None:
    (place / "byteport.key").unlink()
    no_key = DEVICE.replace('key_file = "byteport.key"\n', "")
    for text in (MQTT, STOMP, INFLUX + 'database = "d"\n'):
        configuration = parsed(text + SENSOR + no_key, place)
        assert configuration.device.key is NO_KEY
        assert configuration.secrets() == []
    for text in (MQTT + 'fallback_url = "https://x.example"\n', '[[output]]\ntype = "byteport"\n'):
        assert "device: no API key" in "".join(problems_of(text + SENSOR + no_key, place))


def test_targets_are_what_they_say(place: Path) -> None:
    assert isinstance(output(place, STOMP), StompTarget)
    found = output(place, INFLUX + 'database = "d"\n')
    assert isinstance(found, InfluxTarget)
    assert (found.manner, found.most_together) == ("d", 500)


def test_actuators_and_messages(place: Path) -> None:
    text = f"{MQTT}messages = true\n{RELAY}timeout = '10m'\non_loss = '0s'\n"
    configuration = parsed(
        f'{text}{SENSOR}{DEVICE}[messages]\ncommands = {{ hello = ["/bin/echo", "x"] }}\n', place
    )
    (pump,) = configuration.actuators
    assert (pump.timeout_ms, pump.on_loss_ms, pump.pulse_ms, pump.safe) == (600_000, 0, 1000, 0)
    assert configuration.messages.commands == {"hello": ("/bin/echo", "x")}
    assert configuration.messages.max_age_ms == 60_000
    assert configuration.takes_messages
    assert configuration.warnings == ()
