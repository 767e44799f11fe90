"""A user's session with a simulated Byteport, and with servers that misbehave."""

import json
import os
import sys

from byteport import Client
from byteport.contents import Content, KeptContent
from byteport.errors import InvalidName, InvalidValue, Refused, Rejected, SendError, Unreachable
from byteport.login import LoginSession
from byteport.meaning import (
    AnswerTooLarge,
    DeviceNotFound,
    Forbidden,
    LoginFailed,
    Redirected,
    RegistrationFailed,
    ServerError,
)
from byteport.pieces import FileContent, PointContent
from byteport.session import UserSession
from byteport.time_range import moment_text, range_parameters
from byteport.timestamp import timestamp_text
from portable import raises

SERVER = os.getenv("BYTEPORT_TEST_SERVER")
SERVICE = os.getenv("BYTEPORT_TEST_SERVICE")
FOLDER = os.getenv("BYTEPORT_TEST_FOLDER")
PASSWORD = "admin"
BEGIN = 1410613385


def session(url=SERVICE, **options):
    options.setdefault("timeout", 10)
    return UserSession(url, **options)


def logged_in(**options):
    user = session(**options)
    user.login("admin", PASSWORD)
    return user


def new_device():
    """Register a device that no other run of this file has."""
    uid = "dev" + "".join([f"{c:02x}" for c in os.urandom(6)])
    with logged_in() as user:
        user.register("test", uid, "2", active=True)
    return uid


def store(uid, values, field="temp"):
    client = Client("test", "TEST", uid, url=SERVICE, timeout=10)
    for number in range(len(values)):
        client.store({field: values[number]}, timestamp=BEGIN + number)
    client.close()


def points(answer):
    return [(point["t"], point["v"]) for point in answer["data"]["ts_data"]]


# Login


def test_login_and_logout():
    user = session()
    assert not user.logged_in()
    user.login("admin", PASSWORD)
    assert user.logged_in()
    assert [space["name"] for space in user.namespaces()] == ["test"]
    user.logout()
    assert not user.logged_in()
    assert raises(Forbidden, user.namespaces).status == 403
    user.login("admin", PASSWORD)
    assert user.namespaces("test")[0]["description"] == "A very pleasant space"
    assert user.namespaces("other") == []
    user.close()
    raises(Forbidden, user.namespaces)
    user.close()


def test_a_logout_ends_the_session_at_the_service():
    user = logged_in()
    cookies = dict(user._cookies)
    user.logout()
    user._cookies = cookies
    raises(Forbidden, user.namespaces)
    user.close()


def test_a_wrong_login_is_its_own_error():
    user = session()
    for name, password in (("admin", "wrong-canary"), ("nobody", PASSWORD), ("", "")):
        error = raises(LoginFailed, user.login, name, password)
        assert isinstance(error, Refused)
        assert error.status == 403
        assert "wrong user name or password" in str(error)
        assert "canary" not in str(error) + repr(error.__dict__)
        assert not user.logged_in()
    user.login("admin", PASSWORD)
    raises(LoginFailed, user.login, "admin", "wrong-canary")
    assert not user.logged_in()  # the session before is not used on
    user.close()


def test_a_forged_token_is_refused():
    user = logged_in()
    user._cookies["csrftoken"] = "0" * 32
    answer = user.send_message("test", "6000", "hello")
    assert answer[0]["error_level"] == "0"  # the cookie and the form still say the same
    del user._cookies["csrftoken"]
    raises(Forbidden, user.send_message, "test", "6000", "hello")
    user.close()


def test_what_is_no_byteport():
    for behaviour in ("/", "/page/1", "/body/100"):
        user = session(SERVER + behaviour)
        error = raises(Unreachable, user.login, "admin", "canary")
        assert "csrftoken" in str(error)
        assert "canary" not in str(error)
        user.close()
    for behaviour, kind in (
        ("/status/500", ServerError),
        ("/status/404", DeviceNotFound),
        ("/redirect/302", Redirected),
        ("/cut/20", Unreachable),
        ("/raw/no_http", Unreachable),
    ):
        user = session(SERVER + behaviour)
        assert type(raises(SendError, user.login, "admin", "canary")) is kind
        assert type(raises(SendError, user.namespaces)) is kind
        user.close()


