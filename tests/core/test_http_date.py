"""HTTP's dates and waits."""

from byteport.http_date import retry_after_s, unix_seconds
from portable import raises

NOW = "Sun, 06 Nov 1994 08:49:37 GMT"


def test_the_date_of_the_rfc():
    assert unix_seconds(NOW) == 784111777


def test_calendar():
    for text, seconds in (
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Tue, 29 Feb 2000 12:00:00 GMT", 951825600),
        ("Sun, 31 Dec 2023 23:59:59 GMT", 1704067199),
        ("Thu, 29 Feb 2024 00:00:00 GMT", 1709164800),
        ("Fri, 01 Mar 2024 00:00:00 GMT", 1709251200),
        ("Tue, 19 Jan 2038 03:14:08 GMT", 2147483648),
        ("Mon, 01 Mar 2100 00:00:00 GMT", 4107542400),
    ):
        assert unix_seconds(text) == seconds, text


def test_what_is_no_date():
    for text in ("", "now", "06 Nov 1994", NOW.replace("Nov", "anF"), NOW.replace("GMT", "CET")):
        raises(ValueError, unix_seconds, text)


def test_retry_after():
    assert retry_after_s("0") == 0
    assert retry_after_s(" 30 ") == 30
    assert retry_after_s("Sun, 06 Nov 1994 08:50:37 GMT", NOW) == 60
    assert retry_after_s("Sun, 06 Nov 1994 08:40:37 GMT", NOW) == 0


def test_retry_after_is_capped_at_an_hour():
    assert retry_after_s("1000000000000") == 3600
    assert retry_after_s("Sun, 06 Nov 1994 23:50:37 GMT", NOW) == 3600


def test_retry_after_that_says_nothing():
    for text in ("", "-5", "soon", "1.5", "Sun, 06 Nov 1994 08:50:37 GMT"):
        assert retry_after_s(text) is None, text
