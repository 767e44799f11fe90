"""The client against a server that misbehaves: an error for each, never a success that was none.

The server's address is in the environment; the first parts of a URL's path tell it what to do.
"""

import os

from byteport import Client
from byteport.compat import Stream, sleep_ms, ticks_add, ticks_diff, ticks_ms
from byteport.connection import Connection, split_url
from byteport.errors import (
    InvalidName,
    InvalidValue,
    RateLimited,
    Refused,
    Rejected,
    SendError,
    Unreachable,
)
from byteport.http_date import unix_seconds
from byteport.meaning import (
    BadGateway,
    DeviceNotFound,
    Forbidden,
    NotAccepted,
    Redirected,
    ServerError,
    ServiceUnavailable,
    TooLarge,
    error_of,
)
from portable import raises

SERVER = os.getenv("BYTEPORT_TEST_SERVER")
KEY = "s3cr3t&key"
READING = {"temperature": 21.5, "humidity": 50}


def client(behaviour="", **options):
    options.setdefault("timeout", 5)
    return Client("myownspace", KEY, "barDev1", url=SERVER + behaviour, **options)


def failure(behaviour, error=SendError, **options):
    """Return the error that a store must raise; the key must not be in it."""
    sender = client(behaviour, **options)
    caught = raises(error, sender.store, READING)
    sender.close()
    for text in (str(caught), repr(caught), repr(caught.__dict__), repr(sender)):
        assert "s3cr3t" not in text, text
    return caught


def store(behaviour, **options):
    sender = client(behaviour, **options)
    try:
        sender.store(READING)
    finally:
        sender.close()


def open_sockets():
    return len(os.listdir("/proc/self/fd"))


def test_stored():
    sender = client()
    assert sender.store(READING) is None
    assert sender.store([("n1", 1)], timestamp=1410613385, device="6000") is None
    assert sender.heartbeat() is None
    assert sender.log("All systems nominal") is None
    assert sender.log("Smoke", level="error") is None
    sender.close()
    assert sender.store(READING) is None
    sender.close()


def test_get_and_auto():
    for method in ("GET", "auto"):
        sender = client(method=method)
        sender.store(READING)
        sender.store({"text": "x" * 1500})
        sender.close()


def test_get_that_is_too_long_names_post():
    sender = client(method="GET")
    error = raises(InvalidValue, sender.store, {"text": "x" * 2000})
    assert "GET takes 2048: use method POST" in str(error)
    sender.store({"text": "short"})
    sender.close()


def test_auto_posts_what_is_too_long_for_a_url():
    sender = client(method="auto")
    sender.store({"text": "x" * 5000})
    sender.store({"text": "short"})
    sender.close()


def test_each_status_is_its_own_error():
    for status, kind, family in (
        (401, Forbidden, Refused),
        (403, Forbidden, Refused),
        (404, DeviceNotFound, Refused),
        (406, NotAccepted, Rejected),
        (413, TooLarge, Rejected),
        (429, RateLimited, RateLimited),
        (500, ServerError, Unreachable),
        (502, BadGateway, Unreachable),
        (503, ServiceUnavailable, Unreachable),
    ):
        error = failure(f"/status/{status}", kind)
        assert type(error) is kind
        assert isinstance(error, family)
        assert error.status == status
        assert f"status {status}" in str(error)
        assert error.retry_after is None


def test_statuses_without_a_class_of_their_own():
    for status, kind in (
        (201, Unreachable),
        (204, Unreachable),
        (304, Redirected),
        (400, Rejected),
        (408, Unreachable),
        (422, Rejected),
        (451, Rejected),
        (504, Unreachable),
        (520, Unreachable),
        (599, Unreachable),
        (700, Unreachable),
    ):
        error = failure(f"/status/{status}", kind)
        assert type(error) is kind
        assert error.status == status


def test_retry_after():
    assert failure("/retry_after/30", RateLimited).retry_after == 30
    assert failure("/retry_after/-5", RateLimited).retry_after is None
    assert failure("/retry_after/1000000000000", RateLimited).retry_after == 3600
    assert failure("/retry_after/soon", RateLimited).retry_after is None


def test_N13_redirects_are_told_and_not_followed():
    for status in (301, 302, 303, 307, 308):
        error = failure(f"/redirect/{status}", Redirected)
        assert error.status == status
        assert str(error).endswith("mend the URL to https://elsewhere.example")


def test_X1_a_redirect_that_quotes_the_call_does_not_show_the_key():
    for location in (
        "/?_key=s3cr3t%26key&n1=1",
        "login?_key=s3cr3t",
        "https://elsewhere.example?_key=s3cr3t",
    ):
        assert "s3cr3t" not in str(error_of(302, {"location": location}, None, "GET", 20))


