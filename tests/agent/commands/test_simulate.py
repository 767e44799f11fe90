"""`byteport-agent simulate`: the real station on real MicroPython, for days of virtual time."""

import os
import sys
from pathlib import Path

import pytest
from simulate_rig import Simulator, simulate

from micropythons import interpreter

__all__ = ["simulate"]

DAY_S = 86400
JOIN_S = 2.5  # of the simulated Wi-Fi
FLUSHED = 10  # a board's default flush_records


def check_whole(figures: dict[str, object], cuts: int) -> None:
    """Every reading that was flushed arrived once, in its order."""
    accounted = ("delivered", "waiting", "lost")
    assert figures["read"] == sum(figures[name] for name in accounted)  # type: ignore[misc]
    assert figures["lost"] == figures["lost_in_ram"]
    assert figures["lost"] < FLUSHED * cuts or figures["lost"] == 0  # type: ignore[operator]
    for wrong in ("out_of_order", "unknown", "without_time", "lost_without_time", "dropped"):
        assert figures[wrong] == 0, wrong


def test_a_month_of_deep_sleep_with_every_trouble(simulate: Simulator) -> None:
    simulate.configure(interval="20m")
    figures = simulate.figures("--days", "30", "--troubles")
    check_whole(figures, cuts=8)
    assert figures["duplicates"] == 0
    assert figures["resets"] == {"button": 7, "power cut": 1}
    assert figures["read"] >= (30 - 7) * 72 - 10  # a week without its sensor
    assert 7 * DAY_S <= figures["longest_gap_s"] < 7 * DAY_S + 3600
    # asleep the clock runs 0.5 % fast, until what a server says tells of that
    assert figures["worst_time_error_ms"] < 0.005 * 4 * 3600e3
    assert figures["heap_end"] - figures["heap_first_hour"] <= 1024


def test_a_week_awake_with_every_trouble(simulate: Simulator) -> None:
    simulate.configure(sleep="none", interval="1h")
    figures = simulate.figures("--days", "7", "--troubles")
    check_whole(figures, cuts=8)
    assert figures["duplicates"] <= FLUSHED * 8
    assert figures["worst_time_error_ms"] <= 500  # of a Date header: whole seconds
    assert figures["heap_end"] - figures["heap_first_hour"] <= 1024


def test_longer_awake_than_ticks_can_tell(simulate: Simulator) -> None:
    """What happened 6.2 days ago is ahead for them, and lies ahead for as long."""
    simulate.configure(sleep="none", interval="6h")
    figures = simulate.figures("--days", "7")
    assert figures["read"] == figures["delivered"] == 7 * 4
    assert figures["boots"] == figures["joins"] == figures["connections"] == 1
    assert figures["longest_gap_s"] == 6 * 3600
    assert figures["worst_time_error_ms"] <= 5


def test_ten_readings_take_a_second_on_the_network(simulate: Simulator) -> None:
    figures = simulate.figures("--days", "2")
    assert figures["delivered"] > 280
    assert figures["connections"] == figures["joins"]
    assert figures["delivered"] / figures["connections"] > 9
    awake_s = figures["radio_on_s"] / figures["joins"]
    assert awake_s - JOIN_S <= 1.0, awake_s
    assert figures["radio_on_s_per_reading"] == pytest.approx(awake_s / 9.8, rel=0.1)


def test_a_pico_sleeps_lightly(simulate: Simulator) -> None:
    simulate.configure(kind="pico-w")
    figures = simulate.figures("--days", "1", "--router-outage", "6h,6h")
    check_whole(figures, cuts=3)
    assert figures["asleep_s"] > 0.95 * DAY_S
    assert figures["boots"] <= 3  # the outage starts it again


def test_what_a_router_lost_arrives_later(simulate: Simulator) -> None:
    troubles = ("--internet-outage", "4h,2h", "--service-down", "10h,90m", "--ntp-late", "3h")
    figures = simulate.figures("--days", "1", *troubles)
    check_whole(figures, cuts=0)
    assert figures["delivered"] + figures["waiting"] == figures["read"]


def test_a_cut_loses_what_was_in_ram_alone(simulate: Simulator) -> None:
    figures = simulate.figures("--days", "0.5", "--power-cut", "5h", "--power-cut", "9h,30m")
    check_whole(figures, cuts=2)
    assert 0 < figures["lost"] < 2 * FLUSHED
    assert figures["off_s"] == 60 + 1800
    assert figures["resets"] == {"power cut": 2}


def test_a_service_behind_tls_takes_longer(simulate: Simulator) -> None:
    plain = simulate.figures("--days", "0.2")
    simulate.configure(url="https://api.byteport.se/behind/a/proxy")
    tls = simulate.figures("--days", "0.2")
    assert tls["delivered"] == plain["delivered"] > 0
    more_s = (tls["radio_on_s"] - plain["radio_on_s"]) / plain["connections"]
    assert more_s == pytest.approx(1.62, abs=0.1)


@pytest.mark.parametrize("sleep", ["none", "deep"])
@pytest.mark.parametrize("dialect", ["byteport", "plain"])
def test_a_broker_instead_of_the_service(simulate: Simulator, sleep: str, dialect: str) -> None:
    output = f'[[output]]\ntype = "mqtt"\nurl = "{{url}}"\ndialect = "{dialect}"\n'
    simulate.configure(sleep=sleep, interval="20m", url="mqtt://broker.example", output=output)
    troubles = ("--service-down", "10h,6h", "--ntp-late", "3h", "--reboot-every", "17h")
    figures = simulate.figures("--days", "2", *troubles)
    check_whole(figures, cuts=2)
    assert figures["read"] >= 2 * 72 - 3
    assert figures["heap_end"] - figures["heap_first_hour"] <= 1024


