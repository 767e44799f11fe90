"""The tables of boards agree with themselves and with MicroPython; users' files change them."""

from pathlib import Path

import pytest
from board_rig import board_file, board_problems, parsed_board, write_secrets

from byteport_agent.config.board.board_type import ROLES, BoardType
from byteport_agent.config.board.kinds import pin_numbers, pins_text
from byteport_agent.config.board.type_reader import known_type, known_types

TYPES = [pytest.param(known_type(name), id=name) for name in known_types()]
PICOS = [pytest.param(known_type(name), id=name) for name in ("pico-w", "pico2-w")]


def test_the_boards_of_the_documentation_are_known() -> None:
    assert known_types() == [
        "esp32",
        "esp32-c3",
        "esp32-c6",
        "esp32-s2",
        "esp32-s3",
        "pico-w",
        "pico2-w",
    ]


@pytest.mark.parametrize("kind", TYPES)
def test_usual_pins_are_led_out_and_can_be_driven(kind: BoardType) -> None:
    for name, bus in kind.buses.items():
        for role, pin in bus.defaults.items():
            assert pin in kind.pins - set(kind.taken), (name, role)
            assert pin not in kind.input_only
            assert pin in bus.choices.get(role, {pin})
        assert len(set(bus.defaults.values())) == len(bus.defaults)


@pytest.mark.parametrize("kind", TYPES)
def test_pins_that_measure_or_need_care_are_there(kind: BoardType) -> None:
    assert kind.adc <= kind.pins
    assert kind.wifi_adc <= kind.pins
    assert not kind.adc & kind.wifi_adc
    assert kind.input_only <= kind.pins
    assert not kind.adc & set(kind.taken)
    assert set(kind.care) <= kind.pins


@pytest.mark.parametrize("kind", TYPES)
def test_its_first_buses_do_not_meet(kind: BoardType) -> None:
    used: list[int] = []
    for name in ("i2c-0", "spi-1"):
        used += kind.buses[name].defaults.values()
    assert len(set(used)) == len(used)


@pytest.mark.parametrize("kind", PICOS)
def test_a_pico_s_pins_are_those_of_ports_rp2(kind: BoardType) -> None:
    """The rules of machine_i2c.c, machine_spi.c and machine_uart.c, which are not lists."""
    pins = range(30)
    every = 1 if kind.base == "pico2-w" else 3  # an RP2350's UART is on more pins
    rules = {
        "i2c": (lambda n, p: p & 2 == 2 * n, {"sda": (1, 0), "scl": (1, 1)}),
        "spi": (lambda n, p: p & 8 == 8 * n, {"miso": (3, 0), "sck": (3, 2), "mosi": (3, 3)}),
        "uart": (lambda n, p: p + 4 & 8 == 8 * n, {"tx": (every, 0), "rx": (every, 1)}),
    }
    for name, bus in kind.buses.items():
        is_of, roles = rules[bus.kind]
        for role, (mask, value) in roles.items():
            able = {p for p in pins if is_of(int(name[-1]), p) and p & mask == value}
            assert bus.choices[role] & kind.pins == able & kind.pins, (name, role)


@pytest.mark.parametrize("kind", TYPES)
def test_buses_have_roles_of_their_kind(kind: BoardType) -> None:
    for name, bus in kind.buses.items():
        assert name.startswith(bus.kind)
        assert set(bus.defaults) <= set(ROLES[bus.kind])


def test_pins_as_text() -> None:
    assert sorted(pin_numbers("0-2 5 7")) == [0, 1, 2, 5, 7]
    assert pins_text({7, 0, 1, 2, 5}) == "0-2, 5, 7"
    with pytest.raises(ValueError, match='"5,7" is no pin: write such as'):
        pin_numbers("5,7")


OWN = """\
base = "esp32-s3"
name = "Wind station"
pins = "1-10 33"
[taken]
"7" = "the display's"
[care]
"8" = "is pulled up by R3"
[i2c-0]
sda = 33
scl = 1
sda_pins = "33 2"
"""


def test_a_file_of_pins_changes_a_known_board(tmp_path: Path) -> None:
    write_secrets(tmp_path)
    (tmp_path / "own.toml").write_text(OWN)
    configuration = parsed_board(board_file(kind="./own.toml"), tmp_path)
    kind = configuration.board.kind
    assert (kind.name, kind.base, kind.port) == ("Wind station", "esp32-s3", "esp32")
    assert kind.firmware.chip == "esp32s3"
    assert kind.taken[7] == "the display's"
    assert kind.taken[19] == "the USB port's"
    assert configuration.board.buses["i2c-0"].sda == 33  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("board", "told"),
    [
        ("led = 7", "board: led: pin 7 is the display's"),
        ("led = 21", "board: led: Wind station has no pin 21 that is led out, but 1-6, 8-10, 33"),
        ("i2c-0 = { sda = 4 }", "board: i2c-0: sda: pin 4 cannot be it: 2, 33 can"),
    ],
)
def test_what_a_file_of_pins_forbids(tmp_path: Path, board: str, told: str) -> None:
    write_secrets(tmp_path)
    (tmp_path / "own.toml").write_text(OWN)
    (found,) = board_problems(board_file(kind="./own.toml", board=board), tmp_path)
    assert found.endswith(told)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a file of pins: base must be one of esp32, esp32-c3, esp32-c6"),
        ('base = "esp32s3"', '(did you mean "esp32-s3"?)'),
        (
            'base = "esp32"\nport = "rp2"',
            "own.toml:2: a file of pins: port is the base's: it has to",
        ),
        ('base = "esp32"\npinns = "3"', 'own.toml:2: a file of pins: unknown key "pinns"'),
        ('base = "esp32"\ntaken = 3', "own.toml:2: a file of pins: taken: must be a table"),
        ('base = "esp32"\ntaken = { x = "y" }', 'a file of pins: taken: "x": "x" is no pin'),
        ('base = "esp32"\ntaken = { "5" = 3 }', '"5": must be a text, not a whole number'),
        ('base = "esp32"\ni2c-0 = 3', "i2c-0: must be a table, not a whole number"),
        ('base = "esp32"\n[i2c-0]\nsda = ""', "own.toml:3: a file of pins: i2c-0: sda: must be"),
    ],
)
def test_a_mistake_in_a_file_of_pins(tmp_path: Path, text: str, told: str) -> None:
    write_secrets(tmp_path)
    (tmp_path / "own.toml").write_text(text)
    (found,) = board_problems(board_file(kind="./own.toml"), tmp_path)
    assert told in found
