"""The system driver on made-up trees, on this machine, and beside gpiozero as a witness."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from byteport import names
from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.linux import system
from byteport_drivers.linux.system import System

FILES = {
    "proc/loadavg": "0.52 0.58 0.59 2/1047 31337\n",
    "proc/meminfo": "MemTotal:       1000000 kB\nMemFree:  1 kB\nMemAvailable:    750000 kB\n"
    "HugePages_Total:       0\n",
    "proc/uptime": "1453.81 2747.00\n",
    "proc/net/dev": "Inter-|   Receive  |  Transmit\n face |bytes packets|bytes packets\n"
    "    lo:  999 1 0 0 0 0 0 0  999 1 0 0 0 0 0 0\n"
    "  eth0: 1000 9 0 0 0 0 0 0   20 9 0 0 0 0 0 0\n"
    "wlan0:4294967300 9 0 0 0 0 0 0 3 9 0 0 0 0 0 0\n",
    "sys/class/thermal/thermal_zone0/type": "acpitz\n",
    "sys/class/thermal/thermal_zone0/temp": "27800\n",
    "sys/class/thermal/thermal_zone10/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone10/temp": "99000\n",
    "sys/class/thermal/thermal_zone2/type": "cpu-thermal\n",
    "sys/class/thermal/thermal_zone2/temp": "48312\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        write(tmp_path, name, text)
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def read(root: Path) -> dict[str, float]:
    driver = System(str(root))
    assert driver.start() == 0
    return dict(zip([channel[0] for channel in driver.CHANNELS], driver.read(), strict=True))


def test_values_of_a_known_tree(root: Path) -> None:
    values = read(root)
    disk_used, disk_free = values.pop("disk_used"), values.pop("disk_free")
    assert 0 <= disk_used <= 100
    assert disk_free >= 0
    assert values == {
        "load_1min": 0.52,
        "memory_used": 25.0,
        "memory_available": 750000,
        "uptime": 1453.81,
        "cpu_temperature": 48.312,
        "net_received": 4294968300,
        "net_sent": 23,
    }


def test_fields_obey_byteports_rules() -> None:
    for name, unit, decimals in System.CHANNELS:
        assert names.check(name) == name
        assert unit
        assert decimals >= 0


def test_what_the_machine_lacks_is_no_channel(root: Path) -> None:
    (root / "proc/net/dev").unlink()
    write(root, "sys/class/thermal/thermal_zone2/type", "nvme")
    write(root, "sys/class/thermal/thermal_zone10/type", "iwlwifi_1")
    assert list(read(root)) == [
        "load_1min",
        "memory_used",
        "memory_available",
        "disk_used",
        "disk_free",
        "uptime",
    ]
    assert len(System.CHANNELS) == 9


def test_cpu_temperature_from_hwmon_where_no_zone_is_the_cpus(root: Path) -> None:
    for zone in ("thermal_zone2", "thermal_zone10"):
        (root / f"sys/class/thermal/{zone}/type").unlink()
    write(root, "sys/class/hwmon/hwmon0/name", "nvme\n")
    write(root, "sys/class/hwmon/hwmon0/temp1_input", "30000\n")
    write(root, "sys/class/hwmon/hwmon1/name", "k10temp\n")
    write(root, "sys/class/hwmon/hwmon1/temp1_input", "-1250\n")
    assert read(root)["cpu_temperature"] == -1.25


@pytest.mark.parametrize("name", ["proc/loadavg", "proc/meminfo", "proc/uptime"])
def test_another_system_is_refused(root: Path, name: str) -> None:
    (root / name).unlink()
    with pytest.raises(ChipNotFound, match=name):
        System(str(root))


NONSENSE = [
    ("proc/loadavg", "", "0.52", "nan 1 1 1/1 1", "-1 1 1 1/1 1", "1_0 1 1 1/1 1", "0.52 0.58 0.5"),
    (
        "proc/meminfo",
        "",
        "MemTotal: 5 kB\n",
        "MemTotal: 5 kB\nMemAvailable: 2",
        "MemTotal: 5 kB\nMemAvailable: 6 kB\n",
        "MemTotal: 0 kB\nMemAvailable: 0 kB\n",
        "MemTotal: 5 MB\nMemAvailable: 2 kB\n",
        "no colon\n",
    ),
    ("proc/uptime", "", "12", "soon 1", "1.5.2 1"),
    (
        "proc/net/dev",
        "",
        "eth0: 1\n",
        "a\nb\n",
        FILES["proc/net/dev"][:-8],
        FILES["proc/net/dev"].replace("1000", "-1000"),
    ),
    (
        "sys/class/thermal/thermal_zone2/temp",
        "",
        "hot",
        "48.3",
        "200000\n",
        "-60000\n",
        "0x10\n",
        "4 8\n",
    ),
]


@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, *texts in NONSENSE for text in texts]
)
def test_nonsense_is_a_bad_reading_that_says_where(root: Path, name: str, text: str) -> None:
    driver = System(str(root))
    write(root, name, text)
    with pytest.raises(BadReading, match=f"{name} makes no sense"):
        driver.read()


@pytest.mark.parametrize("name", [name for name, *_ in NONSENSE])
def test_a_file_that_vanishes_is_a_bad_reading(root: Path, name: str) -> None:
    driver = System(str(root))
    (root / name).unlink()
    with pytest.raises(BadReading, match=f"{name} cannot be read: No such file"):
        driver.read()


@pytest.mark.parametrize("name", [name for name, *_ in NONSENSE])
def test_a_file_cut_at_any_byte_is_no_wrong_value(root: Path, name: str) -> None:
    driver = System(str(root))
    whole = driver.read()
    for length in range(len(FILES[name])):
        write(root, name, FILES[name][:length])
        try:
            values = driver.read()
        except BadReading:
            continue
        interface_less = FILES[name][length - 1] == "\n"  # a whole line less is no damage
        assert interface_less or _but_disk(values) == _but_disk(whole), (length, values)


def _but_disk(values: tuple[float, ...]) -> tuple[float, ...]:
    return values[:3] + values[5:]


def test_a_missing_disk_is_a_bad_reading(root: Path) -> None:
    with pytest.raises(BadReading, match="No such file"):
        system.disk_usage(str(root / "none"))


def test_the_driver_imports_no_gpiozero() -> None:
    source = Path(system.__file__).read_text()
    assert "import gpiozero" not in source


@pytest.fixture
def gpiozero() -> Iterator[object]:
    module = pytest.importorskip("gpiozero")
    from gpiozero.pins.mock import MockFactory

    factory = MockFactory()
    module.Device.pin_factory = factory
    yield module
    module.Device.pin_factory = None
    factory.close()


def test_gpiozero_reads_the_same_files_alike(root: Path, gpiozero: "object") -> None:
    values = read(root)
    zone = str(root / "sys/class/thermal/thermal_zone2/temp")
    with gpiozero.LoadAverage(str(root / "proc/loadavg"), minutes=1) as load:  # type: ignore[attr-defined]
        assert load.load_average == values["load_1min"]
    with gpiozero.CPUTemperature(zone) as cpu:  # type: ignore[attr-defined]
        assert cpu.temperature == pytest.approx(values["cpu_temperature"], abs=1e-9)


@pytest.mark.skipif(sys.platform != "linux", reason="reads this machine's /proc")
def test_gpiozero_sees_the_same_machine(gpiozero: "object") -> None:
    driver = System()
    names_of_channels = [channel[0] for channel in driver.CHANNELS]
    with gpiozero.LoadAverage(minutes=1) as load, gpiozero.DiskUsage("/") as disk:  # type: ignore[attr-defined]
        for _ in range(20):  # until nothing changed between two looks
            before = load.load_average, disk.usage
            values = dict(zip(names_of_channels, driver.read(), strict=True))
            if before == (load.load_average, disk.usage):
                break
        assert values["load_1min"] == before[0]
        assert values["disk_used"] == pytest.approx(before[1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads this machine's /proc")
def test_this_machine_reads_plausibly() -> None:
    driver = System()
    values = dict(zip([channel[0] for channel in driver.CHANNELS], driver.read(), strict=True))
    pages_kib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024
    assert 0 < values["memory_available"] <= pages_kib * 1.05
    assert 0 < values["memory_used"] < 100
    assert values["uptime"] > 0
    assert driver.read()[5] >= values["uptime"]