def test_the_same_seed_gives_the_same(simulate: Simulator) -> None:
    first = simulate.figures("--days", "0.2", "--seed", "7", "--troubles")
    assert simulate.figures("--days", "0.2", "--seed", "7", "--troubles")["read"] == first["read"]


def test_drivers_of_all_buses(simulate: Simulator) -> None:
    simulate.configure(
        interval="5m",
        more=(
            '[[sensor]]\nname = "door"\ndriver = "gpio"\npin = 27\ninterval = "5m"\n'
            '[[sensor]]\nname = "rain"\ndriver = "pulse_counter"\npin = 26\ninterval = "5m"\n'
            '[[sensor]]\nname = "air"\ndriver = "dht22"\npin = 4\ninterval = "5m"\n'
            'fields = { temperature = "air_temp", humidity = "air_rh" }\n'
            '[[sensor]]\nname = "soil"\ndriver = "ds18x20"\npin = 13\ninterval = "5m"\n'
            'fields = { temperature = "soil_temp" }\n'
            '[[sensor]]\nname = "cell"\ndriver = "adc"\npin = 34\ninterval = "5m"\n'
            '[[sensor]]\nname = "oven"\ndriver = "max6675"\nbus = "spi-2"\ninterval = "5m"\n'
            'fields = { temperature = "oven_temp" }\n'
            "[board.spi-2]\nsck = 14\nmosi = 21\nmiso = 35\ncs = 25\n"
            '[[sensor]]\nname = "co2"\ndriver = "mhz19"\nbus = "uart-2"\ninterval = "5m"\n'
            'fields = { co2 = "co2" }\n'
        ),
        sleep="none",
    )
    away = [f"--unplug={name},30m,20m" for name in ("air", "oven", "soil", "co2", "cell", "door")]
    figures = simulate.figures("--days", "0.06", "--unplug", "rain,10m,20m", *away)
    check_whole(figures, cuts=0)
    assert figures["read"] > 17 * 7 - 7 * 5


def test_what_it_says(simulate: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    assert simulate("--days", "0.5", "--micropython", interpreter("micropython")) == 0
    assert "] 100% 12 h" in simulate.out
    names = [line.split()[0] for line in simulate.out.splitlines() if line[:1].strip()]
    assert names[-10:] == [
        *("read", "delivered", "waiting", "lost", "repeated", "gap"),
        *("starts", "memory", "radio", "battery"),
    ]
    assert "from 2500 mAh" in simulate.out
    assert "ESP32 data sheet" in simulate.out


def test_the_log_shows_the_serial_line(simulate: Simulator) -> None:
    assert simulate("--days", "0.1", "--log", "--micropython", interpreter("micropython")) == 0
    assert "I porch temperature=" in simulate.errors
    assert "I Wi-Fi: joined home" in simulate.errors


def test_without_micropython(
    simulate: Simulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert simulate() == 78
    assert "there is no micropython on the PATH: install MicroPython's unix port" in simulate.errors
    assert simulate("--micropython", str(tmp_path / "none")) == 78
    assert "none cannot be run: No such file or directory: install" in simulate.errors
    assert simulate("--micropython", sys.executable) == 78
    assert "is no MicroPython" in simulate.errors
    old = tmp_path / "old"
    old.write_text("#!/bin/sh\necho micropython 1 19\n")
    old.chmod(0o700)
    assert simulate("--micropython", str(old)) == 78
    assert "old is MicroPython 1.19, older than 1.22" in simulate.errors


def test_micropython_on_the_path_is_taken(
    simulate: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(interpreter("micropython")).parent
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    assert simulate("--days", "0.01", "--json") == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--unplug", "attic,1h,1h"), "--unplug: there is no sensor 'attic', but porch"),
        (("--unplug", "porch,1h"), "'porch,1h' is no SENSOR,START,DURATION, such as porch,3d,7d"),
        (("--router-outage", "2d"), "'2d' is no START,DURATION, such as 2d,6h"),
        (("--power-cut", "soon"), "'soon' is no duration"),
        (("--days", "0"), "'0' is no number of days, such as 30 or 0.5"),
        (("--days", "nan"), "'nan' is no number of days"),
        (("--seed", "-1"), "'-1' is no number from 1"),
    ],
)
def test_mistakes_are_told(simulate: Simulator, words: tuple[str, ...], told: str) -> None:
    assert simulate(*words, "--micropython", interpreter("micropython")) == 2
    assert told in simulate.errors


def test_a_driver_without_a_part_is_left_out(simulate: Simulator, tmp_path: Path) -> None:
    (tmp_path / "wind_vane.py").write_text(
        "class WindVane:\n    BUS = 'adc'\n    CHANNELS = (('direction', 'deg', 0),)\n"
        "    def __init__(self, adc): pass\n    def start(self): return 0\n"
        "    def read(self): return (0,)\n"
    )
    own = '[[sensor]]\nname = "vane"\ndriver = "./wind_vane.py:WindVane"\npin = 34\n'
    simulate.configure(more=own + 'interval = "1m"\n')
    assert simulate.figures("--days", "0.1")["read"] > 10
    assert "no simulated part for the driver of 'vane': left out" in simulate.errors


def test_other_commands_need_no_mocks() -> None:
    from subprocess import run

    script = (
        "import sys; sys.modules['byteport_mocks'] = None\n"
        "import byteport_agent.commands.simulate, byteport_agent.cli\n"
    )
    assert run([sys.executable, "-c", script], timeout=60, check=False).returncode == 0
