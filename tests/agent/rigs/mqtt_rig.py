"""An MQTT output on a real outbox and a real broker, and a subscriber that keeps all it hears."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from delivery_rig import RealClock, Said, device_settings, numbered
from paho.mqtt import client as paho

from byteport_agent.brokers.mqtt_output import MqttOutput
from byteport_agent.config import MqttTarget
from byteport_agent.delivery.around import NOTHING, Around
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.outbox import Outbox
from waiting import wait_for

PASSWORD = "canary-p4ssword"


class Listener:
    """Hears everything of a broker; a session of its own outlives breaks of the connection."""

    def __init__(self, port: int, topic: str = "#", user: str = "", password: str = "") -> None:
        self.heard: list[tuple[str, bytes, bool]] = []
        self._ready = threading.Event()
        version = paho.CallbackAPIVersion.VERSION2
        self._client = paho.Client(version, "listener", clean_session=False)
        if user:
            self._client.username_pw_set(user, password)
        self._client.reconnect_delay_set(0.1, 0.1)
        self._topic = topic
        self._client.on_connect = lambda client, *_: client.subscribe(topic, 1)
        self._client.on_subscribe = lambda *_: self._ready.set()
        self._client.on_message = lambda _, __, m: self.heard.append((m.topic, m.payload, m.retain))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        assert self._ready.wait(30)

    def publish(self, topic: str, payload: bytes, retain: bool = False) -> None:
        self._client.publish(topic, payload, 1, retain).wait_for_publish(30)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def texts(self, topic: str) -> list[str]:
        return [payload.decode() for found, payload, _ in self.heard if found == topic]


@contextmanager
def listening(port: int, *arguments: str) -> Iterator[Listener]:
    listener = Listener(port, *arguments)
    try:
        yield listener
    finally:
        listener.close()


def target(url: str, **settings: Any) -> MqttTarget:
    if "password" in settings:
        settings["password"] = FoundKey(Secret(settings["password"]), "a test")
    defaults = {"name": "mqtt", "retry_min_ms": 100, "retry_max_ms": 300, "max_rate": 10_000}
    return MqttTarget(**{"type": "mqtt", "url": url, **defaults, **settings})


class Rig:
    """An outbox, and outputs over it one after another."""

    def __init__(self, path: Path, name: str = "mqtt") -> None:
        self.clock = RealClock()
        self.outbox = Outbox(str(path), [name], self.clock, print)
        self.said = Said()
        self.name = name
        self.device = "barDev1"
        self.made = 0
        self.output: Any = None

    def put(self, count: int = 1, device: str = "barDev1", **fields: str) -> None:
        readings = []
        for _ in range(count):
            readings.append(numbered(self.made, device, **fields)._replace(ts_ms=self.made))
            self.made += 1
        self.outbox.append(readings)
        if self.output is not None:
            self.output.wake()

    def start(
        self,
        settings: Any,
        around: Around = NOTHING,
        kind: Any = MqttOutput,
        namespace: str = "myownspace",
    ) -> Any:
        device = replace(device_settings(), namespace=namespace)
        self.output = kind(settings, device, self.outbox, self.clock, self.said.log, around)
        self.output.start()
        return self.output

    def drained(self) -> None:
        wait_for(lambda: self.outbox.backlog(self.name) == 0)

    def stop(self) -> None:
        if self.output is not None:
            self.output.stop(10_000)
            self.output = None


@contextmanager
def rig_at(path: Path, name: str = "mqtt") -> Iterator[Rig]:
    rig = Rig(path / "outbox.db", name)
    try:
        yield rig
    finally:
        rig.stop()
        rig.outbox.close()
