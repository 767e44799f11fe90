"""The gateway as the agent sees it: all its parts, started and stopped together, and a status."""

import logging
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from byteport_agent.attempts import Attempts
from byteport_agent.clock import Clock
from byteport_agent.config import Configuration
from byteport_agent.config import History as HistorySettings
from byteport_agent.config.gateway_reader import is_loopback
from byteport_agent.gateway.access import Access, own_hosts
from byteport_agent.gateway.api import Api
from byteport_agent.gateway.devices import Devices
from byteport_agent.gateway.history import MOST_SERIES, History
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
        assert configuration.gateway is not None
        self._settings = configuration.gateway
        self._metrics = configuration.prometheus if configuration.metrics_at_gateway else None
        self._namespace = configuration.device.namespace
        self._outbox, self._clock, self._log = outbox, clock, log
        self._agent_status = status
        self._ready = Event()
        self.history = History()
        self.devices = Devices(configuration.device.uid, self._settings.devices, self.history)
        self.live = Live(clock, log, status, self.problems)
        self._listeners: list[Listener] = [self.live.heard]
        self.feed = self._new_feed(configuration.history)
        self._rights = self._new_rights()
        self._storing = Storing(outbox, clock, committed)
        self._intake = self._new_intake()
        self._access = self._new_access()
        self.web = self._new_web()
        self._listening = Listening(
            self._settings, self.web, self._intake.take, clock, log, self._ready
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
        """Serve, as soon as it is known what was stored before."""
        self.feed.start()
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
        found = problems(self._agent_status(), self.devices.silent(now_ms), self._own_problems())
        return {"now_ms": now_ms, "problems": found}

    def _own_problems(self) -> list[str]:
        found = []
        if self._access.needs_password and not self._access.has_password:
            found.append("the dashboard is closed: 'byteport-agent set-password' sets a password")
        if self._rights.wrong_keys:
            found.append(
                f"{self._rights.wrong_keys} calls with a wrong key since the start, the last from "
                f"{self._rights.wrong_from}"
            )
        if self.history.refused_series:
            found.append(f"more than {MOST_SERIES} fields: the history has not all of them")
        return found

    def _caught_up(self) -> None:
        self.devices.load()
        self._ready.set()

    def _heard(self, entries: Sequence[Entry]) -> None:
        for listener in self._listeners:
            listener(entries)

    def _new_feed(self, kept: HistorySettings) -> HistoryFeed:
        return HistoryFeed(
            self.history,
            HistoryLimits(kept.path, kept.max_age_ms, kept.max_bytes),
            self._outbox,
            self._clock,
            self._log.warning,
            self._heard,
            self._caught_up,
        )

    def _new_rights(self) -> Rights:
        settings, devices = self._settings, self.devices
        keys = {each.uid: each.key.secret for each in settings.devices if each.key is not None}
        listed = {each.uid for each in settings.devices}

        def is_known(device: str) -> bool:
            return device in listed or (not settings.only_listed and devices.knows(device))

        def may_add() -> bool:
            return not settings.only_listed and devices.count() < settings.max_devices

        attempts = Attempts(self._clock, free=5, longest_ms=60_000, a_minute=600)
        return Rights(self._namespace, settings.key.secret, keys, is_known, may_add, attempts)

    def _new_intake(self) -> Intake:
        return Intake(
            self._storing,
            self._outbox,
            self._clock,
            self._log,
            self._rights,
            Repeats(self.history),
            self.devices.heard,
        )

    def _new_access(self) -> Access:
        settings = self._settings
        mdns = {f"{settings.mdns}.local"} if settings.mdns else set()
        return Access(
            PasswordFile(settings.password_file),
            is_loopback(settings.listen),
            own_hosts() | mdns | set(settings.hosts),
            self._clock,
        )

    def _new_web(self) -> Web:
        web = Web(self._access, self._settings.certificate is not None, self._log)
        status = self._agent_status
        Pages(web)
        Api(
            web,
            self._namespace,
            self.history,
            self.devices,
            self.live,
            self._clock,
            status,
            self.problems,
        )
        if self._metrics is not None:
            from byteport_agent.gateway.metrics_page import add_metrics
            from byteport_agent.prometheus.token import MetricsToken

            token = MetricsToken(self._metrics.token, self._clock)
            add_metrics(web, status, self.devices, self._clock, token)
        return web
