"""Recognises a reading that is stored already: a client repeats what it got no answer to.

What came lately is known by its sum. What came before that is looked for where it went, in the
history; seldom, as only a reading that is not newer than all before can be a repetition.
"""

from typing import Protocol

from byteport_agent.outbox.entry import Fields

_LATELY = 4096  # readings at least, more than are ever on their way to the history


class Memory(Protocol):
    """What was stored before."""

    def has(self, device: str, ts_ms: int, fields: Fields) -> bool:
        """Tell whether a device's fields with these values are stored with that time."""
        ...


class Repeats:
    """For one thread."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._lately: set[int] = set()
        self._before: set[int] = set()

    def seen(self, device: str, ts_ms: int, fields: Fields) -> bool:
        """Tell whether a reading came before, and know it from now on."""
        key = hash((device, ts_ms, frozenset(fields)))  # SipHash, with a secret of this process
        if key in self._lately or key in self._before:
            return True
        self._lately.add(key)
        if len(self._lately) > _LATELY:
            self._lately, self._before = set(), self._lately
        return self._memory.has(device, ts_ms, fields)
