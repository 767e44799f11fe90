"""A configuration without a mistake: what comes of it."""

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest
from config_rig import DESIGN, DEVICE, OUTPUT, parsed, problems_of, sensor, write_keys

from byteport.filter_settings import build
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config import Configuration, Sensor, find_file, load
from byteport_agent.config.kinds import ms_text, size, size_text
from byteport_agent.scanning.finds import Find, Section, toml_lines


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    return tmp_path


def one(place: Path, *lines: str) -> Sensor:
    (found,) = parsed(sensor(*lines), place).sensors
    return found


def test_the_designs_example(place: Path) -> None:
    configuration = parsed(DESIGN, place)
    porch, tank = configuration.sensors
    assert configuration.warnings == ()
    assert (porch.bus, porch.place, porch.interval_ms) == ("i2c-1", "0x76 on i2c-1", 30_000)
    assert porch.fields is not None
    assert {channel: each.settings for channel, each in porch.fields.items()} == {
        "temperature": {"name": "porch_temp"},
        "humidity": {"name": "porch_rh", "offset": -2.0, "deadband": 0.5},
    }
    assert (tank.fields, tank.channels, tank.bus) == (None, None, "")
    assert tank.options == {"command": "/usr/local/bin/tank-level", "name": "tank"}
    assert configuration.outbox.path == str(place / "outbox.db")
    assert configuration.gateway is not None
    assert configuration.gateway.key.secret.reveal() == "c4nary-gateway"
    assert configuration.device.key.secret.reveal() == "c4nary-device"
    assert [output.url for output in configuration.outputs] == ["https://api.byteport.se"]


def test_defaults(place: Path) -> None:
    configuration = parsed(sensor('driver = "bme280"'), place)
    (found,) = configuration.sensors
    assert (found.interval_ms, found.deadline_ms, found.stagger_ms) == (30_000, 15_000, None)
    assert found.channels == ("temperature", "humidity", "pressure")
    outbox, (output,) = configuration.outbox, configuration.outputs
    assert (outbox.max_bytes, outbox.sync_interval_ms) == (64_000_000, 6000)
    assert (output.name, output.method, output.timeout_ms) == ("byteport", "POST", 20_000)
    assert configuration.gateway is None


def test_settings_are_what_the_filters_are_built_from(place: Path) -> None:
    found = one(place, 'driver = "bme280"', "[sensor.fields.humidity]", 'window = "1m"')
    assert found.fields is not None
    humidity = found.fields["humidity"]
    assert build(humidity.channel, humidity.settings, 1).name == "humidity"


def test_a_window_may_send_several_fields(place: Path) -> None:
    lines = ('driver = "bme280"', "[sensor.fields.humidity]", 'name = "rh"', 'window = "1m"')
    found = one(place, *lines, 'window_report = ["min", "max"]')
    assert found.fields is not None
    assert found.fields["humidity"].sent_as == ("rh_min", "rh_max")


@pytest.mark.parametrize(
    ("lines", "bus", "where"),
    [
        (['driver = "bme280"', 'address = "0x77"'], "i2c-1", "0x77 on i2c-1"),
        (['driver = "bme280"', 'bus = "/dev/i2c-3"'], "i2c-3", "0x76 on i2c-3"),
        (['driver = "bme280"', 'bus = "i2c-1/0x70/3"'], "i2c-1/0x70/3", "0x76 on i2c-1/0x70/3"),
        (['driver = "mcp3008"'], "spi-0.0", "spi-0.0"),
        (['driver = "pms5003"'], "/dev/serial0", "/dev/serial0"),
        (['driver = "ds18b20"', 'address = "28-00000a1b2c3d"'], "", ""),
        (['driver = "gpio"', "pin = 4"], "", ""),
    ],
)
def test_where_a_sensor_is(place: Path, lines: list[str], bus: str, where: str) -> None:
    found = one(place, *lines)
    assert (found.bus, found.place) == (bus, where)


@pytest.mark.parametrize(
    ("lines", "channels"),
    [
        (['driver = "ads1115"'], ("ch0",)),
        (['driver = "ads1115"', 'channels = [0, "2-3"]'], ("ch0", "ch2_3")),
        (['driver = "mcp3008"'], tuple(f"ch{number}" for number in range(8))),
        (['driver = "mcp3008"', "channels = [7]"], ("ch7",)),
        (['driver = "file"', 'path = "x"'], ("porch",)),
        (['driver = "file"', 'path = "x"', 'options = { name = "level" }'], ("level",)),
        (['driver = "iio"', 'device = "bme280"', 'channels = ["temp"]'], None),
        (['driver = "directory"', 'path = "x"'], None),
    ],
)
def test_channels_as_options_choose_them(
    place: Path, lines: list[str], channels: tuple[str, ...] | None
) -> None:
    assert one(place, *lines).channels == channels


