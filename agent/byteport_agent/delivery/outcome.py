"""What is sent in one call, and what came of it, in words that belong to no protocol.

Each output turns its own errors into these; what follows from them is decided once, in `dispatch`.
"""

from enum import Enum
from typing import NamedTuple

from byteport_agent.outbox import Entry
from byteport_agent.outbox.entry import Fields


class Kind(Enum):
    """What came of a call, split by what has to be done next."""

    DELIVERED = "delivered"
    UNKNOWN = "no usable answer: send the same bytes again"
    LIMITED = "too many calls: wait, then send again"
    REFUSED = "nothing will pass until somebody mends something"
    NO_DEVICE = "nothing of this device will pass until it is registered"
    REJECTED = "the service will not take this"
    TOO_LARGE = "the service would take less of it"
    INVALID = "this cannot be sent at all, and was not"


class Outcome(NamedTuple):
    """``text`` says what happened and holds no key; ``wait_ms`` is what the service asked for."""

    kind: Kind
    text: str = ""
    wait_ms: int | None = None


class Call(NamedTuple):
    """What one call carries: fields at a time, or ``many`` entries; without any, a heartbeat.

    The same call again makes the same bytes. ``entries`` are those that it delivers, which may be
    in part, or only told of.
    """

    device: str
    entries: tuple[Entry, ...] = ()
    fields: Fields = ()
    ts_ms: int | None = None
    many: bool = False
