"""Samples through the filters of their fields, to texts."""

import pytest

from byteport.errors import BadReading
from byteport_agent.config.sections import FieldSettings
from byteport_agent.sampling.fields import SensorFields, text_of

BME280 = (("temperature", "Cel", 2), ("humidity", "%RH", 1))


def settings(**channels: dict[str, object]) -> dict[str, FieldSettings]:
    return {
        name: FieldSettings(name, str(table.get("name", name)), {"name": name, **table})
        for name, table in channels.items()
    }


def test_without_settings_all_channels_are_stored_with_their_decimals() -> None:
    fields = SensorFields(None)
    assert fields.take(BME280, (21.456, 40), 0) == [
        (0, (("temperature", "21.46"), ("humidity", "40.0")))
    ]
    assert fields.last_values() == {"temperature": "21.46", "humidity": "40.0"}
    assert fields.units(BME280) == {"temperature": "Cel", "humidity": "%RH"}


def test_with_settings_only_those_channels_are_stored() -> None:
    fields = SensorFields(settings(humidity={"name": "porch_rh", "offset": -2.0, "decimals": 0}))
    assert fields.take(BME280, (21.456, 40.6), 0) == [(0, (("porch_rh", "39"),))]
    assert fields.units(BME280) == {"porch_rh": "%RH"}


def test_a_field_may_have_another_unit_than_its_channel() -> None:
    channels = (("distance", "mm", 0), ("angle", "deg", 0))
    points = {"name": "level", "window": "1s", "window_report": ["min", "max"]}
    table = {
        "distance": FieldSettings("distance", "level", points, "%"),
        "angle": FieldSettings("angle", "angle", {}, ""),
    }
    assert SensorFields(table).units(channels) == {"level_min": "%", "level_max": "%", "angle": ""}


def test_a_window_is_stored_for_when_it_ended_apart_from_the_others() -> None:
    fields = SensorFields(
        settings(
            temperature={"window": "1s", "window_report": ["min", "max"]}, humidity={"name": "rh"}
        )
    )
    fields.take(BME280, (20.0, 40.0), 0)
    fields.take(BME280, (22.0, 40.0), 500)
    assert fields.take(BME280, (30.0, 41.0), 1_300) == [
        (300, (("temperature_min", "20.00"), ("temperature_max", "22.00"))),
        (0, (("rh", "41.0"),)),
    ]
    assert fields.missed(2_100) == [
        (100, (("temperature_min", "30.00"), ("temperature_max", "30.00")))
    ]


def test_S6_what_is_no_number_is_never_stored_and_told_once() -> None:
    fields = SensorFields(None)
    channels = (("temperature", "Cel", 2),)
    for value in (float("nan"), float("inf"), -float("inf"), None, 1e400, [1]):
        assert fields.take(channels, (value,), 0) == []
    assert fields.refused == 6
    assert fields.taken_notes() == ["temperature: nan is not a number that can be stored"]
    assert fields.taken_notes() == []
    assert fields.take(channels, (-0.001,), 0) == [(0, (("temperature", "0.00"),))]


def test_a_sample_of_another_length_is_none() -> None:
    with pytest.raises(BadReading, match="a sample of 1 values for 2 channels"):
        SensorFields(None).take(BME280, (1.0,), 0)


def test_a_channel_that_cannot_be_a_field_is_told_of_once_and_the_others_are_stored() -> None:
    fields = SensorFields(None)
    channels = (("a.b", "", 1), ("level", "", 1))
    for _ in range(3):
        assert fields.take(channels, (1.0, 2.0), 0) == [(0, (("level", "2.0"),))]
    (note,) = fields.taken_notes()
    assert "a.b" in note
    assert note.endswith("it is not stored; give it another name with fields")


def test_channels_may_change_from_one_sample_to_the_next() -> None:
    fields = SensorFields(None)
    fields.take((("level", "", 1),), (1.0,), 0)
    assert fields.take((("flow", "", 2),), (2.0,), 0) == [(0, (("flow", "2.00"),))]


def test_texts_and_truths_are_stored_as_they_are() -> None:
    assert [text_of(value, 1) for value in ("open", True, 3, 2.25)] == [
        "open",
        "True",
        "3.0",
        "2.2",
    ]


@pytest.mark.parametrize(
    ("settings", "every_ms"),
    [
        ({}, 1000),
        ({"window": "5m"}, 300_000),
        ({"deadband": 0.5}, None),
        ({"on_change": True, "heartbeat": "10m"}, 600_000),
        ({"median": 5}, 1000),
    ],
)
def test_how_often_a_field_is_reported_at_least(
    settings: dict[str, object], every_ms: int | None
) -> None:
    found = FieldSettings("temperature", "temp", {"name": "temp", **settings})
    fields = SensorFields({"temperature": found})
    channels = (("temperature", "Cel", 2), ("humidity", "%RH", 2))
    assert fields.every_ms(channels, 1000) == {"temp": every_ms}
    assert SensorFields(None).every_ms(channels, 7) == {"temperature": 7, "humidity": 7}
