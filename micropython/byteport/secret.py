"""A key or a password that shows nowhere by accident; on PCs alone."""

from hmac import compare_digest


class Secret:
    """A text that shows as *** wherever it is printed, logged or formatted; `reveal` returns it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.matches(other._text)

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not copied to anywhere else")

    def reveal(self) -> str:
        """Return the text, for the one call that needs it."""
        return self._text

    def matches(self, text: str) -> bool:
        """Compare in a time that tells nothing of where the texts differ."""
        return compare_digest(self._text.encode(), text.encode())

    def hidden_in(self, text: str) -> str:
        """Return text with the secret, where it occurs, replaced by ***."""
        return text.replace(self._text, "***")
