"""The gateway's name on the local network, by multicast DNS (RFC 6762), through zeroconf.

Boards look up NAME.local as any other name; programs find the service `_byteport._tcp` (RFC 6763).
"""

import socket
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from byteport_agent.command_errors import CommandError

_ANYWHERE = ("0.0.0.0", "::")  # noqa: S104 (compared with)
_TYPES = ("_byteport._tcp.local.", "_http._tcp.local.")


class MdnsName:
    """NAME.local from `start` to `stop`; both may take a second or two.

    Raises CommandError where zeroconf is not installed.
    """

    def __init__(self, name: str, host: str, port: int, path: str) -> None:
        try:
            import zeroconf
        except ImportError:
            raise CommandError("mdns needs zeroconf: pip install 'byteport-agent[mdns]'") from None
        self._zeroconf = zeroconf
        self._name = name
        self._place = host, port, path
        self._running: Any = None

    def start(self) -> None:
        """Announce it; raises OSError where there is no network, CommandError if it is taken."""
        host, port, path = self._place
        fixed = [] if ip_address(host).is_unspecified else [host]
        self._running = self._zeroconf.Zeroconf(
            interfaces=fixed or self._zeroconf.InterfaceChoice.All
        )
        for kind in _TYPES:
            info = self._zeroconf.ServiceInfo(
                kind,
                f"{self._name}.{kind}",
                port=port,
                properties={"path": path},
                server=f"{self._name}.local.",
                parsed_addresses=fixed or own_addresses(),
            )
            try:
                self._running.register_service(info)
            except self._zeroconf.NonUniqueNameException:
                raise CommandError(f"mdns: another machine is called {self._name}.local") from None

    def stop(self) -> None:
        if self._running is not None:
            with suppress(Exception):  # the network may be gone
                self._running.close()
            self._running = None


def own_addresses() -> list[str]:
    """Return this machine's addresses but for loopback, by the routes that it would take."""
    found = []
    for family, far in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))  # sends nothing
            found.append(probe.getsockname()[0])
    return found or ["127.0.0.1"]


def seen_from_elsewhere(url: str, host: str) -> str:
    """Return the URL by which another machine reaches it, where it listens at all addresses."""
    if host not in _ANYWHERE:
        return url
    address = own_addresses()[0]
    scheme, port = url.partition(":")[0], url.rpartition(":")[2]
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"
