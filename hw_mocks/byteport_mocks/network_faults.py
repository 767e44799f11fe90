"""What goes wrong on a network, and when: kinds of faults with the schedules of a bus's faults.

    proxy.inject(Reset(after_bytes=0, direction=TO_CLIENT, when=nth(3)))   # the answer is lost
    proxy.inject(Close(after_bytes=range(5000), when=probability(0.1, seed=7)))
    proxy.inject(Mute(when=every(10)))
    proxy.inject(Stall(when=flapping(up_ms=800, down_ms=200)))
    proxy.clear()

A schedule counts connections, from 1 on, since the fault was injected; its time is milliseconds
since the proxy was entered.
"""

from random import Random
from typing import TYPE_CHECKING

from byteport_mocks.faults import Fault

if TYPE_CHECKING:
    from byteport_mocks.faults import Schedule

TO_SERVER = "to_server"
TO_CLIENT = "to_client"


class Break(Fault):
    """Base of what ends a connection when ``after_bytes`` have passed in one direction.

    The byte that would be the next is the one that ends it: 0 TO_SERVER is a request that never
    arrived, 0 TO_CLIENT one that was processed, and its answer lost. Of a range, the proxy's seed
    picks one number for each connection.
    """

    def __init__(
        self,
        after_bytes: "int | range" = 0,
        direction: str = TO_SERVER,
        when: "Schedule | None" = None,
    ) -> None:
        if direction not in (TO_SERVER, TO_CLIENT):
            raise ValueError(f"direction {direction!r} is neither {TO_SERVER!r} nor {TO_CLIENT!r}")
        super().__init__(when)
        self.after_bytes = after_bytes
        self.direction = direction

    def limit(self, chance: Random) -> int:
        """Return how many bytes pass on one connection."""
        if isinstance(self.after_bytes, range):
            return chance.choice(self.after_bytes)
        return self.after_bytes


class Reset(Break):
    """Both sides get a RST: a process that died, a middlebox that forgot the connection."""


class Close(Break):
    """Both sides get a FIN, as if the other had finished in mid-sentence."""


class Mute(Fault):
    """A connection is accepted, and nothing is ever heard of it again."""


class StateFault(Fault):
    """Base of what is so for a time, whatever the number of connections."""

    def holds(self, now_ms: int) -> bool:
        return self._when(self.count, now_ms)


class Refuse(StateFault):
    """Nobody listens, and open connections are reset: a server that is down."""


class Stall(StateFault):
    """Nothing arrives in either direction until it is over: a link that is down for a moment."""