def test_N6_a_head_with_a_broken_line_is_no_success():
    for name in ("no_colon", "no_status", "two_lengths"):
        failure("/raw/" + name, Unreachable)


def test_N14_a_page_is_no_success():
    error = failure("/page/1", Unreachable)
    assert error.status == 200
    assert "sign-in" in str(error)


def test_N6_an_answer_cut_at_every_byte():
    for behaviour, whole in (("/cut/", 87), ("/cut_chunked/", 89)):
        store(f"{behaviour}{whole}")
        for size in range(whole):
            error = failure(f"{behaviour}{size}", Unreachable)
            assert error.status == 0


def test_N5_a_slow_answer_ends_at_the_deadline():
    begin = ticks_ms()
    error = failure("/drip/400", Unreachable, timeout=1)
    assert "no complete answer within 1 s" in str(error)
    assert 950 <= ticks_diff(ticks_ms(), begin) <= 1500


def test_N3_no_answer_ends_at_the_deadline():
    begin = ticks_ms()
    error = failure("/hang/1", Unreachable, timeout=0.3)
    assert "no complete answer within 0.3 s" in str(error)
    assert 250 <= ticks_diff(ticks_ms(), begin) <= 800


def test_a_broken_connection():
    assert failure("/reset/1", Unreachable).status == 0


def test_nobody_listens():
    sender = Client("myownspace", KEY, "barDev1", url="http://127.0.0.1:1", timeout=5)
    assert "s3cr3t" not in str(raises(Unreachable, sender.store, READING))


def test_hosts_that_nobody_has():
    for host in ("a..b", "x" * 64, "[::1]:1"):
        sender = Client("myownspace", KEY, "barDev1", url="http://" + host, timeout=5)
        error = str(raises(Unreachable, sender.store, READING))
        assert "addrinfo" not in error or host != "[::1]:1"  # an address needs no lookup


def test_a_call_that_broke_off_leaves_no_half_head():
    sender = client()
    sender.store(READING)
    lines = sender._lines
    sender._lines = None
    raises(AttributeError, sender.store, READING, None, "6000")
    sender._lines = lines
    sender.store(READING)
    sender.close()


def test_N17_a_connection_closed_between_two_requests_is_replaced_silently():
    for behaviour in ("/close/1", "/announce_close/1"):
        sender = client(behaviour)
        for _ in range(3):
            sender.store(READING)
        sender.close()


def test_N18_large_answers_are_not_read():
    assert "too large" in str(failure("/size/1000000000", Unreachable))
    assert "too large" in str(failure("/size/5000", Unreachable))
    assert "too large" in str(failure("/headers/10000", Unreachable))
    store("/headers/20")


def test_a_client_goes_on_after_any_error():
    sender = client("/status/503")
    for _ in range(3):
        raises(ServiceUnavailable, sender.store, READING)
    raises(InvalidName, sender.store, {"_key": 1})
    raises(InvalidValue, sender.store, {"ok": 1, "bad": None})
    raises(ServiceUnavailable, sender.store, READING)
    sender.close()


def test_no_socket_is_left_open():
    before = open_sockets()
    for behaviour in ("", "/status/403", "/cut/50", "/reset/1", "/size/5000", "/page/1"):
        sender = client(behaviour)
        for _ in range(3):
            try:
                sender.store(READING)
            except SendError:
                pass
        sender.close()
    waited_ms = 0
    while open_sockets() > before and waited_ms < 5000:
        sleep_ms(10)  # for the server's side, which may be in this process
        waited_ms += 10
    assert open_sockets() <= before


class NoMemory:
    """TLS settings on a board that has no memory left."""

    def wrap_socket(self, sock, **options):
        raise MemoryError


def test_no_socket_is_left_open_by_an_error_of_any_kind():
    host, _, port = SERVER.split("//")[1].partition(":")
    before = open_sockets()
    kept = []
    for _ in range(3):
        deadline = ticks_add(ticks_ms(), 5000)
        try:
            Stream(host, int(port), NoMemory(), deadline)
        except MemoryError as error:
            kept.append(error)
    assert len(kept) == 3
    waited_ms = 0
    while open_sockets() > before and waited_ms < 5000:
        sleep_ms(10)
        waited_ms += 10
    assert open_sockets() <= before


