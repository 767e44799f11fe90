"""Each filter by example: what it reports, what it refuses, and how often it tells."""

from byteport.compat import ticks_add
from byteport.filter_settings import build
from byteport.filter_stages import Lines
from byteport.filters import Field

INF = float("inf")
WRAP = 1 << 30  # where a 32-bit board's ticks begin again


def close(a, b):
    return abs(a - b) <= 1e-5 * max(abs(a), abs(b), 1)


def run(settings, values, step_ms=1000, start=0, decimals=None):
    """Feed values at a fixed step; return (index, value) of each report, and the field."""
    field = build("porch_temp", settings, decimals)
    reports = []
    for i in range(len(values)):
        report = field.take(values[i], ticks_add(start, i * step_ms))
        if report:
            reports.append((i, report.values[0]))
    return reports, field


def values_of(settings, values, step_ms=1000, start=0, decimals=None):
    return [value for _, value in run(settings, values, step_ms, start, decimals)[0]]


def test_no_filter_reports_every_value_as_it_is():
    values = [21.5, 21.5, 7, "open", True, False, ""]
    reported = values_of({}, values)
    assert reported == values
    assert [type(value) for value in reported] == [type(value) for value in values]


def test_names_come_from_channel_or_settings():
    report = build("humidity").take(1, 0)
    assert (report.names, report.late_ms) == (("humidity",), 0)
    assert build("humidity", "porch_rh").take(1, 0).names == ("porch_rh",)
    assert build("humidity", {"name": "porch_rh"}).take(1, 0).names == ("porch_rh",)


def test_a_field_can_be_made_without_settings():
    field = Field("tank", [Lines([(0, 2, 0)])], decimals=1)
    assert field.take(10.26, 0).values == [20.5]


def test_scale_and_offset():
    assert values_of({"scale": 2, "offset": -3}, [0, 5]) == [-3, 7]
    assert values_of({"offset": -2.0}, [50.5]) == [48.5]
    assert values_of({"scale": 0.5}, [3]) == [1.5]


def test_integers_stay_integers():
    total = 123456789  # more than a 32-bit float can tell
    assert values_of({"offset": 1, "min": 0}, [total], decimals=2) == [total + 1]


def test_points_are_exact_and_lines_between_and_beyond_them():
    settings = {"points": [[0, 0], [10, 100], [20, 120]]}
    assert values_of(settings, [0, 10, 20]) == [0, 100, 120]
    assert values_of(settings, [5, 15, -1, 30]) == [50, 110, -10, 140]


def test_what_is_refused_is_told_without_the_digits_of_its_arithmetic():
    field = build("level", {"scale": 0.1, "max": 0.25})
    assert field.take(3, 0) is None  # 0.30000000000000004
    assert field.note == "level: 0.3 is above 0.25"


def test_points_take_what_scale_and_offset_made():
    settings = {"scale": 10, "offset": 1, "points": [[1, 5], [11, 25]]}
    assert values_of(settings, [0, 1]) == [5, 25]


def test_S5_what_is_outside_the_range_is_refused_counted_and_told_once():
    field = build("porch_temp", {"min": -40, "max": 60})
    assert field.take(21.5, 0)
    assert (field.refused, field.note) == (0, "")
    assert field.take(85.0, 1000) is None
    assert field.note == "porch_temp: 85 is outside -40 to 60"
    assert field.take(-127.0, 2000) is None
    assert (field.refused, field.note) == (2, "")
    assert field.take(60, 3000).values == [60]
    assert field.note == ""
    assert field.take(85.0, 4000) is None
    assert field.note.endswith("85 is outside -40 to 60")
    assert field.refused == 3


def test_a_range_with_one_limit():
    assert run({"min": 0}, [-1])[1].note == "porch_temp: -1 is below 0"
    assert run({"max": 9}, [10])[1].note == "porch_temp: 10 is above 9"
    assert values_of({"max": 9}, [-1000, 9, 10]) == [-1000, 9]


def test_limits_are_within_the_range():
    assert values_of({"min": -40, "max": 60}, [-40, -40.5, 60, 60.5]) == [-40, 60]


