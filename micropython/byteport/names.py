"""Byteport's naming rules for namespaces, devices and fields.

Rules: Byteport API document v1.6, "names"; what breaks one is told by rule, not as "invalid".
"""

from byteport.errors import InvalidName

LOG_LEVELS = ("debug", "info", "warn", "error")


def check(name: str, what: str = "field") -> str:
    """Return the name if Byteport takes it, else raise InvalidName saying which rule it breaks."""
    broken = ""
    if not isinstance(name, str):
        broken = "is not text"
    elif name in ("_key", "_ts"):
        broken = "is reserved by Byteport"
    elif not 2 <= len(name) <= 32:
        broken = f"has {len(name)} characters: allowed are 2 to 32"
    else:
        # bytes, because a board keeps every character that it ever took out of a text
        data = name.encode("utf-8", "replace")
        for at in range(len(data)):
            c = data[at]
            if at == 0 and c in b"-_":
                broken = f"starts with {name[0]!r}: names start with a letter, a digit or ':'"
            elif not (97 <= c <= 122 or 65 <= c <= 90 or 48 <= c <= 58 or c in b"-_"):
                broken = f"has {name[at]!r}: allowed are 0-9 a-z A-Z - _ :"
            if broken:
                break
    if broken:
        raise InvalidName(f"{what} name {name!r} {broken}")
    return name
