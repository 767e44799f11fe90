"""A thread that waits for many sockets at once; for `ChaosProxy`, which needs no thread of each.

Whatever changes the sockets runs in that thread: callbacks, `turn` after each wait, and what other
threads hand in with `call`, which returns when it is done.
"""

import selectors
import socket
import threading
from collections import deque
from collections.abc import Callable

READ = selectors.EVENT_READ
WRITE = selectors.EVENT_WRITE
_PATIENCE_S = 30

Callback = Callable[[socket.socket, int], None]


class SocketLoop:
    """``turn`` does what is due and returns for how many seconds nothing will be."""

    def __init__(self, name: str, turn: Callable[[], float]) -> None:
        self._turn = turn
        self._selector = selectors.DefaultSelector()
        self._masks: dict[socket.socket, int] = {}
        self._calls: deque[tuple[Callable[[], object], threading.Event]] = deque()
        self._waker, self._woken = socket.socketpair()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.watch(self._woken, READ, _empty)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread; afterwards only `forget` and `close` are of use."""
        self.call(self._stop)
        self._thread.join()

    def close(self) -> None:
        """Free what the loop itself holds; the sockets that it watched are their owner's."""
        self._selector.close()
        self._waker.close()
        self._woken.close()

    def call(self, action: Callable[[], object]) -> None:
        """Run an action, then a turn, in the loop's thread, and return when both are over."""
        done = threading.Event()
        self._calls.append((action, done))
        self._waker.send(b"\0")
        if not done.wait(_PATIENCE_S):
            raise TimeoutError(f"{self._thread.name} does not answer")

    def watch(self, sock: socket.socket, mask: int, callback: Callback) -> None:
        """Call back when a socket is ready for what the mask says; with 0, watch it no more."""
        before = self._masks.get(sock, 0)
        if mask == before:
            return
        if not before:
            self._selector.register(sock, mask, (sock, callback))
        elif mask:
            self._selector.modify(sock, mask, (sock, callback))
        else:
            self._selector.unregister(sock)
        self._masks[sock] = mask

    def forget(self, sock: socket.socket) -> None:
        """Watch a socket no more; to be called before it is closed."""
        self.watch(sock, 0, lambda _sock, _events: None)
        del self._masks[sock]

    def _stop(self) -> None:
        self._stopping = True

    def _run(self) -> None:
        wait_s = self._turn()
        while not self._stopping:
            for key, events in self._selector.select(wait_s):
                sock, callback = key.data
                if self._masks.get(sock):  # else an earlier callback of this round has ended it
                    callback(sock, events)
            answered = []
            while self._calls:
                action, done = self._calls.popleft()
                action()
                answered.append(done)
            wait_s = self._turn()
            for done in answered:
                done.set()


def _empty(sock: socket.socket, _events: int) -> None:
    sock.recv(4096)
