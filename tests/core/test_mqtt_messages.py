"""An outbox's readings as what a broker is given, in both dialects."""

import json

from byteport.data_form import append_data, make_worded
from byteport.encoder import append_fields
from byteport.errors import InvalidValue
from byteport.mqtt_messages import ByteportMessages, PlainMessages, read_field
from portable import raises

TEXTS = (
    "21.5",
    "å",
    "👨‍👩‍👧",
    "a b",
    "it's",
    "100%",
    "a+b&c",
    "/x?y",
    "\u00a0",
    "a\u3000b",
    "~",
    "\t",
)


class Publications:
    """Takes what is published."""

    def __init__(self):
        self.all = []

    def publish(self, topic, payload, retain=False):
        topic = topic if isinstance(topic, str) else bytes(topic).decode()
        self.all.append((topic, bytes(payload).decode(), retain))


def form(pairs):
    out = bytearray()
    append_fields(out, pairs)
    return out


def data(value, name=b"f1"):
    out = bytearray()
    append_data(out, name, value.encode())
    return out.decode()


def test_a_form_is_read_as_it_was_written():
    name, value = bytearray(), bytearray()
    pairs = [("n:" + str(i), TEXTS[i]) for i in range(len(TEXTS))]
    written = form(pairs)
    at = 0
    found = []
    while at < len(written):
        at = read_field(written, at, name, value)
        found.append((name.decode(), value.decode()))
    assert found == pairs


def test_the_form_of_the_document():
    out = bytearray()
    append_data(out, b"temp", b"10")
    append_data(out, b"last_word", b"i love you")
    assert out == b'temp=10;last_word="i love you";'


def test_what_the_form_carries():
    for value in ("21.5", "-1e-5", "on", "50%", "å", "👨‍👩‍👧", "c:d,e/f", "\u00a1"):
        assert data(value) == "f1=" + value + ";"
    for value in ("a b", "it's", "a\u00a0b", "a\u2003b", "a\u3000b", "a\u202fb", "a\u1680b"):
        assert data(value) == 'f1="' + value + '";'


CONTROL = "line break, control character or half a surrogate pair"
END = "white space at an end"
REFUSED = (
    ("a;b", "semicolon"),
    ("a=b", "equals sign"),
    ('say "hi"', "double quote"),
    ("a\\b", "backslash"),
    ("a\nb", CONTROL),
    ("a\0", CONTROL),
    ("a\x7fb", CONTROL),
    ("a\u0085b", CONTROL),
    ("a\u2028b", CONTROL),
    ("a\u2029b", CONTROL),
    (" a", END),
    ("a ", END),
    ("a\u00a0", END),
    ("\u3000a", END),
    ("", "empty text"),
)


def test_N22_what_is_refused_is_named_and_leaves_nothing():
    for value, obstacle in REFUSED:
        out = bytearray(b"good=1;")
        error = raises(InvalidValue, append_data, out, bytearray(b"note"), value.encode())
        assert str(error) == "field 'note': Byteport's form for a broker carries no " + obstacle
        assert out == b"good=1;"
    raises(InvalidValue, append_data, bytearray(), b"note", b"a\xed\xa0\x80b")


def test_words_are_always_carried():
    for text, worded in (
        ('a=1; "b" is at C:\\x (errno 5)', "a:1, 'b' is at C:/x (errno 5)"),
        ("\n two\nlines \t", "two lines"),
        (" ", "-"),
        ("å?", "å?"),
    ):
        value = bytearray(text.encode())
        make_worded(value)
        assert value.decode() == worded
        data(worded)


def test_a_reading_in_byteports_dialect():
    published = Publications()
    messages = ByteportMessages("myownspace", "barDev1")
    pairs = [("temp", 21.5), ("note", "i love you"), ("n1", "å😀")]
    for _ in range(2):  # buffers are used again
        messages.publish(published, form(pairs), "1410613385.123")
    messages.publish(published, form([("n1", 1)]), "1.000", "6000")
    first, second, other = published.all
    assert first == second
    assert first[0] == "simple_string_dev_message"
    assert not first[2]
    assert json.loads(first[1]) == [
        {
            "namespace": "myownspace",
            "uid": "barDev1",
            "timestamp": "1410613385.123",
            "data": 'temp=21.5;note="i love you";n1=å😀;',
        }
    ]
    assert json.loads(other[1])[0]["uid"] == "6000"


def test_every_value_that_is_carried_stays_json():
    for value in ("it's", "a b", "/", "\u00a1", "x" * 300, "{}[],:"):
        published = Publications()
        ByteportMessages("ns1", "d1").publish(published, form([("f1", value)]), "1.000")
        text = json.loads(published.all[0][1])[0]["data"]
        assert text.split("=", 1)[1].rstrip(";").strip('"') == value


def test_N22_a_reading_that_is_not_carried_publishes_nothing():
    published = Publications()
    messages = ByteportMessages("ns1", "d1")
    bad = form([("f1", "good"), ("f2", "a;b")])
    error = raises(InvalidValue, messages.publish, published, bad, "1.000")
    assert "'f2'" in str(error)
    assert not published.all
    messages.publish(published, form([("f1", "good")]), "1.000")
    assert json.loads(published.all[0][1])[0]["data"] == "f1=good;"


def test_messages_of_the_log_are_always_carried():
    published = Publications()
    messages = ByteportMessages("ns1", "d1")
    messages.publish(published, form([("error", "OSError(5, 'a=b; \"c\"')\n")]), "1.000")
    text = json.loads(published.all[0][1])[0]["data"]
    assert text == "error=\"OSError(5, 'a:b, 'c'')\";"


def test_plain_topics():
    published = Publications()
    messages = PlainMessages("home", "barDev1", {"porch_temp": "porch", "n:1": "x"}, True)
    pairs = [("porch_temp", 21.5), ("free_heap", 1), ("note", 'a;b="c"\n å'), ("info", "up")]
    messages.publish(published, form(pairs), "1.000")
    messages.publish(published, form([("porch_temp", 1), ("n:1", "")]), "2.000", "6000")
    messages.publish(published, form([("n:1", "")]), "2.000")
    assert published.all == [
        ("home/barDev1/porch/porch_temp", "21.5", True),
        ("home/barDev1/free_heap", "1", True),
        ("home/barDev1/note", 'a;b="c"\n å', True),
        ("home/barDev1/info", "up", False),
        ("home/6000/porch_temp", "1", True),
        ("home/6000/n:1", "", True),
        ("home/barDev1/x/n:1", "", True),
    ]
