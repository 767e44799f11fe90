"""The board and the agent agree on which times are too early to be true."""

from byteport.clock import EARLIEST_S
from byteport_agent.outbox.boot_time import EARLIEST_MS


def test_the_earliest_time_is_the_agents() -> None:
    assert (EARLIEST_S + 946684800) * 1000 == EARLIEST_MS
