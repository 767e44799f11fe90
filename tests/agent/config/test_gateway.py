"""`[gateway]`, its devices and `[history]`: what they become, and every mistake with its line."""

from pathlib import Path

import pytest
from config_rig import DEVICE, OUTPUT, parsed, problems_of, write_keys

GATEWAY = '[gateway]\nkey_file = "gateway.key"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    for name in ("board.key", "gateway.crt", "gateway.pem"):
        (tmp_path / name).write_text("b0ard")
        (tmp_path / name).chmod(0o600)
    return tmp_path


def test_everything_that_there_is(place: Path) -> None:
    found = parsed(
        f"""{GATEWAY}
listen = "0.0.0.0:8443"
only_listed = true
max_devices = 20
hosts = ["Greenhouse.example.org"]
certificate = "gateway.crt"
certificate_key = "gateway.pem"
mdns = "Greenhouse"
[[gateway.device]]
uid = "board-1"
key_file = "board.key"
silent_after = "1h"
units = {{ temp = "Cel" }}
[[gateway.device]]
uid = "board-2"
[history]
path = "charts.db"
max_age = "30d"
max_bytes = "1GB"
{DEVICE}{OUTPUT}""",
        place,
    )
    gateway = found.gateway
    assert gateway is not None
    assert found.warnings == ()
    assert (gateway.listen, gateway.only_listed, gateway.max_devices) == ("0.0.0.0:8443", True, 20)
    assert (gateway.hosts, gateway.mdns) == (("greenhouse.example.org",), "greenhouse")
    assert gateway.certificate == str(place / "gateway.crt")
    first, second = gateway.devices
    assert first.key is not None
    assert first.key.secret.reveal() == "b0ard"
    assert (first.silent_after_ms, first.units) == (3_600_000, {"temp": "Cel"})
    assert (second.uid, second.key, second.units) == ("board-2", None, {})
    assert found.history.path == str(place / "charts.db")
    assert (found.history.max_age_ms, found.history.max_bytes) == (30 * 86_400_000, 10**9)
    assert len(found.secrets()) == 3


def test_a_name_without_its_package_is_warned_of(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.config.extras.has_module", lambda _: False)
    found = parsed(f'{GATEWAY}mdns = "porch"\n{DEVICE}{OUTPUT}', place)
    (warning,) = found.warnings
    assert "needs the package zeroconf: pip install 'byteport-agent[mdns]'" in str(warning)


def test_what_is_not_given_is_beside_the_outbox(place: Path) -> None:
    (place / "state").mkdir()
    found = parsed(f'{GATEWAY}[outbox]\npath = "state/outbox.db"\n{DEVICE}{OUTPUT}', place)
    assert found.gateway is not None
    assert found.gateway.password_file == str(place / "state/gateway.password")
    assert found.history.path == str(place / "state/history.db")
    assert (found.history.max_age_ms, found.history.max_bytes) == (400 * 86_400_000, 256 * 10**6)
    assert found.gateway.listen == "127.0.0.1:8080"


def test_two_readings_of_one_file_are_equal_until_a_key_changes(place: Path) -> None:
    text = f'{GATEWAY}[[gateway.device]]\nuid = "board-1"\nkey_file = "board.key"\n{DEVICE}{OUTPUT}'
    first = parsed(text, place)
    assert parsed(text, place).gateway == first.gateway
    (place / "board.key").write_text("an0ther")
    assert parsed(text, place).gateway != first.gateway


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('listen = "8080"\n', ":3: gateway: listen: '8080' is no address"),
        ("only_listed = true\n", ":3: gateway: only_listed, and no [[gateway.device]] is listed"),
        ("max_devices = 0\n", ":3: gateway: max_devices: must be a whole number, 1 to 100000"),
        ('hosts = "example.org"\n', ":3: gateway: hosts: must be a list of host names, not a text"),
        (
            'hosts = ["http://x"]\n',
            ':3: gateway: hosts: "http://x" is no host name: without http://',
        ),
        ('mdns = "a.local"\n', ':3: gateway: mdns: "a.local" is no name of a host'),
        ('certificate = "none.crt"\n', ":3: gateway: certificate: none.crt is no file that can be"),
        ('certificate_key = "gateway.pem"\n', ":3: gateway: certificate_key without certificate"),
        ('lisen = "x"\n', ':3: gateway: unknown key "lisen" (did you mean "listen"?)'),
        ("[[gateway.device]]\n", ":3: gateway device 1: lacks uid, such as uid ="),
        (
            '[[gateway.device]]\nuid = "-x"\n',
            ":4: gateway device \"-x\": uid: '-x' starts with '-'",
        ),
        (
            '[[gateway.device]]\nuid = "board-1"\nkey_file = "none"\n',
            ':5: gateway device "board-1": key_file: there is no such file',
        ),
        (
            '[[gateway.device]]\nuid = "board-1"\nkey = "x"\nkey_file = "board.key"\n',
            ':5: gateway device "board-1": has key and key_file: which one?',
        ),
        (
            '[[gateway.device]]\nuid = "board-1"\nunits = { temp = 5 }\n',
            ':5: gateway device "board-1": units: "temp" must be a unit such as "Cel"',
        ),
        (
            '[[gateway.device]]\nuid = "board-1"\nnane = "x"\n',
            ':5: gateway device "board-1": unknown key "nane"',
        ),
        (
            '[[gateway.device]]\nuid = "board-1"\n[[gateway.device]]\nuid = "board-1"\n',
            'gateway: device "board-1" is listed twice',
        ),
        (
            "device = 5\n",
            ":3: gateway: device: must be in [[ ]], as there may be several, not a whole",
        ),
        ("device = [5]\n", ":3: gateway: device: must be a table, not a whole number"),
        ('[history]\nmax_age = "1m"\n', ':4: history: max_age: "1m" is not from 1h to 36500d'),
        ('[history]\npath = "none/x.db"\n', ":4: history: path: there is no directory none"),
        (
            "[history]\nmax_aeg = 1\n",
            ':4: history: unknown key "max_aeg" (did you mean "max_age"?)',
        ),
        ('[outbox]\nhistory = "7d"\n', ':4: outbox: unknown key "history"'),
    ],
)
def test_F1_mistakes(place: Path, text: str, told: str) -> None:
    problems = problems_of(f"{GATEWAY}{text}{DEVICE}{OUTPUT}", place)
    assert any(told in problem for problem in problems), problems


def test_what_is_warned_of(place: Path) -> None:
    text = f'{GATEWAY}listen = "192.168.1.5:8080"\n[[gateway.device]]\nuid = "board-"\n'
    found = problems_of(f"{text}{DEVICE}{OUTPUT}", place)
    assert any("keys and password travel unencrypted there" in each for each in found)
    assert any('gateway device "board-"' in each for each in found)
    for listen in ("127.0.0.1:80", "localhost:80", "[::1]:80", "127.0.0.9:80"):
        text = f'{GATEWAY}listen = "{listen}"\n{DEVICE}{OUTPUT}'
        assert problems_of(text, place) == []
    history = '[history]\nmax_age = "7d"\n[[sensor]]\nname = "one"\ndriver = "system"\n'
    (warning,) = problems_of(f"{history}{DEVICE}{OUTPUT}", place)
    assert "nothing keeps or shows it without a [gateway]" in warning
