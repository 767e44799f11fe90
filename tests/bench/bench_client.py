"""How fast the client stores, against a bare socket, `requests`, and MicroPython's `requests`.

All to nginx on loopback, in one run. The bare loop does what the client does, by hand: it encodes
three numbers with the standard library, sends them in one piece on one kept connection, and reads
until the answer is complete, with its status and length checked.
"""

import socket
import statistics
import tempfile
from pathlib import Path
from urllib.parse import urlencode

import requests
from figures import Figure, speed_ratio

from byteport import Client
from micropythons import run_micropython
from nginx import Nginx

BATCH = 300
PATH = "/api/v1/timeseries/myownspace/barDev1/"


def reading(number: int) -> dict[str, float]:
    return {"temperature": 21.5 + number, "humidity": 50.25, "pressure": 1013.25}


class BareSocket:
    def __init__(self, url: str) -> None:
        host, port = url.removeprefix("http://").split(":")
        self._sock = socket.create_connection((host, int(port)))
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.settimeout(20)
        self._head = (
            f"POST {PATH} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: curl/7.51.0\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
        )

    def store(self, fields: dict[str, float]) -> None:
        self.post(urlencode({"_key": "f00b4s3cretk3y", **fields}))

    def store_formatted(self, fields: dict[str, float]) -> None:
        """Store names and numbers that are known to need no encoding."""
        self.post("_key=f00b4s3cretk3y&" + "&".join([f"{n}={v}" for n, v in fields.items()]))

    def post(self, form: str) -> None:
        self._sock.sendall(f"{self._head}{len(form)}\r\n\r\n{form}".encode())
        answer = self._sock.recv(4096)
        while b"\r\n\r\n" not in answer:
            answer += self._sock.recv(4096)
        head, _, content = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            raise OSError(head)
        at = head.index(b"\r\nContent-Length: ") + 18
        size = int(head[at:].split(b"\r\n")[0])
        while len(content) < size:
            content += self._sock.recv(4096)

    def close(self) -> None:
        self._sock.close()


BOARD_SCRIPT = """
import sys, time
import requests
from byteport import Client
url, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = Client("myownspace", "f00b4s3cretk3y", "barDev1", url=url)
form = {"User-Agent": "curl/7.51.0", "Content-Type": "application/x-www-form-urlencoded"}
def ours(number):
    client.store({"temperature": 21.5 + number, "humidity": 50.25, "pressure": 1013.25})
def theirs(number):
    text = "_key=f00b4s3cretk3y&temperature=%s&humidity=50.25&pressure=1013.25" % (21.5 + number)
    answer = requests.post(url + path, data=text, headers=form)
    assert answer.status_code == 200
    answer.close()
def batch(store):
    begin = time.ticks_us()
    for number in range(50):
        store(number)
    return time.ticks_diff(time.ticks_us(), begin)
batch(ours), batch(theirs)
for _ in range(rounds):
    print(batch(theirs) / batch(ours))
"""


def on_cpython(url: str) -> list[Figure]:
    client = Client("myownspace", "f00b4s3cretk3y", "barDev1", url=url)
    bare = BareSocket(url)

    def batch(store) -> None:
        for number in range(BATCH):
            store(reading(number))

    with requests.Session() as session:

        def store_by_requests() -> None:
            for number in range(BATCH // 10):
                data = {"_key": "f00b4s3cretk3y", **reading(number)}
                session.post(url + PATH, data=data, timeout=20).raise_for_status()

        def ours_tenth() -> None:
            for number in range(BATCH // 10):
                client.store(reading(number))

        figures = [
            Figure(
                "Client.store POST, speed / bare socket loop's",
                speed_ratio(lambda: batch(client.store), lambda: batch(bare.store)),
                "×",
                0.8,
            ),
            Figure(
                "the same / a bare loop that formats and encodes nothing",
                speed_ratio(lambda: batch(client.store), lambda: batch(bare.store_formatted)),
                "×",
            ),
            Figure(
                "Client.store POST, speed / requests.Session().post's",
                speed_ratio(ours_tenth, store_by_requests),
                "×",
                5,
            ),
        ]
    client.close()
    bare.close()
    return figures


def on_a_board(url: str) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "bench.py"
        script.write_text(BOARD_SCRIPT)
        run = run_micropython("micropython32", script, url, PATH, "21")
    assert run.returncode == 0, run.stderr
    ratio = statistics.median(map(float, run.stdout.split()))
    what = "Client.store on micropython32, speed / its requests.post's"
    return [Figure(what, ratio, "×", 2)]


def figures() -> list[Figure]:
    with Nginx("return 200;") as nginx:
        return on_cpython(nginx.url) + on_a_board(nginx.url)