def test_the_range_is_in_calibrated_units():
    assert values_of({"offset": -100, "min": 0}, [50, 150]) == [50]


def test_S6_values_that_are_no_number_are_refused():
    for value in (None, INF, -INF, INF - INF, 10**400, [1], b"1", {}, 1e37):
        for settings in ({}, {"median": 3, "deadband": 1, "decimals": 2}, {"scale": 0.1}):
            reports, field = run(settings, [value, value])
            assert (reports, field.refused) == ([], 2)
            assert field.note == ""
    assert run({}, [None])[1].note == "porch_temp: None is not a number that can be stored"
    assert run({}, [INF])[1].note == "porch_temp: inf is not a number that can be stored"


def test_S6_a_calibration_that_overflows_is_refused_before_it_spoils_a_mean():
    assert values_of({"scale": 1e30, "mean": 3}, [1e30, 1]) == [1e30]


def test_S6_minus_zero_is_zero():
    for settings in ({}, {"decimals": 1}, {"scale": -1}):
        assert [str(value) for value in values_of(settings, [-0.0, 0.0])] == ["0.0", "0.0"]
    assert str(values_of({"decimals": 1}, [-0.04])[0]) == "0.0"


def test_a_spike_faster_than_the_rate_is_refused():
    settings = {"max_rate": 2}
    reports, field = run(settings, [20, 21, 85, 22, 23])
    assert [value for _, value in reports] == [20, 21, 22, 23]
    assert field.refused == 1


def test_a_rate_is_told_with_what_it_was_compared_with():
    note = run({"max_rate": 2}, [20, 85])[1].note
    assert note == "porch_temp: 85 is more than 2 per second from 20"


def test_a_slower_sample_may_move_further():
    assert values_of({"max_rate": 2}, [0, 20], step_ms=10000) == [0, 20]
    assert values_of({"max_rate": 2}, [0, 21], step_ms=10000) == [0]
    # after refused values, since the last that was believed
    assert values_of({"max_rate": 2}, [0, 90, 4]) == [0, 4]


def test_a_step_that_lasts_is_believed_with_its_third_value():
    assert run({"max_rate": 2}, [20, 50, 51, 50, 51])[0] == [(0, 20), (3, 50), (4, 51)]


def test_how_long_a_step_must_last_can_be_set():
    settings = {"max_rate": 2, "max_rate_samples": 5}
    assert run(settings, [20] + [90] * 6)[0] == [(0, 20), (5, 90), (6, 90)]


def test_spikes_that_disagree_are_no_step():
    assert values_of({"max_rate": 2}, [20, 90, -60, 90, -60, 90, 20]) == [20, 20]


def test_an_interrupted_step_begins_anew():
    assert run({"max_rate": 1}, [20, 90, 90, 20, 90, 90, 90])[0] == [(0, 20), (3, 20), (6, 90)]


def test_median_removes_a_spike():
    assert values_of({"median": 3}, [20, 21, 85, 22, -127, 23]) == [20, 20.5, 21, 22, 22, 22]


def test_median_of_even_counts_is_between_the_two():
    assert values_of({"median": 4}, [1, 2, 3, 10, 4]) == [1, 1.5, 2, 2.5, 3.5]


def test_mean_of_the_last():
    assert values_of({"mean": 3}, [3, 5, 10, 15, 2]) == [3, 4, 6, 10, 9]


def test_mean_is_of_medians():
    assert values_of({"median": 3, "mean": 2}, [10, 10, 90, 20]) == [10, 10, 10, 15]


def test_mean_keeps_nothing_of_a_giant():
    assert values_of({"mean": 2}, [1e30, 1, 1, 1])[-2:] == [1, 1]


def test_old_values_are_forgotten_after_as_many_bad_ones():
    settings = {"median": 3, "max": 60}
    assert values_of(settings, [20, 20, 20, 85, 85, 30]) == [20, 20, 20, 20]
    assert values_of(settings, [20, 20, 20, 85, 85, 85, 30]) == [20, 20, 20, 30]


def test_bad_values_with_good_ones_between_forget_nothing():
    settings = {"median": 3, "max": 60}
    assert values_of(settings, [20, 20, 20, 85, 85, 20, 85, 85, 30])[-1] == 20


