"""Why a STOMP connection ended, whichever of stomp.py's threads tells of it first."""

from time import monotonic
from typing import Any

import pytest

from byteport_agent.brokers.stomp_connection import _Listener
from byteport_agent.brokers.stomp_transport import Client, Transport


class Told:
    why = ""

    def went(self, _: object, why: str) -> None:
        self.why = self.why or why


def no_socket() -> Any:
    raise AssertionError


@pytest.mark.parametrize(
    ("agreed_s", "silent_s", "why"),
    [
        (1.5, 60, "it was silent for too long"),
        (600, 60, "it closed the connection"),
        (0.0, 60, "it closed the connection"),  # before CONNECTED, or with no heart-beats
    ],
)
def test_the_end_of_one_that_was_silent(agreed_s: float, silent_s: float, why: str) -> None:
    told, client = Told(), Client(Transport(no_socket, "here", 61613, "v"), 1000)
    client.receive_sleep = agreed_s
    client.received_heartbeat = monotonic() - silent_s
    _Listener(told, client).on_disconnected()  # type: ignore[arg-type]
    assert told.why == why
