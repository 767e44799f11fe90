"""The data that a simulated Byteport begins with, and the mistakes in it."""

import json
import re
from pathlib import Path

import pytest

from byteport_mocks.service.data_file import DataError, read_data, read_file
from byteport_mocks.service.example_data import EXAMPLE
from micropythons import PROJECT


def test_the_example_of_the_page_is_the_example() -> None:
    page = (PROJECT / "docs" / "simulated-byteport.md").read_text()
    (text,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(text) == EXAMPLE


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([], "the data is no object"),
        ({"user": {}}, "the data has an unknown key 'user': did you mean 'users'?"),
        ({"users": []}, "users is no object"),
        ({"users": {"a": {"password": 1}}}, "users.a.password is no text"),
        (
            {"users": {"a": {"password": "x", "namespaces": ["y"]}}},
            "users.a.namespaces is no list of names out of namespaces",
        ),
        ({"namespaces": {"a b": {}}}, "namespace name 'a b'"),
        (
            {"namespaces": {"test": {"http_write_method": "PUT"}}},
            "namespaces.test.http_write_method is none of both, get, post, none",
        ),
        ({"namespaces": {"test": {"write_keys": ""}}}, "did you mean 'write_key'?"),
        ({"namespaces": {"test": {"devices": {"_x": {}}}}}, "device name '_x'"),
        (
            {"namespaces": {"test": {"devices": {"d1": {"device_type": "3"}}}}},
            "namespaces.test.devices.d1.device_type is the id of no device type",
        ),
        (
            {"namespaces": {"test": {"devices": {"d1": {"series": {"f1": [[1]]}}}}}},
            "namespaces.test.devices.d1.series.f1: a value is [seconds since 1970, value]",
        ),
        (
            {"namespaces": {"test": {"device_types": [{"id": "1"}]}}},
            "namespaces.test.device_types[0] has no id, or no name",
        ),
        (
            {"namespaces": {"test": {"device_types": {}}}},
            "namespaces.test.device_types is no list",
        ),
        (
            {"namespaces": {"test": {"device_types": [{"id": 1, "name": "x", "firmware": [{}]}]}}},
            "namespaces.test.device_types[0].firmware: each needs 'id'",
        ),
    ],
)
def test_mistakes_in_data_are_told_with_their_place(data: object, text: str) -> None:
    with pytest.raises(DataError) as caught:
        read_data(data)
    assert text in str(caught.value)


def test_series_in_data() -> None:
    series = {"temp": [[1410613385.123, 21.5], ["1410613386", "x"]]}
    world = read_data({"namespaces": {"test": {"devices": {"d1": {"series": series}}}}})
    found = world.namespace("test").device("d1").series["temp"].all()
    assert [(each.ts_ms, each.text) for each in found] == [
        (1410613385123, "21.5"),
        (1410613386000, "x"),
    ]


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text("{")
    with pytest.raises(DataError, match="is no JSON"):
        read_file(str(tmp_path / "data.json"))