def test_old_values_are_forgotten_after_as_many_missed_ones_or_on_demand():
    field = build("tank", {"mean": 2})
    field.take(10, 0)
    field.missed(1000)
    assert field.take(20, 2000).values == [15]
    field.missed(3000)
    field.missed(4000)
    assert field.take(30, 5000).values == [30]
    field.forget()
    assert field.take(50, 6000).values == [50]
    assert field.refused == 0


def test_a_window_reports_at_its_end_what_was_before():
    settings = {"window": "3s"}
    assert run(settings, [1, 2, 6, 10, 10, 40, 0])[0] == [(3, 3), (6, 20)]


def test_a_window_of_several_kinds_makes_fields_of_their_own():
    field = build("wind", {"window": "3s", "window_report": ["min", "max", "mean"]})
    for i in range(3):
        assert field.take((5, 1, 9)[i], i * 1000) is None
    report = field.take(77, 3000)
    assert report.names == ["wind_min", "wind_max", "wind_mean"]
    assert report.values == [1, 9, 5]
    assert report.late_ms == 0


def test_a_window_of_one_kind_keeps_the_name():
    field = build("wind", {"window": "3s", "window_report": ["max"]})
    field.take(5, 0)
    report = field.take(1, 3000)
    assert (report.names, report.values) == (("wind",), [5])


def test_windows_do_not_drift():
    field = build("wind", {"window": "1s"})
    at = []
    for i in range(40):
        now = i * 300
        report = field.take(i, now)
        if report:
            at.append(now - report.late_ms)
    assert at == [n * 1000 for n in range(1, 12)]


def test_a_late_window_says_when_it_ended():
    field = build("wind", {"window": "10s"})
    field.take(5, 0)
    report = field.take(7, 47000)
    assert report.values == [5]
    assert report.late_ms == 37000
    # the window of 40 s to 50 s
    report = field.take(8, 50000)
    assert (report.values, report.late_ms) == ([7], 0)


def test_a_window_ends_without_a_value():
    field = build("wind", {"window": "10s", "max": 50})
    field.take(5, 0)
    assert field.missed(9000) is None
    assert field.missed(10000).values == [5]
    assert field.missed(20000) is None  # it had no values
    field.take(6, 20001)
    assert field.take(99, 30000).values == [6]
    assert field.refused == 1
    field.take(7, 30001)
    assert field.take(None, 40000).values == [7]


def test_an_episode_ends_with_a_value_that_a_window_takes():
    field = build("wind", {"window": "1h", "max": 50})
    notes = []
    for i in range(6):
        field.take((99, 99, 1, 1, 99, 99)[i], i * 1000)
        notes.append(field.note != "")
    assert notes == [True, False, False, False, True, False]


def test_text_passes_by_a_window():
    field = build("wind", {"window": "10s", "window_report": ["min", "max"]})
    field.take(5, 0)
    report = field.take("calm", 10000)
    assert (report.names, report.values) == (("wind",), ["calm"])
    report = field.take(6, 10001)
    assert (report.values, report.late_ms) == ([5, 5], 1)


def test_the_mean_of_a_long_window_is_exact_to_a_32_bit_float():
    field = build("pressure", {"window": "1h"})
    for i in range(3600):
        field.take(1013.0 + (i % 10) * 0.125, i * 1000)
    assert close(field.take(0.0, 3600000).values[0], 1013.5625)


def test_decimals_round_what_is_reported_and_compared():
    assert values_of({"decimals": 1}, [21.537])[0] == 21.5
    assert values_of({}, [21.537], decimals=1)[0] == 21.5
    assert values_of({"decimals": 0}, [21.537], decimals=2)[0] == 22
    assert run({"decimals": 1, "on_change": True}, [21.51, 21.54, 21.61])[0] == [
        (0, 21.5),
        (2, 21.6),
    ]
    assert build("tank", {"decimals": 1}, 2).decimals == 1
    assert build("tank", {}, 2).decimals == 2
    assert build("tank").decimals is None