def test_paths_are_taken_from_the_directory_of_the_file(place: Path) -> None:
    assert one(place, 'driver = "file"', 'path = "tank"').options["path"] == str(place / "tank")
    assert one(place, 'driver = "file"', 'path = "/run/tank"').options["path"] == "/run/tank"
    (place / "mine.py").write_text(
        "class Mine:\n CHANNELS = (('level', 'm', 2),)\n def __init__(self, /, **more): pass\n"
        " def start(self): return 0\n def read(self): return (1,)\n"
    )
    found = one(place, 'driver = "./mine.py:Mine"', "anything = 1")
    assert (found.channels, found.options) == (("level",), {"anything": 1})


def test_a_drivers_file_that_fails_is_a_mistake(place: Path) -> None:
    (place / "mine.py").write_text("raise SystemExit(3)\n")
    (told,) = problems_of(sensor('driver = "./mine.py:Mine"'), place)
    assert told.startswith('agent.toml:3: sensor "porch": driver ')
    assert told.endswith("SystemExit: 3")


def test_what_did_not_change_is_equal(place: Path) -> None:
    old, new = parsed(DESIGN, place), parsed(DESIGN.replace('"5s"', '"6s"'), place)
    assert old == parsed(DESIGN, place)
    assert (old.device, old.sensors[0], old.outputs) == (new.device, new.sensors[0], new.outputs)
    assert old.sensors[1] != new.sensors[1]
    (place / "byteport.key").write_text("another")
    assert parsed(DESIGN, place).device != old.device


def test_it_cannot_be_changed(place: Path) -> None:
    with pytest.raises(FrozenInstanceError):
        parsed(DESIGN, place).path = place  # type: ignore[misc]


def test_what_a_scan_prints_can_be_pasted(place: Path) -> None:
    finds = [
        Find("", {"driver": "bme280", "bus": "i2c-1", "address": 0x77}, sure=True),
        Find("", {"driver": "ds18b20", "address": "28-00000a1b2c3d"}, sure=True),
    ]
    text = "\n".join(toml_lines([Section("i2c-1", finds)]))
    assert problems_of(text + DEVICE + OUTPUT, place) == [
        (
            'agent.toml:12: sensor "ds18b20": field "temperature" is also sensor '
            '"bme280"\'s (line 5): give one another name with fields'
        )
    ]


def test_warnings(place: Path) -> None:
    text = sensor('driver = "system"').replace(OUTPUT, "")
    assert problems_of(text, place) == [
        "agent.toml: warning: nothing is sent anywhere: add an [[output]]"
    ]
    text = sensor('driver = "system"') + 'url = "http://example.org/x"\n'
    assert problems_of(text, place) == [
        "agent.toml:11: warning: output 1: the key travels unencrypted to example.org: use https://"
    ]
    assert problems_of(text.replace("example.org", "127.0.0.1:80"), place) == []


def test_a_gateway_needs_no_sensor(place: Path) -> None:
    text = DEVICE + OUTPUT + '[gateway]\nkey_file = "gateway.key"\n'
    assert isinstance(parsed(text, place), Configuration)


def test_the_order_of_search(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    assert find_file("given") == Path("given")
    with pytest.raises(ConfigurationError, match=r"neither ./agent.toml nor /etc/byteport-agent/"):
        find_file()
    (place / "agent.toml").write_text("")
    assert find_file() == Path("agent.toml")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"x = 1\ny = '\xff'\n", ":2: is not UTF-8: save it as UTF-8"),
        (b"#" * 1_000_001, "is longer than 1000000 bytes: is it the right file?"),
    ],
)
def test_F1_a_file_that_is_none(place: Path, content: bytes | None, told: str) -> None:
    path = place / "agent.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=told) as caught:
        load(path, {})
    assert caught.value.exit_code == 78


def test_a_file_from_windows(place: Path) -> None:
    path = place / "agent.toml"
    path.write_bytes(b"\xef\xbb\xbf" + DESIGN.replace("\n", "\r\n").encode())
    assert load(path, {}).device.uid == "greenhouse-1"


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0s"), (10, "10ms"), (1500, "1500ms"), (90_000, "90s"), (86_400_000, "1d")]
)
def test_durations_are_shown_exactly(ms: int, text: str) -> None:
    assert ms_text(ms) == text


@pytest.mark.parametrize("text", ["1MB", "64MB", "3GB", "2MiB", "1500kB", "5GiB", "1025KiB"])
def test_sizes_are_shown_exactly(text: str) -> None:
    assert size("1MB").parse(size_text(size("1MB").parse(text))) == size("1MB").parse(text)
