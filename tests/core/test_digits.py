"""Times as text, the same on every interpreter."""

from byteport.digits import time_text


def test_text_for_ts():
    for seconds, ms, text in (
        (0, 0, "946684800.000"),
        (15199, 999, "946699999.999"),
        (15200, 1, "946700000.001"),
        (53315200, 30, "1000000000.030"),
        (820540800, 500, "1767225600.500"),
        (1073741823, 999, "2020426623.999"),
        (1200798847, 7, "2147483647.007"),
    ):
        assert time_text(seconds, ms) == text
