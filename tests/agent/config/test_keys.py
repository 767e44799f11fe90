"""Where the keys of a configuration come from, what is warned of, and that they are never shown."""

# ruff: noqa: E501 (messages as they are told)

from pathlib import Path

import pytest
from config_rig import DEVICE, KEYS, OUTPUT, parsed, problems_of, sensor, write_keys

KEY = KEYS["byteport.key"]
TEXT = sensor('driver = "system"')
NO_FILE = TEXT.replace('key_file = "byteport.key"\n', "")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


def test_the_places_in_their_order(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    credentials = tmp_path_factory.mktemp("credentials")
    (credentials / "byteport.key").write_text("from-systemd")
    (credentials / "gateway.key").write_text("gateway-from-systemd")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials), "BYTEPORT_KEY": "from-environment"}
    assert parsed(TEXT, place, **environ).device.key.secret.reveal() == KEY
    assert parsed(NO_FILE, place, **environ).device.key.secret.reveal() == "from-systemd"
    del environ["CREDENTIALS_DIRECTORY"]
    assert parsed(NO_FILE, place, **environ).device.key.secret.reveal() == "from-environment"
    text = DEVICE + OUTPUT + "[gateway]\n"
    environ["BYTEPORT_GATEWAY_KEY"] = "gateway-from-environment"
    gateway = parsed(text, place, **environ).gateway
    assert gateway is not None
    assert gateway.key.secret.reveal() == "gateway-from-environment"


def test_none_is_a_mistake(place: Path) -> None:
    assert problems_of(NO_FILE, place) == [
        (
            'agent.toml:4: device: no API key: write key_file = "byteport.key" and put the key into that '
            "file, or set BYTEPORT_KEY"
        )
    ]
    assert problems_of(DEVICE + OUTPUT + "[gateway]\n", place) == [
        (
            'agent.toml:7: gateway: no API key: write key_file = "gateway.key" and put the key into that '
            "file, or set BYTEPORT_GATEWAY_KEY"
        )
    ]


def test_X1_a_key_in_the_place_of_its_file_is_not_repeated(place: Path) -> None:
    assert problems_of(TEXT.replace("byteport.key", KEY), place) == [
        "agent.toml:7: device: key_file: there is no such file in DIR: put the key into it: 'install -m 600 /dev/stdin FILE', paste, Enter, Ctrl-D"
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f'key = "{KEY} {KEY}"', "must be one word: nothing but the API key"),
        (f'key = ["{KEY}"]', "must be a text, not a list"),
        (f'key = {{ x = "{KEY}" }}', "must be a text, not a table"),
        (f'kye = "{KEY}"', 'unknown key "kye" (did you mean "key"?)'),
        (f'api_key = "{KEY}"', 'unknown key "api_key"'),
        (f'key = "{KEY}', "this is no TOML"),
        (f"key = {KEY}", "this is no TOML"),
    ],
)
def test_X1_a_mistake_does_not_show_the_key(place: Path, line: str, told: str) -> None:
    problems = problems_of(NO_FILE.replace("[device]", f"[device]\n{line}"), place)
    assert any(told in problem for problem in problems)
    assert KEY not in "".join(problems)


def test_X1_url_and_environment_are_not_shown(place: Path) -> None:
    url = f'url = "https://user:{KEY}@example.org"\n'
    assert KEY not in "".join(problems_of(TEXT + url, place))
    lines = ('driver = "command"', 'command = "x"', f'env = {{ PASSWORD = "{KEY}" }}')
    assert KEY not in repr(parsed(sensor(*lines), place))


def test_X1_a_configuration_does_not_show_it(place: Path) -> None:
    configuration = parsed(TEXT, place)
    assert KEY not in f"{configuration!r}{configuration}{configuration.device.key!r}"
    assert "***" in repr(configuration.device)


@pytest.mark.parametrize(("mode", "who"), [(0o644, "every user"), (0o640, "its group")])
def test_X4_a_key_file_that_others_can_read_is_warned_of(place: Path, mode: int, who: str) -> None:
    (place / "byteport.key").chmod(mode)
    assert problems_of(TEXT, place) == [
        (
            f"agent.toml:7: warning: device: key file 'byteport.key' is open to {who} of this machine: "
            "chmod 600 'byteport.key'"
        )
    ]


def test_X4_a_key_in_the_file_itself_is_warned_of(place: Path) -> None:
    text = NO_FILE.replace("[device]", f'[device]\nkey = "{KEY}"')
    path = place / "agent.toml"
    path.write_text(text)
    path.chmod(0o600)
    stands = (
        'agent.toml:5: warning: device: the key stands in this file: better is key_file = "FILE"'
    )
    assert problems_of(text, place) == [stands]
    path.chmod(0o644)
    assert problems_of(text, place) == [
        stands,
        "agent.toml:5: warning: device: this file holds a key and others can read it: chmod 600",
    ]
    assert parsed(text, place).device.key.secret.reveal() == KEY


def test_two_places_are_one_too_many(place: Path) -> None:
    (_, told) = problems_of(TEXT.replace("[device]", f'[device]\nkey = "{KEY}"'), place)
    assert told == "agent.toml:5: device: has key and key_file: which one?"


PACKETS = TEXT + "packets = true\n"


def test_the_places_of_a_legacy_key(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    credentials = tmp_path_factory.mktemp("credentials")
    (credentials / "legacy.key").write_text("legacy-from-systemd")
    (place / "old.key").write_text("legacy-from-file")
    environ = {"CREDENTIALS_DIRECTORY": str(credentials), "BYTEPORT_LEGACY_KEY": "legacy-from-env"}

    def key(text: str) -> str | None:
        found = parsed(text, place, **environ).outputs[0].legacy_key
        return found and found.secret.reveal()

    assert key(PACKETS + 'legacy_key_file = "old.key"\n') == "legacy-from-file"
    assert key(PACKETS) == "legacy-from-systemd"
    del environ["CREDENTIALS_DIRECTORY"]
    assert key(PACKETS) == "legacy-from-env"
    assert key(TEXT) is None
    del environ["BYTEPORT_LEGACY_KEY"]
    assert key(TEXT) is None


def test_packets_without_a_legacy_key_are_a_mistake(place: Path) -> None:
    (told,) = problems_of(PACKETS, place)
    assert "output 1: no API key: write legacy_key_file" in told
    assert "BYTEPORT_LEGACY_KEY" in told
    wrong = problems_of(PACKETS + "legacy_key_file = 3\n", place)
    assert len(wrong) == 1
    (told,) = problems_of(PACKETS + f'legacy_key_file = "{KEY}"\n', place)
    assert "legacy_key_file: there is no such file" in told
    assert KEY not in told