def test_deadband_counts_from_the_last_reported():
    reports = run({"deadband": 0.5}, [20.0, 20.25, 20.5, 20.75, 20.25, 20.0])[0]
    assert reports == [(0, 20.0), (2, 20.5), (5, 20.0)]


def test_a_deadband_of_one_digit_is_met_by_one_digit():
    values = [1013.0, 1013.1, 1013.2, 1013.3, 1013.2, 1013.0]
    assert len(values_of({"deadband": 0.1}, values, decimals=1)) == 6
    assert len(values_of({"deadband": 0.2}, values, decimals=1)) == 3


def test_on_change():
    assert run({"on_change": True}, [1, 1, 2, 2, 2.0, 1])[0] == [(0, 1), (2, 2), (5, 1)]
    assert values_of({"on_change": False}, [1, 1]) == [1, 1]


def test_text_on_change():
    values = ["open", "open", "shut", "shut", 1, "shut", True, True, False]
    expected = ["open", "shut", 1, "shut", True, False]
    assert values_of({"on_change": True}, values) == expected
    assert values_of({"deadband": 0.5}, values) == expected
    assert (
        values_of({"scale": 2, "min": 5, "median": 3, "decimals": 1}, ["open", "open"])
        == ["open"] * 2
    )


def test_heartbeat_reports_what_did_not_change():
    settings = {"on_change": True, "heartbeat": "5s"}
    assert [i for i, _ in run(settings, [1] * 12)[0]] == [0, 5, 10]
    assert [i for i, _ in run(settings, [1, 1, 1, 2, 2, 2, 2, 2, 2])[0]] == [0, 3, 8]
    assert [i for i, _ in run(settings, ["on"] * 12)[0]] == [0, 5, 10]


def test_heartbeat_takes_the_value_nearest_to_its_time():
    field = build("tank", {"on_change": True, "heartbeat": "10s"})
    at = [now for now in (0, 1004, 5002, 9998, 15003, 20001) if field.take(1, now)]
    assert at == [0, 9998, 20001]


def test_heartbeat_reports_nothing_old():
    field = build("tank", {"on_change": True, "heartbeat": "1s"})
    assert field.take(1, 0)
    assert field.take(None, 5000) is None
    assert field.missed(9000) is None
    assert field.take(1, 9001)


def test_a_window_with_deadband_moves_as_one():
    settings = {"window": "2s", "window_report": ["min", "max"], "deadband": 5, "heartbeat": "8s"}
    field = build("wind", settings)
    reported = []
    for i in range(16):
        report = field.take((1, 2, 1, 4, 1, 7, 1, 7, 1, 7, 1, 7, 1, 7, 1, 7)[i], i * 1000)
        if report:
            reported.append((i, list(report.values)))
    assert reported == [(2, [1, 2]), (6, [1, 7]), (14, [1, 7])]


def test_what_the_caller_does_to_a_report_changes_no_comparison():
    field = build("tank", {"on_change": True})
    field.take(1, 0).values[0] = 99
    assert field.take(1, 1000) is None


def test_C6_ticks_that_wrap():
    start = ticks_add(WRAP - 2500, 0)
    assert values_of({"max_rate": 1}, [1, 2, 3, 4, 90, 5], start=start) == [1, 2, 3, 4, 5]
    assert values_of({"window": "2s"}, [1, 2, 3, 4, 5], start=start) == [1.5, 3.5]
    heartbeat = {"on_change": True, "heartbeat": "2s"}
    assert len(values_of(heartbeat, [1] * 5, start=start)) == 3


def test_C7_a_clock_that_goes_back_stalls_nothing():
    """On a board, that is a pause of more than 6 days."""
    for settings in (
        {"max_rate": 1},
        {"on_change": True, "heartbeat": "1h"},
        {"window": "2s"},
    ):
        field = build("tank", settings)
        field.take(1, 100000)
        field.take(1, 101000)
        field.take(90 if "max_rate" in settings else 1, 0)
        assert field.refused == 0
        assert field.take(90, 2000)


def test_fields_share_nothing():
    one = build("tank", {"median": 3, "on_change": True})
    two = build("tank", {"median": 3, "on_change": True})
    one.take(1, 0)
    assert two.take(9, 0).values == [9]