def test_a_deadline_ends_a_call():
    for behaviour in ("/hang/1", "/drip/300"):
        user = session(SERVER + behaviour, timeout=0.4)
        assert "within 0.4 s" in str(raises(Unreachable, user.namespaces))
        user.close()


def test_answers_that_are_no_json_or_a_page():
    for behaviour in ("/page/1", "/body/10", "/"):
        with session(SERVER + behaviour) as user:
            raises(Unreachable, user.namespaces)
            raises(Unreachable, user.each_point, print, "test", "6000", "temp")
            raises(Unreachable, user.download, "test", "6000", "temp", "1", FOLDER + "/page")
    assert "page" not in os.listdir(FOLDER)
    assert "page.part" not in os.listdir(FOLDER)


def test_a_repr_shows_no_secret():
    user = session(key="canary")
    assert repr(user) == f"<UserSession {SERVICE}/api/v1/>"
    raises(Forbidden, user.namespaces)
    user.close()
    user = logged_in()
    assert repr(user) == f"<UserSession {SERVICE}/api/v1/, logged in>"
    user.close()


def test_urls():
    assert repr(LoginSession("http://127.0.0.1:1/")) == "<LoginSession http://127.0.0.1:1/api/v1/>"
    for url in ("ftp://host", "host", "https://me:canary@host"):
        assert "canary" not in str(raises(InvalidValue, UserSession, url))


