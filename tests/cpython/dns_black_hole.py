"""Stores in a network namespace whose name server never answers; run by test_client_faults.py.

usage: unshare -rnm python dns_black_hole.py    prints what happened, one line each
"""

import ctypes
import fcntl
import os
import socket
import struct
import tempfile
import threading

from byteport import Client
from byteport.errors import SendError
from byteport_mocks.scripted_server import ScriptedServer

_SIOCSIFFLAGS = 0x8914
_UP = 1
_BIND = 4096
RESOLVER = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _UP))


def use_resolver(path: str) -> None:
    """Show the file as /etc/resolv.conf; without one, this machine is asked anyhow."""
    real = os.path.realpath("/etc/resolv.conf")
    libc = ctypes.CDLL(None, use_errno=True)
    if os.path.exists(real) and libc.mount(path.encode(), real.encode(), None, _BIND, None):
        raise OSError(ctypes.get_errno(), "mount")


def main() -> None:
    raise_loopback()
    with tempfile.NamedTemporaryFile("w") as resolver:
        resolver.write(RESOLVER)
        resolver.flush()
        use_resolver(resolver.name)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
            mute.bind(("127.0.0.1", 53))
            mute.settimeout(30)
            store(mute)


def store(mute: socket.socket) -> None:
    told: list[str] = []

    def to_nobody() -> None:
        client = Client("myownspace", "s3cr3tkey", "barDev1", url="http://nobody.example:1")
        try:
            client.store({"temp": 21.5})
        except SendError as error:
            told.append(f"{type(error).__name__} {error}")

    waiting = threading.Thread(target=to_nobody)
    waiting.start()
    assert b"nobody" in mute.recv(512)  # asked, and it will get no answer
    with ScriptedServer() as server:
        client = Client("myownspace", "s3cr3tkey", "barDev1", url=server.url)
        client.store({"temp": 21.5})
        client.close()
        print("others", "stored" if waiting.is_alive() and server.requests else "waited too")
    waiting.join()
    print(*told)


if __name__ == "__main__":
    main()
