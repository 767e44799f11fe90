"""Byteport's naming rules: the rule that is broken is named."""

from byteport.errors import InvalidName
from byteport.name_advice import advice
from byteport.names import check
from portable import raises


def test_names_that_byteport_takes():
    for name in ("ab", "a" * 32, "temperature", "A-b_c:9", ":a", "0x", "a-", "b_"):
        assert check(name) == name


def broken(name, what="field"):
    return str(raises(InvalidName, check, name, what))


def test_length_is_named():
    assert broken("") == "field name '' has 0 characters: allowed are 2 to 32"
    assert broken("a") == "field name 'a' has 1 characters: allowed are 2 to 32"
    assert "has 33 characters" in broken("a" * 33)


def test_first_character_is_named():
    assert "starts with '-'" in broken("-a", "device")
    assert "starts with '_'" in broken("_a")
    assert broken("-a", "device").startswith("device name '-a'")


def test_character_is_named():
    for name, char in (("åb", "å"), ("a.b", "."), ("a b", " "), ("a/b", "/"), ("ab\n", "\n")):
        assert f"has {char!r}: allowed are 0-9 a-z A-Z - _ :" in broken(name)


def test_reserved_names_are_named():
    for name in ("_key", "_ts"):
        assert "is reserved by Byteport" in broken(name)


def test_what_is_no_text():
    for name in (None, 5, b"ab"):
        assert "is not text" in broken(name)


def test_advice_warns_of_what_is_allowed_but_troublesome():
    assert advice("barDev1", "device") == ""
    assert "ends with '-'" in advice("ab-")
    assert "ends with '_'" in advice("ab_")
    assert "short" in advice("test", "namespace")
    assert advice("myownspace", "namespace") == ""
