"""The threads of an output: one that is always there, more while several devices have a backlog.

They share a `Dispatch` under a lock, and each has a link of its own, so that a call waits in its
own thread. Nothing is polled: the first thread sleeps until there is news or a wait is over.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Lock, Thread, current_thread
from time import monotonic
from traceback import extract_tb
from typing import Protocol

from byteport_agent.clock import Clock
from byteport_agent.delivery.dispatch import Dispatch, Wait
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.pulse import Pulse

_LINGER_S = 0.2  # what is read together is sent together
_BUSY_MS = 500  # without a pause, before another connection is worth it
_IDLE_S = 2
_LOOK_UP_MS = 60_000  # a name's look-up is outside of a call's time-out
_GRACE_S = 2
_ASTRAY_MS = 10_000


class Link(Protocol):
    """What carries calls for one thread; it connects when it has to."""

    def send(self, call: Call) -> Outcome:
        """Make a call and say what came of it, within the time-out that the sender knows."""
        ...

    def cut(self) -> None:
        """End a call that waits in another thread, for good."""
        ...

    def close(self) -> None:
        """Let go of the connection, until the next call."""
        ...


class Sender:
    """Makes the calls that a `Dispatch` decides on, over at most so many links at once."""

    def __init__(
        self,
        dispatch: Dispatch,
        new_link: Callable[[], Link],
        connections: int,
        timeout_ms: int,
        pulse: Pulse,
        clock: Clock,
        log: logging.Logger,
    ) -> None:
        self.lock = Lock()  # for the dispatch
        self._dispatch = dispatch
        self._new_link = new_link
        self._connections = connections
        self._call_ms = timeout_ms + _LOOK_UP_MS
        self._pulse = pulse
        self._clock = clock
        self._log = log
        self._news = True
        self._listening = False
        self._bell = Event()  # for the first thread
        self._stopping = Event()
        self._over = False
        self._threads: dict[Thread, Link] = {}
        self._promises: dict[Link, int] = {}
        self._spare_links: list[Link] = []
        self._busy_since: int | None = None

    def start(self) -> None:
        """Begin to send what the outbox has."""
        with self.lock:
            self._add_thread(self._run_first)

    def wake(self) -> None:
        """Hear of news: hardly more than a comparison, but where it is the first in a while."""
        if not self._news:
            self._news = True
            if self._listening:
                self._bell.set()

    def lost(self, reason: str) -> None:
        """Hear from a link, in any thread, that its connection was lost between calls."""
        with self.lock:
            if not self._over:
                self._dispatch.lost(reason)
        self._bell.set()

    def stop(self, within_ms: int) -> None:
        """End all threads; a call that is not over soon is cut off, and made again another time."""
        begin = monotonic()
        self._stopping.set()
        self._bell.set()
        with self.lock:
            threads = dict(self._threads)
        for thread in threads:
            grace_s = min(_GRACE_S, within_ms / 2000) - (monotonic() - begin)
            thread.join(max(grace_s, 0))
        while any(thread.is_alive() for thread in threads):
            for thread, link in threads.items():
                link.cut()
                thread.join(0.02)
            if monotonic() - begin >= within_ms / 1000:
                break  # the look-up of a name cannot be cut: its thread will find that all is over
        with self.lock:
            self._over = True
            self._pulse.rest()

    def _add_thread(self, target: Callable[[Link], None]) -> None:
        link = self._spare_links.pop() if self._spare_links else self._new_link()
        thread = Thread(target=self._run, args=(target, link), name=self._pulse.name, daemon=True)
        self._threads[thread] = link
        thread.start()

    def _run(self, target: Callable[[Link], None], link: Link) -> None:
        try:
            target(link)
        finally:
            link.close()
            with self.lock:
                del self._threads[current_thread()]
                self._promises.pop(link, None)
                self._spare_links.append(link)

    def _run_first(self, link: Link) -> None:
        while not self._stopping.is_set():
            wait = self._step(link)
            if wait is not None and wait.ms > 0:
                self._busy_since = None
                self._rest(link, wait)

    def _run_further(self, link: Link) -> None:
        """Help while there is something to do, and a little longer."""
        idle_s = 0.0
        while not self._stopping.is_set() and idle_s < _IDLE_S:
            wait = self._step(link)
            if wait is None:
                idle_s = 0
                if not self._listening:
                    self._bell.set()  # the first may wait for what this one has found out
            else:
                idle_s += min(wait.ms / 1000, _IDLE_S / 4)
                self._stopping.wait(min(wait.ms / 1000, _IDLE_S / 4))

    def _rest(self, link: Link, wait: Wait) -> None:
        """Sleep, and then a little longer where there is news, for what comes with it."""
        with self.lock:
            self._promise(link, wait.ms)
        if wait.for_news:
            self._listening = True
            if self._news:
                self._bell.set()
        self._bell.wait(wait.ms / 1000)
        self._listening = False
        self._bell.clear()
        if wait.for_news:
            if self._news:
                self._stopping.wait(_LINGER_S)
            self._news = False
            with self.lock:
                self._dispatch.news()

    def _step(self, link: Link) -> Wait | None:
        """Make the next call; return how long to wait where there is none now."""
        try:
            with self.lock:
                call = self._dispatch.next()
                if isinstance(call, Wait):
                    return call
                self._promise(link, 0)
            outcome = self._sent(link, call)
            with self.lock:
                if not self._over:
                    self._dispatch.answered(call, outcome)
                    self._get_help()
        except Exception as error:
            self._tell_of(error)
            with self.lock, suppress(Exception):
                self._dispatch.begin_again()
            return Wait(_ASTRAY_MS)
        return None

    def _sent(self, link: Link, call: Call) -> Outcome:
        try:
            return link.send(call)
        except Exception as error:
            self._tell_of(error)
            return Outcome(Kind.UNKNOWN, f"the agent failed: {type(error).__name__}")

    def _get_help(self) -> None:
        """Wake the first thread, or add one, if several devices have had a backlog for a while."""
        if self._busy_since is None:
            self._busy_since = self._clock.ticks_ms()
        if not self._dispatch.wants_help():
            return
        self._bell.set()
        busy_ms = self._clock.ticks_ms() - self._busy_since
        few = len(self._threads) < self._connections
        if few and busy_ms >= _BUSY_MS and not self._stopping.is_set():
            self._add_thread(self._run_further)

    def _promise(self, link: Link, within_ms: int) -> None:
        """Say when a link's thread is heard of again; the pulse has the earliest of all."""
        now = self._clock.ticks_ms()
        self._promises[link] = now + within_ms + self._call_ms
        self._pulse.beat(min(self._promises.values()) - now)

    def _tell_of(self, error: Exception) -> None:
        """Tell of a fault of our own; not its text, which may hold anything."""
        place = extract_tb(error.__traceback__)[-1]
        self._log.error("%s at %s:%s", type(error).__name__, place.filename, place.lineno)
