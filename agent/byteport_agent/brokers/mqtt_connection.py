"""A connection to an MQTT broker by paho-mqtt. Source: MQTT 3.1.1 (OASIS)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import Any

from byteport.errors import ByteportError, Refused, SendError, Unreachable
from byteport_agent.brokers.message import Message
from byteport_agent.brokers.paho import Client
from byteport_agent.brokers.standing import Broker, Hearers, Standing, State
from byteport_agent.delivery.around import Arrived

_FAREWELL_S = 1.0
_REFUSALS = {
    "Bad user name or password": "wrong user or password",
    "Not authorized": "wrong user or password, or this user may not connect",
    "Client identifier not valid": "it does not take this client_id",
    "Unsupported protocol version": "it does not speak MQTT 3.1.1",
}


@dataclass(frozen=True, kw_only=True)
class MqttBroker(Broker):
    """``will`` is what the broker publishes where the connection is lost."""

    client_id: str
    keep_alive_s: int = 60
    clean_session: bool = False
    will: Message | None = None


class MqttConnection(Standing):
    """Publishes at QoS 1; keeps `broker_link.Connection`."""

    _broker: MqttBroker

    def __init__(self, broker: MqttBroker, hearers: Hearers) -> None:
        super().__init__(broker, hearers)

    def publish(
        self, messages: Sequence[Message], deadline_s: float
    ) -> tuple[int, ByteportError | None]:
        """Publish; return how many were confirmed by PUBACK, without a gap."""
        state = self.state
        assert state is not None
        state.confirmed.clear()
        client = state.client
        numbers = [
            client.publish(each.topic, each.payload, 1, each.retained).mid for each in messages
        ]
        self.wait(state, lambda: len(state.confirmed) == len(numbers), deadline_s)
        return self.confirmed(state, numbers, "PUBACK")

    def close(self, farewell: Message | None) -> None:
        """Say good-bye where that is possible at once, and close."""
        if self.state is not None and not self.state.gone and farewell is not None:
            self.publish([farewell], monotonic() + _FAREWELL_S)
        state = self.state
        if state is not None and not state.gone:
            state.opened_s = 0  # what follows is no loss
            with suppress(OSError, ValueError):
                state.client.disconnect()
            self.wait(state, lambda: False, monotonic() + _FAREWELL_S)
        self.drop()

    def _new_client(self) -> Client:
        broker = self._broker
        client = Client(self.opened_socket, broker.client_id, broker.clean_session)
        if broker.user is not None:
            password = None if broker.password is None else broker.password.reveal()
            client.username_pw_set(broker.user, password)
        if broker.will is not None:
            client.will_set(broker.will.topic, broker.will.payload, 1, broker.will.retained)
        client.max_inflight_messages_set(broker.window)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        return client

    def _connect(self, state: State) -> None:
        broker = self._broker
        state.client.connect(broker.host, broker.port, broker.keep_alive_s)
        state.client.loop_start()
        self.wait(state, lambda: state.answer is not None, self._deadline_s)
        self._check_answer(state)
        if broker.messages_from:
            state.client.subscribe(broker.messages_from, 1)
            self.wait(state, lambda: state.granted is not None, self._deadline_s)
            self._check_granted(state)

    def _end(self, client: Client) -> None:
        client.loop_stop()

    def _check_answer(self, state: State) -> None:
        url, answer = self._broker.url, state.answer
        if answer is None:
            text = "it closed the connection before it answered: does it want TLS, a certificate?"
            raise Unreachable(f"{url}: {text if state.gone else 'no answer to CONNECT in time'}")
        if answer.is_failure:
            words = str(answer)
            kind: type[SendError] = Refused if words in _REFUSALS else Unreachable
            raise kind(f"{url}: {_REFUSALS.get(words, words)}")

    def _check_granted(self, state: State) -> None:
        url, place = self._broker.url, self._broker.messages_from
        if state.granted is None:
            raise Unreachable(f"{url}: {state.gone or 'no answer to SUBSCRIBE in time'}")
        if state.granted.is_failure:
            raise Refused(f"{url}: it does not let this user read {place}")

    def _on_connect(self, client: Any, _data: Any, _flags: Any, code: Any, _: Any) -> None:
        with self.changed:
            if state := self.of(client):
                state.answer = code
                self.changed.notify_all()

    def _on_subscribe(self, client: Any, _data: Any, _mid: int, codes: Any, _: Any) -> None:
        with self.changed:
            if state := self.of(client):
                state.granted = codes[0]
                self.changed.notify_all()

    def _on_publish(self, client: Any, _data: Any, mid: int, _code: Any, _: Any) -> None:
        with self.changed:
            if state := self.of(client):
                state.confirmed.add(mid)
                self.changed.notify_all()

    def _on_message(self, client: Any, _data: Any, message: Any) -> None:
        mid, qos, content = message.mid, message.qos, bytes(message.payload)
        self._hearers.take(
            Arrived(content, lambda: client.ack(mid, qos), bool(message.dup), bool(message.retain))
        )

    def _on_disconnect(self, client: Any, _data: Any, _flags: Any, code: Any, _: Any) -> None:
        why = "it closed the connection"
        if "Keep alive" in str(code):
            why = "it was silent for too long"
        elif self.is_short(client):
            name = self._broker.client_id
            why += f": does another client use the id {name}, or may this one not publish there?"
        self.went(client, why)
