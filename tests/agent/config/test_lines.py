"""The line of each key, in all the ways in which TOML writes keys."""

from tomllib import loads

from hypothesis import given
from hypothesis import strategies as st

from byteport_agent.config.source_lines import key_lines

TEXT = r'''# a comment with [brackets] and a = 1
top = 1

[device]  # the device
uid = "a # no comment ] }"
"quoted key" = 'its'
[[sensor]]
name = """
several
lines \"\"\" = 3 """"
list = [1, # one
  [2, "]"], { a = 1, b.c = 2 },
  QQQ
x = 1QQQ,
]
fields.temperature.name = "porch"
[sensor.fields.humidity]
offset = -2.0

[[sensor]]
time = 2026-01-31 12:00:00Z
inline = { temperature = { name = "x", min = 3 }, humidity = "y" }
  [sensor.fields]
  last = true
'''.replace("QQQ", "'''")


def test_lines() -> None:
    assert loads(TEXT)
    lines = key_lines(TEXT)
    assert {
        path: lines[path]
        for path in (
            ("top",),
            ("device",),
            ("device", "uid"),
            ("device", "quoted key"),
            ("sensor",),
            ("sensor", 0),
            ("sensor", 0, "name"),
            ("sensor", 0, "list"),
            ("sensor", 0, "list", 1, 0),
            ("sensor", 0, "list", 2, "b", "c"),
            ("sensor", 0, "list", 3),
            ("sensor", 0, "fields", "temperature", "name"),
            ("sensor", 0, "fields", "humidity"),
            ("sensor", 0, "fields", "humidity", "offset"),
            ("sensor", 1),
            ("sensor", 1, "time"),
            ("sensor", 1, "inline", "temperature", "min"),
            ("sensor", 1, "inline", "humidity"),
            ("sensor", 1, "fields", "last"),
        )
    } == {
        ("top",): 2,
        ("device",): 4,
        ("device", "uid"): 5,
        ("device", "quoted key"): 6,
        ("sensor",): 7,
        ("sensor", 0): 7,
        ("sensor", 0, "name"): 8,
        ("sensor", 0, "list"): 11,
        ("sensor", 0, "list", 1, 0): 12,
        ("sensor", 0, "list", 2, "b", "c"): 12,
        ("sensor", 0, "list", 3): 13,
        ("sensor", 0, "fields", "temperature", "name"): 16,
        ("sensor", 0, "fields", "humidity"): 17,
        ("sensor", 0, "fields", "humidity", "offset"): 18,
        ("sensor", 1): 20,
        ("sensor", 1, "time"): 21,
        ("sensor", 1, "inline", "temperature", "min"): 22,
        ("sensor", 1, "inline", "humidity"): 22,
        ("sensor", 1, "fields", "last"): 24,
    }


@given(st.text(alphabet="ab[]{}=.,\"'\\#\n 1", max_size=60))
def test_any_text_ends(text: str) -> None:
    key_lines(text)