def test_names_and_arguments_are_checked_before_anything_is_sent():
    for namespace in ("a", "a.b", "_a", "å" * 3):
        assert "namespace name" in str(raises(InvalidName, Client, namespace, KEY))
    assert "device name" in str(raises(InvalidName, Client, "myownspace", KEY, "a b"))
    assert "no device" in str(raises(InvalidName, Client("myownspace", KEY).store, READING))
    assert "device name" in str(raises(InvalidName, client().store, READING, None, "-a"))
    assert "device name" in str(raises(InvalidName, client().store, READING, None, ""))
    assert "'PUT'" in str(raises(InvalidValue, client, method="PUT"))
    assert "empty key" in str(raises(InvalidValue, Client, "myownspace", ""))
    assert "'fatal'" in str(raises(InvalidValue, client().log, "x", "fatal"))
    for url in (
        "api.byteport.se",
        "ftp://host",
        "https://",
        "http://me:pass@host",
        "http://h:65536",
        "http://h /",
        "http://å/",
    ):
        error = str(raises(InvalidValue, Client, "myownspace", KEY, "barDev1", url))
        assert "a URL is like https://host/path" in error
        assert "pass" not in error


def test_the_callers_fields_stay_as_they_are():
    fields = {"temperature": 21.5}
    sender = client()
    sender.store(fields)
    assert fields == {"temperature": 21.5}
    sender.close()


def test_the_date_of_an_answer():
    sender = client("/cut/9999")  # a whole answer, with a Date
    for wanted in (False, True, False):
        sender.connection.wants_date = wanted
        sender.store(READING)
        headers = sender.connection.headers
        assert list(headers) == (["date"] if wanted else [])
        if wanted:
            assert unix_seconds(headers["date"]) > 1767225600
    sender.close()
    sender = client()  # without one
    sender.connection.wants_date = True
    sender.store(READING)
    assert sender.connection.headers == {}
    sender.close()


def test_no_date_is_left_where_no_answer_came():
    link = Connection(split_url(SERVER)[0])
    link.wants_date = True
    for path in ("cut/9999", "reset/1"):
        request = f"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        try:
            link.exchange(request, ticks_add(ticks_ms(), 5000))
            assert link.headers["date"].endswith(" GMT")
            assert len(link.headers) == 1
        except OSError:
            assert path == "reset/1"
    assert link.headers == {}
    link.close()


class OtherSession:
    """What `requests` and `urequests` have in common, with one answer."""

    def __init__(self, status, history=()):
        self.status_code = status
        self.history = history
        self.headers = {"Content-Type": "text/plain"}
        self.content = b""
        self.calls = []

    def post(self, url, data, headers, timeout):
        self.calls.append((url, data, headers, timeout))
        return self

    def get(self, url, headers, timeout):
        self.calls.append((url, None, headers, timeout))
        return self

    def close(self):
        pass


def test_a_session_of_the_callers():
    session = OtherSession(200)
    sender = client(session=session, timeout=7)
    sender.store([("n1", 1)])
    url, data, headers, timeout = session.calls[0]
    assert url == SERVER + "/api/v1/timeseries/myownspace/barDev1/"
    assert data == b"_key=s3cr3t%26key&n1=1"
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert timeout == 7
    client(session=session, method="GET").store([("n1", 1)])
    assert session.calls[1][0].endswith("/barDev1/?_key=s3cr3t%26key&n1=1")
    raises(Forbidden, client(session=OtherSession(403)).store, READING)


def test_N13_a_session_that_followed_a_redirect_stored_nothing():
    moved = OtherSession(301)
    moved.headers = {"Location": "https://elsewhere.example/"}
    raises(Redirected, client(session=OtherSession(200, [moved])).store, READING)


class FailingSession:
    def post(self, url, data, headers, timeout):
        raise OSError("cannot reach " + url + " with " + data.decode())


def test_X1_a_session_that_quotes_the_key():
    error = raises(Unreachable, client(session=FailingSession()).store, READING)
    assert "s3cr3t" not in str(error)
    assert "_key=***" in str(error)


class OddSession:
    def __init__(self, error):
        self.error = error

    def post(self, url, data, headers, timeout):
        raise self.error


def test_whatever_a_session_says_of_an_answer_that_is_none():
    for error in (ValueError("HTTP error: BadStatusLine"), NotImplementedError("Redirect 307")):
        caught = raises(Unreachable, client(session=OddSession(error)).store, READING)
        assert str(error) in str(caught)


class FollowingSession(OtherSession):
    """As `requests`: it follows redirects, with the key, unless told not to."""

    def resolve_redirects(self):
        pass

    def post(self, url, data, headers, timeout, allow_redirects=True):
        self.status_code = 200 if allow_redirects else 307
        return self


def test_N13_a_session_is_told_not_to_follow_redirects():
    raises(Redirected, client(session=FollowingSession(200)).store, READING)
