"""The gateway as the agent sees it: all its parts, started and stopped together, and a status."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from byteport_agent.clock import Clock
from byteport_agent.config import Configuration
from byteport_agent.config.gateway_reader import is_loopback
from byteport_agent.gateway.access import Access, own_hosts
from byteport_agent.gateway.api import Api
from byteport_agent.gateway.attempts import Attempts
from byteport_agent.gateway.devices import Devices
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_feed import HistoryFeed, HistoryLimits
from byteport_agent.gateway.intake import Intake
from byteport_agent.gateway.listening import Listening
from byteport_agent.gateway.live import Live
from byteport_agent.gateway.pages import Pages
from byteport_agent.gateway.passwords import PasswordFile
from byteport_agent.gateway.problems import problems
from byteport_agent.gateway.repeats import Repeats
from byteport_agent.gateway.rights import Rights
from byteport_agent.gateway.storing import Storing
from byteport_agent.gateway.web import Web
from byteport_agent.outbox import Entry, Outbox
from byteport_agent.pulse import Pulse

_STOP_MS = 3000

State = dict[str, Any]
Listener = Callable[[Sequence[Entry]], object]


class Gateway:
    """``status`` gives the whole agent's, ``committed`` is called when boards have stored.

    The outbox must serve HISTORY as an output.
    """

    def __init__(
        self,
        configuration: Configuration,
        outbox: Outbox,
        clock: Clock,
        log: logging.Logger,
        status: Callable[[], State],
        committed: Callable[[], object],
    ) -> None:
        settings, kept = configuration.gateway, configuration.history
        assert settings is not None
        self._settings = settings
        self._clock = clock
        self._log = log
        self._agent_status = status
        self.history = History()
        self.devices = Devices(configuration.device.uid, settings.devices, self.history)
        self.live = Live(clock, log, status, self.problems)
        self._listeners: list[Listener] = [self.live.heard]
        limits = HistoryLimits(kept.path, kept.max_age_ms, kept.max_bytes)
        self.feed = HistoryFeed(self.history, limits, outbox, clock, log.warning, self._heard)
        self._storing = Storing(outbox, clock, committed)
        self._intake = Intake(
            self._storing,
            outbox,
            clock,
            log,
            self._rights(configuration.device.namespace),
            Repeats(self.history),
            self.devices.heard,
        )
        self._access = Access(
            PasswordFile(settings.password_file),
            is_loopback(settings.listen),
            {*own_hosts(), *settings.hosts, f"{settings.mdns}.local"},
            clock,
        )
        self.web = Web(self._access, settings.certificate is not None, log)
        self._listening = Listening(settings, self.web, self._intake.take, clock, log)
        Pages(self.web)
        Api(
            self.web,
            configuration.device.namespace,
            self.history,
            self.devices,
            self.live,
            clock,
            status,
            self.problems,
        )

    @property
    def url(self) -> str:
        return self._listening.url

    @property
    def is_open(self) -> bool:
        """Whether it has its address."""
        return self._listening.is_open

    def listen(self, listener: Listener) -> None:
        """Have every reading told, of this agent's own sensors too, in the history's thread."""
        self._listeners.append(listener)

    def start(self) -> None:
        """Know what was stored before, and serve."""
        self.feed.start()
        self.devices.load()
        self.live.start()
        self._storing.start()
        self._intake.start()
        self._listening.start()

    def wake(self) -> None:
        """Hear that readings were appended; cheap."""
        self.feed.wake()

    def refresh(self) -> None:
        """Take over what may have changed in files, such as a certificate."""
        self._listening.renew_certificate()

    def stop(self) -> None:
        """Answer what has come, close every connection, and put the history into its file."""
        self._intake.stop(_STOP_MS)
        self._storing.stop(_STOP_MS)
        self.live.stop(_STOP_MS)
        self._listening.stop()
        self.feed.stop(_STOP_MS)

    def pulses(self) -> list[Pulse]:
        parts = (self.feed, self._intake, self._storing, self.live)
        return [*(part.pulse for part in parts), *self._listening.pulses()]

    def status(self) -> State:
        """Return how it is, as JSON can hold it."""
        counts, file = self._storing.counts, self.history.file
        reason = self._listening.reason
        return {
            "url": self.url,
            "state": "waiting" if reason else "ok",
            "reason": reason,
            "devices": len(self.devices.names()) - 1,
            "stored": counts.stored,
            "repeated": counts.repeated,
            "refused": counts.refused,
            "last_ms": counts.last_ms,
            "connections": self._listening.connections,
            "dashboards": len(self.live),
            "history": {
                "path": self.feed.path,
                "bytes": 0 if file is None else file.used_bytes(),
                "first_ms": self.feed.first_ms,
                "trouble": self.feed.trouble,
            },
        }

    def problems(self) -> State:
        """Return what is wrong with the agent, in words."""
        now_ms = self._clock.unix_ms()
        closed = self._access.needs_password and not self._access.has_password
        found = problems(self._agent_status(), self.devices.silent(now_ms), closed)
        return {"now_ms": now_ms, "problems": found}

    def _heard(self, entries: Sequence[Entry]) -> None:
        for listener in self._listeners:
            listener(entries)

    def _rights(self, namespace: str) -> Rights:
        settings, devices = self._settings, self.devices
        keys = {each.uid: each.key.secret for each in settings.devices if each.key is not None}
        listed = {each.uid for each in settings.devices}

        def is_known(device: str) -> bool:
            return device in listed or (not settings.only_listed and devices.knows(device))

        def may_add() -> bool:
            return not settings.only_listed and devices.count() < settings.max_devices

        attempts = Attempts(self._clock, free=5, longest_ms=60_000, a_minute=600)
        return Rights(namespace, settings.key.secret, keys, is_known, may_add, attempts)
