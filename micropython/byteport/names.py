"""Byteport's naming rules for namespaces, devices and fields.

Rules: Byteport API document v1.6, "names"; what breaks one is told by rule, not as "invalid".
"""

from byteport.errors import InvalidName

LOG_LEVELS = ("debug", "info", "warn", "error")


def check(name: str, what: str = "field") -> str:
    """Return the name if Byteport takes it, else raise InvalidName saying which rule it breaks."""
    broken = _broken_rule(name)
    if broken:
        raise InvalidName(f"{what} name {name!r} {broken}")
    return name


def advice(name: str, what: str = "field") -> str:
    """Return a warning for a name that is allowed but will make trouble, else an empty text."""
    if name[-1] in "-_":
        return f"{what} name {name!r} ends with {name[-1]!r}: the reference client refuses it"
    if what == "namespace" and len(name) < 7:
        return f"namespace {name!r} is short: one that a user creates has 7 characters or more"
    return ""


def _broken_rule(name: str) -> str:
    if not isinstance(name, str):
        return "is not text"
    if name in ("_key", "_ts"):
        return "is reserved by Byteport"
    if not 2 <= len(name) <= 32:
        return f"has {len(name)} characters: allowed are 2 to 32"
    if name[0] in "-_":
        return f"starts with {name[0]!r}: names start with a letter, a digit or ':'"
    for char in name:
        if not ("a" <= char <= "z" or "A" <= char <= "Z" or "0" <= char <= "9" or char in "-_:"):
            return f"has {char!r}: allowed are 0-9 a-z A-Z - _ :"
    return ""
