"""Warnings for names that Byteport takes but that make trouble; a board has nobody to tell them."""


def advice(name: str, what: str = "field") -> str:
    """Return a warning for a name that is allowed but will make trouble, else an empty text."""
    if name[-1] in "-_":
        return f"{what} name {name!r} ends with {name[-1]!r}: the reference client refuses it"
    if what == "namespace" and len(name) < 7:
        return f"namespace {name!r} is short: one that a user creates has 7 characters or more"
    return ""
