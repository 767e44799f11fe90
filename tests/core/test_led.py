"""What a station's LED shows, and a station that shows it."""

from byteport_mocks.board import SimulatedBoard
from station_rig import PASSWORD, Rig


def shown(code, seconds=4, active_low=False):
    """Return how often the LED went on, and for how long it was, in ms."""
    board = SimulatedBoard("esp32")
    with board:
        from byteport.led import Led

        led = Led(2, active_low)
        flashes = on_ms = 0
        was = False
        for _ in range(seconds * 1000 // 10):
            wait = led.show(code)
            assert wait > 0
            is_on = (board.pin(2).level == 1) != active_low
            flashes += is_on and not was
            on_ms += 10 * is_on
            was = is_on
            board.clock.sleep_ms(10)
    return flashes, on_ms


def test_codes_are_so_many_flashes_every_two_seconds():
    for active_low in (False, True):
        assert shown(0, active_low=active_low) == (0, 0)
        for code in (1, 2, 3, 4):
            flashes, on_ms = shown(code, active_low=active_low)
            assert flashes == 2 * code
            assert 250 * code <= on_ms <= 350 * code
        assert shown(9, active_low=active_low) == (1, 4000)


def watch(rig, seconds):
    """Return how often the LED goes on in some seconds from now, in a list to be filled."""
    counts = []

    def look():
        levels.append(rig.board.pin(2).level)
        if len(levels) < seconds * 20:
            rig.at(look, seconds=0.05)
        else:
            counts.append(sum([levels[i] > levels[i - 1] for i in range(1, len(levels))]))

    levels = []
    look()
    return counts


def test_a_station_shows_what_it_does():
    for port in ("esp32", "rp2"):
        rig = Rig(port, board={"led": 2})
        rig.service.takes_ms = 2000
        found = {}

        def note(name, seconds, rig=rig, found=found):
            found[name] = watch(rig, seconds)

        rig.at(lambda note=note: note("well", 20), minutes=1)
        rig.at(lambda rig=rig: rig.board.wifi.remove_network("home"), minutes=2)
        rig.at(lambda note=note: note("joining", 4), seconds=122)
        rig.at(lambda rig=rig: rig.board.wifi.add_network("home", PASSWORD), minutes=3)
        rig.at(lambda rig=rig: setattr(rig.service, "status", 503), minutes=5)
        rig.at(lambda note=note: note("failing", 8), minutes=6)
        rig.at(lambda rig=rig: setattr(rig.service, "status", 200), minutes=7)
        rig.at(lambda rig=rig: rig.board.i2c(0).detach(rig.chip), minutes=12)
        rig.at(lambda note=note: note("sensor", 20), seconds=840)
        rig.run(minutes=15)
        assert found["well"] == [1], found  # while it sends
        assert 1 <= found["joining"][0] <= 4, found
        assert 4 <= found["failing"][0] <= 9, found
        assert 25 <= found["sensor"][0] <= 32, found
