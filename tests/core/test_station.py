"""A station that is always on: it measures, keeps, sends, and goes on whatever happens."""

from station_rig import Rig, near

PORTS = ("esp32", "rp2")


def test_readings_arrive_in_order_with_their_times():
    for port in PORTS:
        rig = Rig(port)
        rig.run(minutes=10)
        times = rig.times("temperature")
        assert 19 <= len(times) <= 20, times
        assert all(later > earlier for earlier, later in zip(times, times[1:]))
        assert near(times[1:], [30 * n + times[1] - 30 for n in range(1, len(times))], 0.1), times
        assert rig.messages == []
