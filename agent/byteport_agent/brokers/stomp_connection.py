"""A connection to a STOMP broker by stomp.py. Source: STOMP 1.2."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from time import monotonic
from typing import Any

from byteport.errors import ByteportError, Refused, SendError, Unreachable
from byteport_agent.brokers.message import Message
from byteport_agent.brokers.standing import Broker, Hearers, Standing, State
from byteport_agent.brokers.stomp_transport import Client, Transport
from byteport_agent.delivery.around import Arrived

_SILENT = "it was silent for too long"
_FAREWELL_S = 1.0
_JSON = "application/json"
_KEPT = {"persistent": "true"}  # RabbitMQ: it is on the disk before it is confirmed
_FORBIDDEN = ("access", "refused", "denied", "credentials", "bad connect")


@dataclass(frozen=True, kw_only=True)
class StompBroker(Broker):
    """``vhost`` is the virtual host there; both sides are heard of every ``heart_beat_ms``."""

    vhost: str
    heart_beat_ms: int = 10_000


class StompConnection(Standing):
    """Sends with receipts; keeps `broker_link.Connection`."""

    _broker: StompBroker

    def __init__(self, broker: StompBroker, hearers: Hearers) -> None:
        super().__init__(broker, hearers)
        self._numbers = count(1)

    def publish(
        self, messages: Sequence[Message], deadline_s: float
    ) -> tuple[int, ByteportError | None]:
        """Send; return how many were confirmed by RECEIPT, without a gap."""
        state = self.state
        assert state is not None
        state.confirmed.clear()
        receipts: list[str] = []
        for each in messages:
            most = len(receipts) - self._broker.window
            self.wait(state, lambda most=most: len(state.confirmed) > most, deadline_s)  # type: ignore[misc]
            if state.gone or monotonic() > deadline_s:
                break
            receipts.append(f"{next(self._numbers)}")
            try:
                state.client.send(
                    each.topic, each.payload, _JSON, receipt=receipts[-1], headers=dict(_KEPT)
                )
            except OSError as error:
                self.went(state.client, f"it could not be sent: {error.strerror or error}")
        self.wait(state, lambda: len(state.confirmed) == len(receipts), deadline_s)
        receipts += [""] * (len(messages) - len(receipts))
        return self.confirmed(state, receipts, "RECEIPT")

    def close(self, _: Message | None) -> None:
        """Say good-bye where that is possible at once, and close."""
        state = self.state
        if state is not None and not state.gone:
            state.opened_s = 0  # what follows is no loss
            with suppress(OSError):
                state.client.disconnect("bye")
            self.wait(state, lambda: False, monotonic() + _FAREWELL_S)
        self.drop()

    def _new_client(self) -> Any:
        broker = self._broker
        transport = Transport(self.opened_socket, broker.host, broker.port, broker.vhost)
        client = Client(transport, broker.heart_beat_ms)
        transport.set_listener("connection", _Listener(self, client))
        return client

    def _connect(self, state: State) -> None:
        broker = self._broker
        password = None if broker.password is None else broker.password.reveal()
        state.client.transport.start()
        with suppress(OSError):  # then it is gone
            state.client.connect(broker.user, password)
        self.wait(state, lambda: state.answer is not None, self._deadline_s)
        self._check_answer(state)
        if broker.messages_from:
            state.client.subscribe(broker.messages_from, "1", "client-individual", receipt="sub")
            self.wait(state, lambda: "sub" in state.confirmed, self._deadline_s)
            if "sub" not in state.confirmed:
                raise Unreachable(f"{broker.url}: {state.gone or 'no answer to SUBSCRIBE in time'}")

    def _check_answer(self, state: State) -> None:
        url = self._broker.url
        if state.answer is None:
            text = "it closed the connection before it answered: does it want TLS?"
            raise Unreachable(f"{url}: {text if state.gone else 'no answer to CONNECT in time'}")
        if isinstance(state.answer, SendError):
            raise state.answer

    def _end(self, client: Any) -> None:
        client.transport.running = False
        if client.transport.io_thread is not None:
            client.transport.io_thread.join()

    def error(self, client: Any, frame: Any) -> None:
        """Hear of an ERROR frame, after which the broker closes the connection."""
        text = f"{frame.headers.get('message', '')}: {(frame.body or b'').decode(errors='replace')}"
        words = " ".join(text.split())[:200].strip(": ")
        forbidden = any(word in words.lower() for word in _FORBIDDEN)
        kind: type[SendError] = Refused if forbidden else Unreachable
        with self.changed:
            state = self.of(client)
            if state is not None and state.answer is None:
                state.answer = kind(f"{self._broker.url}: {words}")
                self.changed.notify_all()
                return
        self.went(client, words)

    def receipt(self, client: Any, number: str) -> None:
        with self.changed:
            if state := self.of(client):
                state.confirmed.add(number)
                self.changed.notify_all()

    def connected(self, client: Any) -> None:
        with self.changed:
            if state := self.of(client):
                state.answer = True
                self.changed.notify_all()

    def message(self, client: Any, frame: Any) -> None:
        """Hear of a message to this device; it is acknowledged by itself, once handled."""
        number = frame.headers.get("ack")
        again = frame.headers.get("redelivered") == "true"
        content = frame.body if isinstance(frame.body, bytes) else str(frame.body).encode()

        def done() -> None:
            with suppress(OSError):  # what is not acknowledged comes again
                client.ack(number)

        self._hearers.take(Arrived(content, done, again))


class _Listener:
    """What stomp.py calls, in the thread that reads."""

    def __init__(self, connection: StompConnection, client: Any) -> None:
        self._connection = connection
        self._client = client

    def on_connected(self, _: Any) -> None:
        self._connection.connected(self._client)

    def on_receipt(self, frame: Any) -> None:
        self._connection.receipt(self._client, frame.headers["receipt-id"])

    def on_error(self, frame: Any) -> None:
        self._connection.error(self._client, frame)

    def on_message(self, frame: Any) -> None:
        self._connection.message(self._client, frame)

    def on_heartbeat_timeout(self) -> None:
        self._connection.went(self._client, _SILENT)

    def on_disconnected(self) -> None:
        """Hear that it is over; the thread that notices silence may tell of it later than this."""
        why = _SILENT if self._client.was_silent() else "it closed the connection"
        self._connection.went(self._client, why)
