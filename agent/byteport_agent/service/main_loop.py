"""The main thread of a running agent: it waits for signals and questions, and feeds the watchdog.

The watchdog is fed only while every part that must advance does, so a deadlock in one of them ends
in a restart and not in a service that is up and does nothing.
"""

import logging
import os
import select
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

from byteport_agent.clock import Clock
from byteport_agent.durations import duration_text
from byteport_agent.sampling.agenda import Agenda
from byteport_agent.service.agent import Agent
from byteport_agent.service.status_socket import StatusSocket
from byteport_agent.stopping import StopSignal
from byteport_agent.systemd.notify import Notify

_REFRESH_MS = 1000
_LOOK_MS = 30_000  # how often losses and hanging threads are looked for
_HANGING_MS = 600_000
_MOST_HANGING = 8
_MOST_OVERDUE_MS = 300_000  # without systemd's watchdog, the agent ends itself

EX_SOFTWARE = 70


class Waitable(Protocol):
    """What select() takes."""

    def fileno(self) -> int: ...


class ReloadSignal:
    """SIGHUP as something to wait for, in the main thread, while it is entered."""

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()
        self._previous: Any = None

    def __enter__(self) -> "ReloadSignal":
        self._previous = signal.signal(signal.SIGHUP, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGHUP, self._previous)
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        return self._reader

    def take(self) -> None:
        """Have seen the signals that came."""
        os.read(self._reader, 4096)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        os.write(self._writer, b"\0")


class MainLoop:
    """Runs until a stop is asked for; ``reload`` is called at SIGHUP, ``refresh`` every second."""

    def __init__(
        self,
        agent: Agent,
        clock: Clock,
        log: logging.Logger,
        notify: Notify,
        reload: Callable[[], object],
        refresh: Callable[[], object] | None = None,
    ) -> None:
        self._agent = agent
        self._clock = clock
        self._log = log
        self._notify = notify
        self._reload = reload
        self._told_still: set[str] = set()
        self._agenda = Agenda()
        self._exit_code = 0
        jobs = (
            (_LOOK_MS, self.look),
            (notify.watchdog_interval_ms(), self.feed),
            (_REFRESH_MS, refresh),
        )
        for interval_ms, job in jobs:
            if interval_ms and job:
                self._agenda.every(interval_ms, job, clock.ticks_ms())

    def run(self, stop: StopSignal, hangup: ReloadSignal, questions: StatusSocket | None) -> int:
        """Return the exit code: 0 after a stop, 70 where the agent must be started anew."""
        waited_for: list[Waitable] = [stop, hangup, *([questions] if questions else [])]
        while True:
            wait_ms = self._run_due()
            if stop.requested or self._exit_code:
                return self._exit_code
            ready, _, _ = select.select(waited_for, [], [], wait_ms / 1000)
            if hangup in ready:
                hangup.take()
                self._reload()
            if questions is not None and questions in ready:
                questions.answer(self._agent.status())

    def crashed(self, stop: StopSignal) -> None:
        """End, from any thread, because a part of the agent did."""
        self._exit_code = EX_SOFTWARE
        stop.request()

    def _run_due(self) -> int:
        """Run what is due, and return the milliseconds until something is again."""
        clock = self._clock
        while job := self._agenda.take_due(clock.ticks_ms(), clock.unix_ms()):
            job()
        due_at = self._agenda.due_at()
        return 0 if due_at is None else max(due_at - clock.ticks_ms(), 0)

    def feed(self) -> None:
        """Feed systemd's watchdog, unless something stands still."""
        if not self._still():
            self._notify.watchdog()

    def look(self) -> None:
        """Tell of losses and of what stands still; end where that is too much."""
        self._agent.tell_of_losses()
        still = self._still()
        for name, overdue_ms in still.items():
            if name not in self._told_still:
                self._log.error("%s stands still for %s", name, duration_text(overdue_ms))
        self._told_still = set(still)
        if max(still.values(), default=0) > _MOST_OVERDUE_MS:
            self._end("a part of the agent stands still")
        hanging = self._agent.stuck(_HANGING_MS)
        if hanging >= _MOST_HANGING:
            self._end(f"{hanging} calls of drivers hang")

    def _end(self, why: str) -> None:
        self._log.critical("%s: the agent ends, to be started anew", why)
        self._exit_code = EX_SOFTWARE

    def _still(self) -> dict[str, int]:
        overdue = {pulse.name: pulse.overdue_ms() for pulse in self._agent.pulses()}
        return {name: ms for name, ms in overdue.items() if ms > 0}