class Answered:
    """A connection that notes requests and has given answers: headers and content of each."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []
        self.content = b""
        self.headers = {}
        self.html = False
        self.closed = 0

    def exchange(self, request, _deadline):
        self.requests.append(bytes(request).decode())
        status, self.headers, content = self.answers.pop(0)
        if content:
            self.content.extend(content)
        return status

    def close(self):
        self.closed += 1


def with_answers(*answers):
    user = session("https://byteport.example", key="k&y")
    user._connection = Answered(*answers)
    return user, user._connection


COOKIES = "csrftoken=abc; expires=x; Path=/\nother=1; Path=/\nsessionid=def; HttpOnly"


def test_requests_on_the_wire():
    user, wire = with_answers(
        (200, {"set-cookie": "csrftoken=first; Path=/"}, b""),
        (200, {"set-cookie": COOKIES}, b""),
        (200, {}, b"[]"),
        (200, {"set-cookie": 'sessionid=""; Max-Age=0'}, b"[1]"),
    )
    user.login("ad min", "p&ss")
    user.namespaces("a b")
    assert user.logged_in()
    assert user.post("some/path/", {"a": None, "b": 1}) == [1]
    assert not user.logged_in()
    head = " HTTP/1.1\r\nHost: byteport.example\r\nUser-Agent: curl/7.51.0\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
    url = "https://byteport.example/api/v1/"
    cookies = wire.requests[2].split("Cookie: ")[1].split("\r\n")[0]
    assert sorted(cookies.split("; ")) == ["csrftoken=abc", "sessionid=def"]
    first, login, get, post = [text.replace(cookies, "COOKIES") for text in wire.requests]
    assert first == f"GET /api/v1/login/?_key=k%26y{head}\r\n"
    body = "csrfmiddlewaretoken=first&" + login.split("&", 1)[1]
    assert sorted(body.split("&")[1:]) == ["password=p%26ss", "username=ad+min"]
    assert login == (
        f"POST /api/v1/login/{head}Cookie: csrftoken=first\r\nReferer: {url}login/\r\n"
        f"{form}{len(body)}\r\n\r\n{body}"
    )
    assert get == f"GET /api/v1/namespace/?_key=k%26y&key=a+b{head}Cookie: COOKIES\r\n\r\n"
    assert post == (
        f"POST /api/v1/some/path/{head}Cookie: COOKIES\r\nReferer: {url}some/path/\r\n"
        f"{form}27\r\n\r\ncsrfmiddlewaretoken=abc&b=1"
    )


def test_a_call_that_changes_something_is_never_sent_on_a_connection_that_was_used():
    user, wire = with_answers((200, {}, b"[]"), (200, {}, b"[]"), (200, {}, b""))
    user.namespaces()
    assert wire.closed == 0
    user.send_message("test", "6000", "hello")
    assert wire.closed == 1
    assert user.post("x/", {}) is None
    assert wire.closed == 2


def test_a_login_that_is_answered_by_a_redirect():
    token = (200, {"set-cookie": "csrftoken=abc"}, b"<html>log in</html>")
    user, _ = with_answers(token, (302, {"set-cookie": "sessionid=def", "location": "/"}, b""))
    user.login("admin", PASSWORD)
    assert user.logged_in()
    user, _ = with_answers(token, (302, {"location": "https://elsewhere.example/"}, b""))
    raises(Redirected, user.login, "admin", PASSWORD)
    user, _ = with_answers(token, (200, {}, b"no"))
    assert raises(LoginFailed, user.login, "admin", PASSWORD).status == 200


def test_a_cookie_that_may_have_lost_its_middle_is_no_cookie():
    user, _ = with_answers(
        (200, {"set-cookie": "csrftoken=" + "a" * 105 + "; Path=/"}, b""),
        (200, {"set-cookie": "sessionid=" + "a" * 106 + "; Path=/"}, b""),
    )
    error = raises(Unreachable, user.login, "admin", PASSWORD)
    assert "POST" in str(error)
    assert "the cookie sessionid is too long" in str(error)


# Namespaces, devices, types


def test_devices():
    uid = new_device()
    with logged_in() as user:
        assert user.devices("test", uid) == [
            {"uid": uid, "guid": "test." + uid, "namespace": "test"}
        ]
        whole = user.devices("test", uid, 1)[0]
        assert (whole["active"], whole["status"]) == ("True", "offline")
        assert user.devices("test", "none") == []
        store(uid, ["21.5"])
        data = user.devices("test", uid, 2)[0]
        assert data["latest_data_as_dict"] == {"temp": 21.5}
        assert data["device_type"]["name"] == "Temperature sensor"
        user.configure("test", uid, parent_device="test.TestGW", alias="porch")
        gateway = user.devices("test", "Test*", 3)[0]
        assert uid in [child["uid"] for child in gateway["child_devices"]]
        assert user.devices("test", uid, 1)[0]["alias"] == "porch"
        raises(Rejected, user.configure, "test", uid, no_such="1")
        assert {"6000", "TestGW"} <= {device["uid"] for device in user.devices("test")}


def test_searching():
    uid = new_device()
    with logged_in() as user:
        assert user.search_devices(uid) == {"meta": {"term": uid}, "data": ["test." + uid]}
        assert user.search_devices(f"*{uid[:-1]}*")["data"] == ["test." + uid]
        assert user.search_devices(uid, True)["data"][0]["uid"] == uid
        assert len(user.search_devices("test", limit=1)["data"]) == 1
        assert user.search_devices("nothing like it & more")["data"] == []


def test_types_firmware_and_definitions():
    with logged_in() as user:
        assert [each["id"] for each in user.device_types("test")] == ["1", "2"]
        assert user.device_types("test", "2")[0]["name"] == "Temperature sensor"
        assert user.device_types("test", "2", 0) == [{"id": "2"}]
        assert "field_definitions" in user.device_types("test", depth=2)[0]
        assert [each["version"] for each in user.firmwares("test", "1")] == ["1.0", "1.1"]
        assert user.firmwares("test", "1", "2")[0]["filesize"] == "6"
        assert user.firmwares("test", "1", "636744") == []
        assert user.field_definitions("test", "2", "5")[0]["name"] == "temp"
        assert len(user.field_definitions("test", "2")) == 2
        raises(DeviceNotFound, user.firmwares, "test", "a/b c")


def test_what_there_is_not():
    with logged_in() as user:
        raises(DeviceNotFound, user.devices, "another")
        raises(DeviceNotFound, user.messages, "test", "another")
        raises(DeviceNotFound, user.value, "test", "6000", "temp", "no-ref")
        for call in (user.devices, user.activity, user.device_types):
            raises(InvalidName, call, "a.b")
        raises(InvalidName, user.messages, "test", "a/b")
        raises(InvalidName, user.time_series, "test", "6000", "a b")
        raises(InvalidName, user.register, "test", "#wrong", "1")
        raises(InvalidName, user.register, "test", ["right", "wr ong"], "1")
        raises(TypeError, user.time_series, "test", "6000", "temp", hour=1)


def test_registration():
    uid = new_device()
    with logged_in() as user:
        told = user.register("test", [uid + "a", uid + "b"], "1", reg_code_length=8, serial="x")
        assert [each["uid"] for each in told] == [uid + "a", uid + "b"]
        assert [len(each["reg_code"]) for each in told] == [8, 8]
        told = user.register("test", f"{uid}-08-{uid}-11", "1", batch_register=True)
        assert [each["uid"] for each in told] == [f"{uid}-{n}" for n in ("08", "09", "10", "11")]
        assert len(user.register("test", f"{uid}x,{uid}y", "1")) == 2
        assert user.register("test", uid, "1", force=True)[0]["guid"] == "test." + uid


def test_a_registration_that_fails_is_an_error_though_the_status_is_200():
    uid = new_device()
    with logged_in() as user:
        error = raises(RegistrationFailed, user.register, "test", uid, "1")
        assert error.status == 200
        assert "registered already: " + uid in str(error)
        error = raises(RegistrationFailed, user.register, "test", f"{uid}a,#b", "1")
        assert "'#'" in str(error)
        assert user.devices("test", uid + "a") == []  # all or nothing
        error = raises(RegistrationFailed, user.register, "test", uid + "c", "99")
        assert "device type '99'" in str(error)
    user, _ = with_answers((200, {}, b"[1]"))
    assert "[1]" in str(raises(RegistrationFailed, user.register, "test", "dev", "1"))


def test_messages():
    uid = new_device()
    with logged_in() as user:
        assert user.messages("test", uid) == []
        for text in ("one", "two = 2 & more", "three"):
            told = user.send_message("test", uid, text)[0]
            assert told["device"] == "test." + uid
            sent = json.loads(told["message"])[0]
            assert (sent["data"], sent["uid"], sent["namespace"]) == (text, uid, "test")
        assert [json.loads(each["message"])[0]["data"] for each in user.messages("test", uid)] == [
            "three"
        ]
        assert len(user.messages("test", uid, 0, 5)) == 3
        assert user.messages("test", uid, 2, 2)[0]["id"] == "1"
        raises(Rejected, user.send_message, "test", uid, "å")
        raises(Rejected, user.send_message, "test", uid, "x", "xml")


def test_setting_fields():
    uid = new_device()
    with logged_in() as user:
        told = user.set_fields("test", uid, {"Rubico app prop.Reboot": 1234})
        sent = json.loads(told[0]["message"])[0]
        assert json.loads(sent["data"]) == {"Rubico app prop.Reboot": "1234"}


def test_activity_and_echo():
    uid = new_device()
    client = Client("test", "TEST", uid, url=SERVICE)
    client.log("half & half å")
    client.close()
    with logged_in() as user:
        logged = user.activity("test")
        assert ("info", "half & half å") in [
            (each["level"], each["message"]) for each in logged if each["uid"] == uid
        ]
    with session() as user:
        assert user.echo(test="hello å&=") == {"test": "hello å&="}


# Series


def test_a_time_series():
    uid = new_device()
    store(uid, [1, 2.5, -3])
    with logged_in() as user:
        answer = user.time_series("test", uid, "temp", start=BEGIN, end=BEGIN + 1)
        assert answer["meta"] == {"path": f"test.{uid}.temp"}
        assert points(answer) == [
            ("2014-09-13T13:03:05.000000", 1),
            ("2014-09-13T13:03:06.000000", 2.5),
        ]
        meta = answer["data"]["ts_meta"]
        assert (meta["len"], meta["orig_len"], meta["data_type"]) == (2, 2, "number")
        assert (meta["from"], meta["to"]) == (
            "2014-09-13T13:03:05.000000",
            "2014-09-13T13:03:06.000000",
        )
        text = user.time_series("test", uid, "temp", start="2014-09-13T13:03:06", end=BEGIN + 9)
        assert [v for _, v in points(text)] == [2.5, -3]
        for options in ({"minutes": 60}, {"hours": 24}, {"days": 7}, {}):
            assert points(user.time_series("test", uid, "temp", **options)) == []
        raises(Rejected, user.time_series, "test", uid, "temp", start="yesterday")


def test_scale_and_operations():
    uid = new_device()
    store(uid, [1, 2, 4, 8])
    for options, expected in (
        ({"scale": 10}, [10, 20, 40, 80]),
        ({"operation": "diff"}, [1, 2, 4]),
        ({"operation": "cum_sum", "scale": 2}, [2, 6, 14, 30]),
        ({"operation": "smooth_diff"}, [14 / 3 - 7 / 3]),
    ):
        with logged_in() as user:
            answer = user.time_series("test", uid, "temp", start=BEGIN, **options)
            found = [v for _, v in points(answer)]
            assert len(found) == len(expected)
            assert max([abs(a - b) for a, b in zip(found, expected)]) < 1e-5
            raises(Rejected, user.time_series, "test", uid, "temp", operation="median")


def test_texts_and_any_character_come_back():
    uid = new_device()
    texts = ["plain", "å 日本 😀", 'a "quoted" \\ {text}', "[1, {2}]", "a\nb\tc", "x" * 2000]
    store(uid, texts, "note")
    with logged_in() as user:
        answer = user.time_series("test", uid, "note", start=BEGIN)
        assert [v for _, v in points(answer)] == texts
        assert answer["data"]["ts_meta"]["data_type"] == "string"
        found = []
        meta = user.each_point(lambda p: found.append(p["v"]), "test", uid, "note", start=BEGIN)
        assert found == texts
        assert meta["len"] == len(texts)


def test_a_single_value_and_statistics():
    uid = new_device()
    store(uid, [1, 2, 9])
    with logged_in() as user:
        point = user.time_series("test", uid, "temp", start=BEGIN)["data"]["ts_data"][1]
        value = user.value("test", uid, "temp", point["r"])
        assert (value["value"], value["ref"], value["field_name"]) == ("2", point["r"], "temp")
        figures = user.statistics("test", uid, "temp", start=BEGIN)["data"]["statistics"]
        assert (figures["count"], figures["min"], figures["max"], figures["mean"]) == (3, 1, 9, 4)
        distances = user.distance_to_typical("test", uid, "temp", start=BEGIN)
        assert [v for _, v in points(distances)] == [1, 0, 7]


def test_more_than_is_allowed():
    uid = new_device()
    store(uid, list(range(30)))
    with logged_in(max_content=1000) as user:
        error = raises(AnswerTooLarge, user.time_series, "test", uid, "temp", start=BEGIN)
        assert isinstance(error, Rejected)
        assert "more than 1000 bytes" in str(error)
        found = []
        user.each_point(lambda p: found.append(p["v"]), "test", uid, "temp", start=BEGIN)
        assert found == list(range(30))
    with logged_in(max_content=50) as user:
        raises(AnswerTooLarge, user.each_point, print, "test", uid, "temp", start=BEGIN)
        raises(AnswerTooLarge, user.namespaces)


def test_reading_by_key():
    uid = new_device()
    store(uid, [1])
    with session(key="READ") as reader:
        assert len(points(reader.time_series("test", uid, "temp", start=BEGIN))) == 1
        raises(Forbidden, reader.devices, "test")
    for key in ("WRONG", "TEST", ""):
        with session(key=key) as reader:
            error = raises(Forbidden, reader.time_series, "test", uid, "temp")
            assert "key" in str(error)


# Objects as files


def read(path):
    with open(path, "rb") as file:
        return file.read()


def test_downloads():
    uid = new_device()
    data = bytes(range(256)) * 20
    client = Client("test", "TEST", uid, url=SERVICE)
    client.store_object("photo", data, "gzip", timestamp=BEGIN)
    client.store_object("photo", b"<svg/>", timestamp=BEGIN + 1)
    client.close()
    path = f"{FOLDER}/{uid}"
    with logged_in(max_content=2000) as user:
        refs = [p["r"] for p in series_of(user, uid)]
        assert user.download("test", uid, "photo", refs[0], path) == len(data)
        assert read(path) == data
        assert user.download("test", uid, "photo", refs[1], path) == 6
        assert read(path) == b"<svg/>"
        user.download("test", uid, "photo", refs[0], path, decompress=False)
        assert read(path)[:1] == b"\x78"
        user.download("test", uid, "photo", refs[0], path, decode=False)
        assert read(path)[:2] == b"eJ" or read(path)[:2] == b"eA"
        before = read(path)
        raises(AnswerTooLarge, user.download, "test", uid, "photo", refs[0], path, max_bytes=99)
        raises(DeviceNotFound, user.download, "test", uid, "photo", "x", path)
        assert read(path) == before
        assert raises(OSError, user.download, "test", uid, "photo", refs[0], "/no/such/folder")
    os.remove(path)
    assert uid + ".part" not in os.listdir(FOLDER)


def series_of(user, uid):
    found = []
    user._max_content = 100000
    user.each_point(found.append, "test", uid, "photo", start=BEGIN)
    user._max_content = 2000
    return found


class FullDisk:
    def write(self, _part):
        raise OSError(28, "full")

    def close(self):
        pass


def test_a_full_disk_is_told_as_such():
    path = FOLDER + "/full"
    user, _ = with_answers((200, {"content-disposition": "attachment"}, b"data"))
    connection = user._connection

    def exchange(_request, _deadline):
        connection.content._file.close()
        connection.content._file = FullDisk()
        connection.content.extend(b"data")

    connection.exchange = exchange
    error = raises(OSError, user.download, "test", "6000", "temp", "1", path)
    assert error.errno == 28
    assert "full.part" not in os.listdir(FOLDER)


def test_what_a_callback_raises_is_not_the_networks_fault():
    uid = new_device()
    store(uid, [1])

    def fail(_point):
        raise OSError("mine")

    with logged_in() as user:
        error = raises(OSError, user.each_point, fail, "test", uid, "temp", start=BEGIN)
        assert str(error) == "mine"
        assert len(user.namespaces()) == 1


# Parts


def test_content_in_any_pieces():
    text = (
        b'{"meta":{"path":"a"},"data":{"ts_meta":{"len":3,"x":[]}, "ts_data" : ['
        b'{"v":1,"m":{"a":[{}]}} , {"v":"}]\\\\\\"["},{"v":{}}\n]}}'
    )
    for size in (1, 2, 3, 7, len(text)):
        found = []
        content = PointContent(found.append, 100)
        for at in range(0, len(text), size):
            content.extend(text[at : at + size])
        assert found == [{"v": 1, "m": {"a": [{}]}}, {"v": '}]\\"['}, {"v": {}}]
        assert content.ts_meta() == {"len": 3, "x": []}
        assert len(content) == len(text)


def test_content_that_is_no_series():
    for text in (b"[]", b"{}", b'{"data":[]}', b'{"data":{"ts_data":[]}}', b"", b'{"data":{"ts'):
        content = PointContent(print, 100)
        if text:
            content.extend(text)
        raises(Unreachable, content.ts_meta)
    content = PointContent(print, 100)
    raises(Unreachable, content.extend, b'{"data":{"ts_data":[{"v":x}]')
    content = PointContent(print, 100)
    raises(AnswerTooLarge, content.extend, b"x" * 101)


def test_kept_and_dropped_content():
    content = KeptContent(10)
    content.extend(b"[1, ")
    content.extend(b"2]")
    assert content.parsed() == [1, 2]
    raises(AnswerTooLarge, content.extend, b"12345")
    raises(Unreachable, KeptContent(10).parsed)
    dropped = Content()
    dropped.extend(b"<html>")
    assert (len(dropped), dropped.page) == (6, True)


def test_a_deeply_nested_answer():
    content = KeptContent(1 << 20)
    content.extend(b"[" * 5000)
    raises(Unreachable, content.parsed)


def test_a_file_that_is_not_kept_is_gone():
    path = FOLDER + "/kept"
    with FileContent(path, 10) as content:
        content.extend(b"one")
        assert "kept" not in os.listdir(FOLDER)
        content.keep()
    with FileContent(path, 10) as content:
        content.extend(b"two")
    assert read(path) == b"one"
    os.remove(path)
    assert "kept.part" not in os.listdir(FOLDER)


def test_times():
    assert moment_text(None) is None
    assert moment_text(0) == "1970-01-01T00:00:00"
    assert moment_text(BEGIN) == "2014-09-13T13:03:05"
    assert moment_text("1410613385.5") == "1410613385.5"  # text is as the caller has it
    assert moment_text(2524608000) == "2050-01-01T00:00:00"
    raises(InvalidValue, moment_text, [])
    if sys.implementation.name != "micropython":
        from datetime import datetime

        moment = datetime(2015, 4, 1, 13, 14, 15, 123400)
        assert moment_text(moment) == "2015-04-01T13:14:15.1234"
        raises(InvalidValue, moment_text, datetime(1969, 1, 1))
    if timestamp_text(1) == "1":
        given = range_parameters(start=BEGIN, hours=1, operation="diff")
        left = {name: given[name] for name in given if given[name] is not None}
        assert left == {
            "from": "2014-09-13T13:03:05",
            "timedelta_hours": 1,
            "operation": "diff",
        }
