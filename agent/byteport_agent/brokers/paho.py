"""paho-mqtt's client over a socket of ours; imported where an MQTT output is configured."""

from collections.abc import Callable
from socket import socket

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion


class Client(paho.Client):
    """For one connection, which ``open_socket`` makes; a message is acknowledged when told so."""

    def __init__(self, open_socket: Callable[[], socket], client_id: str, clean: bool) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id,
            clean,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        self._open_socket = open_socket

    def _create_socket(self) -> socket:
        return self._open_socket()
