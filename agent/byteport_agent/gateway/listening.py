"""The gateway's server as soon as it can be had: its address may be taken, or not be there yet."""

import logging
import ssl
from collections.abc import Callable
from threading import Event, Thread

from byteport_agent.clock import Clock
from byteport_agent.command_errors import CommandError
from byteport_agent.config import Gateway
from byteport_agent.gateway.channel import Channel
from byteport_agent.gateway.mdns import MdnsName, seen_from_elsewhere
from byteport_agent.gateway.server import Application, Server
from byteport_agent.listen_address import listen_address
from byteport_agent.pulse import Pulse

_RETRY_S = 10.0
_PATIENCE_S = 5.0


class Listening:
    """``reason`` says why there is no server, or no name for it; "" while all is well."""

    def __init__(
        self,
        settings: Gateway,
        application: Application,
        take: Callable[[Channel], None],
        clock: Clock,
        log: logging.Logger,
        ready: Event,
    ) -> None:
        self._settings = settings
        self._application = application
        self._take = take
        self._clock = clock
        self._log = log
        self._ready = ready
        self._tls: ssl.SSLContext | None = None
        self._mdns: MdnsName | None = None
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="gateway address", daemon=True)
        self._server: Server | None = None
        self.reason = ""

    @property
    def url(self) -> str:
        """Where it is, or will be, reached."""
        if self._server is not None:
            return self._server.url
        return f"{'https' if self._settings.certificate else 'http'}://{self._settings.listen}"

    @property
    def is_open(self) -> bool:
        return self._server is not None

    @property
    def connections(self) -> int:
        return 0 if self._server is None else self._server.connections

    def pulses(self) -> list[Pulse]:
        return [] if self._server is None else [self._server.pulse]

    def start(self) -> None:
        """Listen now if that can be, else keep trying."""
        self._ready.wait(_PATIENCE_S)
        self._try(self._open)
        if self._server is None or self._settings.mdns:
            self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._mdns is not None:
            self._mdns.stop()
        if self._server is not None:
            self._server.stop()

    def renew_certificate(self) -> None:
        """Read the certificate again, for connections from now on."""
        if self._tls is not None:
            self._try(lambda: self._load(self._tls))

    def _run(self) -> None:
        while self._server is None and not self._stopping.wait(_RETRY_S):
            self._try(self._open)
        while self._settings.mdns and self._mdns is None and not self._stopping.is_set():
            self._try(self._announce)
            if self._mdns is None:
                self._stopping.wait(_RETRY_S)

    def _try(self, action: Callable[[], object]) -> None:
        reason = ""
        try:
            action()
        except (CommandError, OSError) as error:
            reason = str(error)
        if reason and reason != self.reason:
            self._log.error("gateway: %s", reason)
        self.reason = reason

    def _open(self) -> None:
        if not self._ready.is_set():
            raise CommandError("the history still takes over what waits in the outbox")
        if self._settings.certificate is not None:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._load(self._tls)
        address = listen_address(self._settings.listen)
        server = Server(address, self._application, self._take, self._clock, self._log, self._tls)
        server.start()
        self._server = server
        self._log.info("gateway: listens at %s", seen_from_elsewhere(server.url, address[0]))

    def _load(self, context: ssl.SSLContext | None) -> None:
        certificate, key = self._settings.certificate, self._settings.certificate_key
        assert context is not None
        assert certificate is not None
        try:
            context.load_cert_chain(certificate, key, password="")
        except OSError as error:  # ssl.SSLError is one, without the file's name
            raise CommandError(f"certificate {certificate}: {error.strerror or error}") from None

    def _announce(self) -> None:
        assert self._server is not None
        host, port = self._server.address
        name = MdnsName(self._settings.mdns or "", host, port, "/")
        try:
            name.start()
        except BaseException:
            name.stop()
            raise
        self._mdns = name
