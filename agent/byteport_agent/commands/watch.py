"""`byteport-agent watch`: the reference client's directory polling, as a command.

A program drops small files into a directory; a file's name is the field, its content the value.
What could not be sent waits in memory with the time at which it was seen; the agent's driver
`directory` with its outbox is for what must not be lost.
"""

import argparse
import os
from contextlib import closing

from byteport import Client
from byteport.errors import InvalidData, Rejected
from byteport.files import DirectoryWatch
from byteport_agent.cli import tell
from byteport_agent.clock import Clock, SystemClock
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked
from byteport_agent.command_line.service_arguments import (
    add_place_arguments,
    add_service_arguments,
    new_client,
    warnings,
)
from byteport_agent.direct.unsent import UnsentQueue
from byteport_agent.direct.watch_view import WatchView
from byteport_agent.durations import duration_ms
from byteport_agent.keys import find_key
from byteport_agent.loop import AgentLoop
from byteport_agent.record import Fields, Record
from byteport_agent.stopping import StopSignal

EXAMPLE = (
    "byteport-agent watch /home/iot_user/measured_values --namespace myownspace "
    "--device greenhouse-1 --key-file byteport.key --interval 10s"
)
_SEND_MS = 1000
_MOST_CALLS = 1000  # that wait to be sent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("directory", metavar="DIR", help="the directory; hidden files in it are left out")
    add_place_arguments(parser)
    add(
        "--interval",
        type=checked(_interval_ms),
        default="10s",
        metavar="DURATION",
        help="from one look at the directory to the next, 100ms to 1d; default 10s",
    )
    add(
        "--existing",
        choices=("send", "skip"),
        default="send",
        help="what to do with the files that are there at the start; default send",
    )
    add_service_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Watch until a signal comes; 1 where something could not be stored."""
    path = arguments.directory
    _check(path)
    key = find_key(arguments.key_file)
    try:
        client = new_client(arguments, key.secret)
    except InvalidData as error:
        raise UsageError(str(error)) from None
    for warning in warnings(arguments, key):
        tell(f"warning: {warning}", "watch")
    with StopSignal() as stop, closing(client):
        clock = SystemClock(stop)
        view = WatchView(path, clock)
        watcher = Watcher(path, arguments.device, client, clock, view)
        if arguments.existing == "skip":
            watcher.skip()
        watcher.run(arguments.interval)
        return 0 if watcher.end() else 1


class Watcher:
    """Looks at the directory, keeps what changed until it is sent, and shows what becomes of it."""

    def __init__(
        self, path: str, device: str, client: Client, clock: Clock, view: WatchView
    ) -> None:
        self._path = path
        self._device = device
        self._clock = clock
        self._view = view
        self._skipped: dict[str, str] = {}
        self._failing = ""
        self._watch = DirectoryWatch(path, self._skip_file)
        self._sender = ByField(client, view)
        self._queue = UnsentQueue(self._sender, clock, view.tell, _MOST_CALLS)

    def end(self) -> bool:
        """Show the summary; tell whether all is stored."""
        unsent, given_up = len(self._queue) + self._queue.lost, len(self._sender.given_up)
        self._view.end(unsent, given_up)
        return not (unsent or given_up)

    def skip(self) -> None:
        """Take what is there for stored."""
        self._watch.stored(self._watch.changed())

    def run(self, interval_ms: int) -> None:
        """Look and send until the clock says stop."""
        loop = AgentLoop(self._clock)
        loop.every(interval_ms, self.look)
        loop.every(_SEND_MS, self.send)
        loop.run()
        self.send()

    def look(self) -> None:
        """Take what changed, with the time of now."""
        try:
            changed = self._watch.changed()
        except OSError as error:
            self._tell_of_directory(f"the directory cannot be read: {error.strerror}")
            return
        self._tell_of_directory("")
        if changed:
            self._queue.put(Record(self._device, self._clock.unix_ms(), tuple(changed.items())))
            self._watch.stored(changed)
            self.send()

    def send(self) -> None:
        """Send what waits, unless a failure asked to wait."""
        self._queue.send()
        self._view.show(len(self._queue))

    def _tell_of_directory(self, failing: str) -> None:
        if failing != self._failing:
            self._failing = failing
            self._view.tell(failing or "the directory is read again")

    def _skip_file(self, name: str, error: Exception) -> None:
        why = error.strerror if isinstance(error, OSError) else str(error)
        if self._skipped.get(name) != why:
            self._skipped[name] = str(why)
            self._view.tell(f"{name!r} is left out: {why}")


class ByField:
    """Sends a call that is rejected once more field by field: one bad file takes no other along."""

    def __init__(self, client: Client, view: WatchView) -> None:
        self._client = client
        self._view = view
        self.given_up: set[tuple[str, str]] = set()  # (timestamp, field) of each

    def store(self, fields: Fields, timestamp: str, device: str) -> None:
        """Store as `Client.store` does; what will never be stored is told and given up."""
        try:
            self._client.store(fields, timestamp, device)
        except (Rejected, InvalidData) as error:
            if len(fields) > 1:
                for field in fields:
                    self.store((field,), timestamp, device)
            else:
                self.given_up.add((timestamp, fields[0][0]))
                self._view.tell(f"{fields[0][0]} is given up: {error}")
        else:
            self._view.stored(fields)


def _check(path: str) -> None:
    """Raise CommandError where there is no directory that can be read."""
    try:
        os.listdir(path)
    except NotADirectoryError:
        raise CommandError(f"{path!r} is a file: give the directory that holds it") from None
    except OSError as error:
        raise CommandError(f"{path!r}: {error.strerror}: give a directory to watch") from None


def _interval_ms(text: str) -> int:
    ms = duration_ms(text)
    if not 100 <= ms <= 86_400_000:
        raise ValueError(f"{text!r} is not between 100ms and 1d")
    return ms
