"""A board that cannot do its work says why: a wrong configuration, and ten bad boots."""

import os

from byteport_mocks.board.resets import WDT_RESET, BoardReset
from station_rig import PASSWORD, Rig

HOUR_S = 3600


def test_a_configuration_that_is_missing_or_wrong():
    for name, content in (
        ("station.json", None),
        ("secrets.json", None),
        ("station.json", "{"),
        ("station.json", "[]"),
        ("station.json", "{}"),
        ("secrets.json", '{"key": "x"}'),
        ("secrets.json", '{"key": "x", "wifi": []}'),
    ):
        for port in ("esp32", "rp2"):
            rig = Rig(port, board={"led": 2})
            write = rig.write

            def damage(each, right, name=name, content=content, rig=rig, write=write):
                write(each, right)
                if each == name and content is None:
                    os.remove(rig.folder + "/" + name)
                elif each == name:
                    with open(rig.folder + "/" + name, "w") as file:
                        file.write(content)

            rig.write = damage
            assert rig.run(seconds=35) == []
            assert len(rig.lines) == 2
            assert rig.lines[0].startswith("E station.json or secrets.json is missing or wrong: ")
            assert rig.lines[0].endswith(": flash this board again\n")


def test_a_configuration_that_could_not_be_read_is_read_again_after_an_hour():
    rig = Rig()
    write = rig.write
    rig.write = lambda name, content: None
    rig.at(lambda: write("station.json", rig.settings), minutes=30)
    rig.at(lambda: write("secrets.json", rig.secrets), minutes=30)
    assert rig.run(minutes=65) == ["reset"]
    assert len(rig.told("flash this board again")) == 120
    assert len(rig.stored) >= 8


def crash(rig, times, ms=1000):
    """Have so many boots in a row end by the watchdog, so long after each start."""
    clock = rig.board.clock

    def bite():
        rig.crashes += 1
        if rig.crashes < times:
            clock.call_at_us(clock.ticks_us() + ms * 1000, bite)
        raise BoardReset("wdt", WDT_RESET)

    rig.crashes = 0
    rig.at(bite, seconds=ms / 1000)


def test_after_ten_bad_boots_it_is_safe_for_an_hour_and_tells_why():
    for port in ("esp32", "rp2"):
        rig = Rig(port)
        crash(rig, 10)
        endings = rig.run(minutes=70)
        assert endings == ["wdt"] * 10 + ["reset"], endings
        text = "safe mode for an hour, after 10 bad boots: they left no word"
        assert (None, "error", text) in rig.messages
        assert rig.board.wifi.radio_on_ms() < 20 * 60000
        assert "0 " in rig.read("boots.txt")
        times = [s for s in rig.times("temperature") if s is not None]
        assert [s for s in times if s > HOUR_S + 10]
        assert not [s for s in times if 20 < s < HOUR_S]


def test_nine_bad_boots_are_no_reason():
    rig = Rig()
    crash(rig, 9)
    rig.run(minutes=10)
    assert not rig.told("safe mode")
    assert len(rig.stored) >= 18


def test_safe_mode_tries_until_its_word_is_taken():
    rig = Rig()
    rig.board.wifi.remove_network("home")
    rig.at(lambda: rig.board.wifi.add_network("home", PASSWORD), minutes=20)
    crash(rig, 10)
    rig.run(minutes=65)
    said = [text for _, level, text in rig.messages if text.startswith("safe mode")]
    assert len(said) == 1
    assert rig.board.wifi.joins <= 20


def test_a_fault_in_safe_mode_makes_no_circle():
    rig = Rig()
    crash(rig, 10)
    with rig.board:
        from byteport import station_http
    right = station_http.HttpOutput.send

    def fail(*_):
        raise KeyError("odd")

    station_http.HttpOutput.send = fail
    try:
        endings = rig.run(minutes=50)
    finally:
        station_http.HttpOutput.send = right
    assert endings == ["wdt"] * 10
    assert 5 <= len(rig.told("W KeyError(")) <= 12


def test_a_sleeping_board_sleeps_in_safe_mode():
    rig = Rig(board={"sleep": "deep"})
    crash(rig, 10, ms=5)
    endings = rig.run(minutes=65)
    assert endings[:11] == ["wdt"] * 10 + ["deepsleep"], endings
    assert rig.board.asleep_ms > 55 * 60000
    assert [s for s in rig.times("temperature") if s and s > HOUR_S - 60]
