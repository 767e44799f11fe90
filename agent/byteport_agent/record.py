"""One reading on its way: texts and an integer time, so that every resend is the same bytes."""

from collections.abc import Sequence
from typing import NamedTuple

from byteport.digits import decimals_text
from byteport.errors import BadReading

Channels = tuple[tuple[str, str, int], ...]  # (name, SenML unit, decimals) of each
Fields = tuple[tuple[str, str], ...]  # (field, text) of each


class Record(NamedTuple):
    """What one device measured at one time: (field, text) pairs and milliseconds since 1970."""

    device: str
    ts_ms: int
    fields: Fields


def channel_texts(channels: Channels, values: Sequence[float | str]) -> Fields:
    """Return (field, text) pairs with the digits that the channels state.

    Raises BadReading for a number that is not finite and for a sample with values missing.
    """
    if len(values) != len(channels):
        raise BadReading(f"a sample of {len(values)} values for {len(channels)} channels")
    return tuple(
        (name, value if isinstance(value, str) else _number_text(name, value, decimals))
        for (name, _, decimals), value in zip(channels, values, strict=True)
    )


def _number_text(name: str, value: float, decimals: int) -> str:
    if value - value != 0:
        raise BadReading(f"{name} is {value}")
    return decimals_text(value, decimals)
