"""How fast a backlog is sent over a round trip of 50 ms, against a connection for each reading.

One device's readings go one after another, as its order is kept: over a kept connection that is a
round trip each, where a new connection costs two. Only packets do better, with many in a call.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import requests
from figures import Figure, seconds

from byteport.compat import ticks_ms
from byteport_agent.clock import unix_ms
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.delivery.byteport_output import ByteportOutput
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.outbox import Outbox, Reading
from byteport_mocks.chaos_proxy import ChaosProxy
from nginx import Nginx

DELAY_S = 0.025  # each way
READINGS = 10_000
SAMPLE = 40
PATH = "/api/v1/timeseries/myownspace/barDev1/"
KEY = FoundKey(Secret("f00b4s3cretk3y"), "the bench")
LONGEST_S = 300


class MachineClock:
    """The machine's time; nothing waits by it here."""

    def ticks_ms(self) -> int:
        return ticks_ms()

    def unix_ms(self) -> int:
        return unix_ms()

    def wait_ms(self, ms: int) -> bool:
        raise AssertionError(ms)


def texts(number: int) -> tuple[tuple[str, str], ...]:
    return (
        ("temperature", f"{number % 300 / 10:.2f}"),
        ("humidity", "50.25"),
        ("number", f"{number}"),
    )


def one_connection_each(url: str) -> float:
    """Return the readings a second of `requests.post`, as a script would send them."""

    def send() -> None:
        for number in range(SAMPLE):
            form = {"_key": KEY.secret.reveal(), "_ts": "1410613385.123", **dict(texts(number))}
            requests.post(url + PATH, data=form, timeout=20).raise_for_status()

    return SAMPLE / seconds(send)


@contextmanager
def backlog(devices: int, count: int) -> Iterator[Outbox]:
    """Return an outbox with so many readings of so many devices."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "outbox.db")
        with closing(Outbox(path, ["byteport"], MachineClock(), print)) as outbox:
            outbox.append(
                [
                    Reading(f"barDev{number % devices + 1}", "porch", texts(number), number, number)
                    for number in range(count)
                ]
            )
            yield outbox


def drained(url: str, devices: int, count: int, packets: bool = False) -> float:
    """Return the readings a second with which an output sends a backlog."""
    settings = ByteportTarget(
        type="byteport",
        name="byteport",
        url=url,
        max_rate=1000,
        packets=packets,
        legacy_key=KEY if packets else None,
    )
    device = Device(namespace="myownspace", uid="barDev1", key=KEY)
    with backlog(devices, count) as outbox:
        output = ByteportOutput(settings, device, outbox, MachineClock(), logging.getLogger())

        def drain() -> None:
            end = time.monotonic() + LONGEST_S
            output.start()
            while outbox.backlog("byteport") and time.monotonic() < end:
                time.sleep(0.01)

        lasted_s = seconds(drain)
        output.stop(10_000)
        assert output.status().delivered == count, output.status()
    return count / lasted_s


def figures() -> list[Figure]:
    with (
        Nginx("return 200;") as nginx,
        ChaosProxy(("127.0.0.1", int(nginx.url.rpartition(":")[2])), delay_s=DELAY_S) as proxy,
    ):
        url = f"http://127.0.0.1:{proxy.port}"
        base = one_connection_each(url)
        rates = {
            f"{READINGS:,} readings of one device, as packets": drained(url, 1, READINGS, True),
            "200 readings of one device, on one kept connection": drained(url, 1, 200),
            "400 readings of four devices, on four connections": drained(url, 4, 400),
        }
    targets = (10, None, None)
    return [
        Figure(f"drain over 50 ms: {what}, speed / a new connection each", rate / base, "×", target)
        for (what, rate), target in zip(rates.items(), targets, strict=True)
    ]
