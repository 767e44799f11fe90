"""A simulated Byteport on loopback: stores by key, and answers who logs in as the service does.

    with ByteportServer(read_file("byteport.json")) as server:
        client = Client("test", "key", "6000", url=server.url)

or for programs in any language, until Ctrl-C:

    python -m byteport_mocks.byteport_server --port 8000 --data byteport.json

What it answers, and the format of the data: docs/simulated-byteport.md.
"""

import argparse
import logging
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from waitress.server import create_server

from byteport_mocks.service.data_file import DataError, read_data, read_file
from byteport_mocks.service.example_data import EXAMPLE
from byteport_mocks.service.http import MAX_BODY_BYTES, ByteportApp
from byteport_mocks.service.model import Device, LogMessage, Namespace, World

_THREADS = 4
_LIMITS = {
    "connection_limit": 100,
    "channel_timeout": 30,
    "cleanup_interval": 1,
    "max_request_body_size": MAX_BODY_BYTES + 1,
    "inbuf_overflow": 2 * MAX_BODY_BYTES,
    "channel_request_lookahead": 0,
}


class ByteportServer:
    """Serves on a loopback port while it is entered, by a few threads; port 0 takes a free one.

    ``world`` is what there is, by default the example of the documentation; ``now_ms`` the time
    since 1970 in milliseconds, by default this machine's.
    """

    def __init__(
        self,
        world: World | None = None,
        port: int = 0,
        now_ms: Callable[[], int] | None = None,
    ) -> None:
        self.world = read_data(EXAMPLE) if world is None else world
        self._port = port
        self._app = ByteportApp(self.world, now_ms or _unix_ms)
        self._watched: dict[int, Any] = {}  # what the server's loop waits for

    def __enter__(self) -> "ByteportServer":
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of two is no news
        self._socket = socket.create_server(("127.0.0.1", self._port))
        self.port: int = self._socket.getsockname()[1]
        self._server: Any = create_server(
            self._app.app,
            self._watched,
            sockets=[self._socket],
            threads=_THREADS,
            ident="byteport-mocks",
            log_socket_errors=False,
            **_LIMITS,
        )
        self._thread = threading.Thread(target=self._server.run, name="byteport-server")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.task_dispatcher.shutdown(cancel_pending=False)
        self._server.trigger.pull_trigger(self._watched.clear)  # which ends the loop
        self._thread.join()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, namespace: str, uid: str, field: str, values: Sequence[tuple[int, str]]) -> None:
        """Store (milliseconds since 1970, text) pairs, as if the device had sent them."""
        with self._app.lock:
            space = self.world.namespace(namespace)
            for ts_ms, text in values:
                space.store(uid, ts_ms, ts_ms, [(field, text)], [])

    def values(self, namespace: str, uid: str, field: str) -> list[tuple[int, str]]:
        """Return what was stored of a field, as (milliseconds since 1970, text), by time."""
        with self._app.lock:
            device: Device = self.world.namespace(namespace).device(uid)
            series = device.series.get(field)
            return [(value.ts_ms, value.text) for value in series.all()] if series else []

    def log(self, namespace: str) -> list[LogMessage]:
        """Return what devices of a namespace sent by log channels, in order of arrival."""
        with self._app.lock:
            space: Namespace = self.world.namespace(namespace)
            return list(space.log)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C; return 1 where that cannot be, 2 for wrong data."""
    parser = argparse.ArgumentParser(
        prog="python -m byteport_mocks.byteport_server",
        description="A simulated Byteport on 127.0.0.1, for tests.",
    )
    parser.add_argument("--port", type=_port, default=8000, help="default 8000; 0 takes a free one")
    parser.add_argument("--data", metavar="FILE.json", help="users, namespaces, devices, types")
    words = parser.parse_args(arguments)
    try:
        world = read_file(words.data) if words.data else None
        with ByteportServer(world, words.port) as server:
            names = ", ".join(server.world.namespaces) or "none"
            print(f"Byteport at {server.url}, namespaces: {names}; Ctrl-C ends it", flush=True)
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except DataError as error:
        return _failed(str(error), 2)
    except OSError as error:
        if error.filename:  # the file's; a port has none
            return _failed(f"{words.data}: {error.strerror}; without --data it has an example's", 1)
        return _failed(f"port {words.port}: {error.strerror}; --port 0 takes a free one", 1)
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _failed(text: str, code: int) -> int:
    print(f"byteport_server: {text}", file=sys.stderr)
    return code


def _unix_ms() -> int:
    return time.time_ns() // 1_000_000


if __name__ == "__main__":
    sys.exit(main())
