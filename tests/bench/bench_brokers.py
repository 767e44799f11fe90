"""How fast a backlog reaches a broker over a round trip of 50 ms; how evenly a fleet comes back.

One by one over HTTP a reading costs a round trip, so that a small sample says how long all would
take. Readings that share a message cost a round trip for each window of messages.
"""

import logging
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "agent/rigs"))

from bench_drain import DELAY_S, KEY, LONGEST_S, MachineClock, backlog, drained, one_connection_each
from figures import Figure, seconds
from mosquitto import Mosquitto

from byteport_agent.brokers.mqtt_output import MqttOutput
from byteport_agent.config import Device, MqttTarget
from byteport_mocks.chaos_proxy import ChaosProxy
from fleet import HTTP, MQTT, Target, recovered
from nginx import Nginx

READINGS = 50_000
SAMPLE = 200
DEVICES = 100_000
FEW = 10_000  # of those that send one by one, each of which makes sixty calls


def published(url: str, devices: int) -> float:
    """Return the readings a second with which an output publishes a backlog."""
    settings = MqttTarget(type="mqtt", name="byteport", url=url, max_rate=1000)
    device = Device(namespace="myownspace", uid="barDev1", key=KEY)
    with backlog(devices, READINGS) as outbox:
        output = MqttOutput(settings, device, outbox, MachineClock(), logging.getLogger())

        def drain() -> None:
            end = time.monotonic() + LONGEST_S
            output.start()
            while outbox.cursor("byteport") < READINGS and time.monotonic() < end:
                time.sleep(0.01)

        lasted_s = seconds(drain)
        output.stop(10_000)
        assert output.status().delivered == READINGS, output.status()
    return READINGS / lasted_s


def fleet(words: str, agents: int, settings: Target) -> Figure:
    """Return the busiest second of a fleet whose service was down for an hour, over the mean."""
    recovery = recovered(agents, 60_000, settings)
    assert recovery.drained == agents
    most = max(recovery.most_over_mean(of) for of in (recovery.calls, recovery.readings))
    what = f"{agents:,} agents after an hour without service, {words}: busiest second / mean"
    return Figure(what, most, "×", 2, at_most=True)


def figures() -> list[Figure]:
    with ExitStack() as stack:
        nginx = stack.enter_context(Nginx("return 200;"))
        broker = stack.enter_context(Mosquitto())
        ports = (int(nginx.url.rpartition(":")[2]), broker.port)
        proxies = [
            stack.enter_context(ChaosProxy(("127.0.0.1", port), delay_s=DELAY_S)) for port in ports
        ]
        http, mqtt = (f"://127.0.0.1:{proxy.port}" for proxy in proxies)
        kept = drained(f"http{http}", 1, SAMPLE)
        new = one_connection_each(f"http{http}")
        rates = {devices: published(f"mqtt{mqtt}", devices) for devices in (1, 100)}
    what = f"{READINGS:,} readings over 50 ms to an MQTT broker"
    return [
        Figure(f"{what}, speed / HTTP one by one, kept connection", rates[1] / kept, "×", 100),
        Figure(f"{what}, speed / HTTP one by one, a connection each", rates[1] / new, "×", 100),
        Figure(f"{what}, of one device", rates[1], "/s"),
        Figure(f"{what}, of a hundred devices", rates[100], "/s"),
        fleet("in messages of many", DEVICES, MQTT),
        fleet("one by one", FEW, HTTP),
    ]
