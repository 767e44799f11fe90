"""The open connections of a `ChaosProxy`: sent on when it is time, ended when one is to end."""

import socket
from collections.abc import Callable

from byteport_mocks.chaos_link import Broken, Link, reset_on_close
from byteport_mocks.network_faults import Break, Close
from byteport_mocks.socket_loop import READ, Callback, SocketLoop

_IDLE_S = 0.2


class Links:
    """Counts how it ended them: ``resets``, ``closes``, and ``muted`` for those it never opened."""

    def __init__(self, loop: SocketLoop) -> None:
        self._loop = loop
        self._links: dict[Link, Callback] = {}
        self._touched: set[Link] = set()  # by an event since bytes were last sent on
        self._muted: dict[socket.socket, float] = {}
        self.resets = self.closes = self.muted = 0

    def __len__(self) -> int:
        return len(self._links) + len(self._muted)

    def add(self, link: Link) -> None:
        self._links[link] = lambda sock, events: self._on_event(link, sock, events)
        self._watch(link)

    def add_muted(self, client: socket.socket, now: float) -> None:
        """Read what a client says and never answer."""
        self.muted += 1
        self._muted[client] = now
        self._loop.watch(client, READ, self._ignore)

    def turn(self, now: float, stalled: bool) -> float:
        """Send on what has arrived by now; return the seconds until more does."""
        if stalled:
            return _IDLE_S
        touched, self._touched = self._touched, set()
        next_at = now + _IDLE_S
        for link in list(self._links):
            if link in touched or link.due_at() <= now:
                self._attempt(link, lambda link: link.send_on(now))
            next_at = min(next_at, link.due_at())
        return max(next_at - now, 0.0)

    def reset_older(self, born: float) -> None:
        for link in [link for link in self._links if link.born < born]:
            self._end(link, reset=True)
        for client in [client for client, since in self._muted.items() if since < born]:
            self._end_muted(client)

    def reset_all(self) -> None:
        self.resets += len(self._links)
        self.close()

    def close(self) -> None:
        """End them all, and count none."""
        for link in list(self._links):
            self._end(link, reset=True)
        for client in list(self._muted):
            self._end_muted(client)

    def _on_event(self, link: Link, sock: socket.socket, events: int) -> None:
        self._touched.add(link)
        self._attempt(link, lambda link: link.on_event(sock, events))

    def _attempt(self, link: Link, action: Callable[[Link], None]) -> None:
        try:
            action(link)
        except Broken as broken:
            self._end(link, reset=not isinstance(broken.fault, Close))
            self._count(broken.fault)
        else:
            if link.over:
                self._end(link, reset=False)
            else:
                self._watch(link)

    def _watch(self, link: Link) -> None:
        for sock in (link.client, link.server):
            self._loop.watch(sock, link.wants(sock), self._links[link])

    def _count(self, fault: Break | None) -> None:
        if isinstance(fault, Close):
            self.closes += 1
        elif fault is not None:
            self.resets += 1

    def _end(self, link: Link, reset: bool) -> None:
        del self._links[link]
        self._touched.discard(link)
        for sock in (link.client, link.server):
            self._loop.forget(sock)
        link.close(reset)

    def _ignore(self, client: socket.socket, _events: int) -> None:
        try:
            heard = client.recv(65536)
        except OSError:
            heard = b""
        if not heard:
            self._end_muted(client)

    def _end_muted(self, client: socket.socket) -> None:
        del self._muted[client]
        self._loop.forget(client)
        reset_on_close(client)
        client.close()
