"""`byteport-agent history`: a field's values of the last hours or years, to look at or to keep."""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from re import ASCII, fullmatch
from typing import Any, NoReturn
from urllib.parse import urlsplit

from byteport.errors import InvalidData, SendError
from byteport.session import UserSession
from byteport.time_points import TimePoint, time_points
from byteport_agent.buses.packages import needed
from byteport_agent.cli import tell
from byteport_agent.clock import unix_ms
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import KEY_FLAGS, RefuseKey, checked
from byteport_agent.command_line.passwords import find_password, open_to_others
from byteport_agent.command_line.service_arguments import add_url_arguments, travels_open
from byteport_agent.durations import duration_ms
from byteport_agent.history_view.advice import advice
from byteport_agent.history_view.text import csv_text, json_text, table_lines
from byteport_agent.keys import FoundKey, find_key
from byteport_agent.printable import printable

EXAMPLE = (
    "byteport-agent history greenhouse-1 temp --namespace myownspace --since 7d --user me --plot"
)
_MAX_ANSWER_BYTES = 1 << 28
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OPERATIONS = ("diff", "smooth_diff", "cum_sum")
_PACKAGES = {
    "plot": ("plotext", "--plot", "byteport-agent[plot]"),
    "png": ("matplotlib", "--png", "byteport-agent[png]"),
}


class RefusePassword(argparse.Action):
    """An option that would take a password: refused, with the reason."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        parser.error(
            "a password is never given on the command line, where every user of this machine can "
            "read it: put it into a file and give --password-file FILE, or type it when asked"
        )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("device", metavar="DEVICE", help="the device's uid in the namespace")
    add("field", metavar="FIELD", help="the field")
    add("--namespace", required=True, help="the namespace, as in Byteport")
    how = "how long ago, such as 7d, or a time such as 2026-01-31T12:00:00Z"
    moment = checked(_moment_ms)
    since = f"from when: {how}; default 1d"
    add("--since", type=moment, default="1d", metavar="TIME", help=since)
    add("--until", type=moment, metavar="TIME", help="to when, written likewise; default now")
    add("--operation", choices=_OPERATIONS, help="what the service calculates of the values")
    add("--scale", type=checked(_number), metavar="FACTOR", help="what it multiplies them by")
    add_url_arguments(parser)
    _add_login_arguments(parser)
    shown = parser.add_mutually_exclusive_group()
    shown.add_argument("--csv", action="store_true", help="print CSV: time,value")
    shown.add_argument("--json", action="store_true", help="print the service's answer")
    shown.add_argument("--plot", action="store_true", help="draw a plot in the terminal")
    shown.add_argument("--png", metavar="FILE", help="draw a plot into a PNG file")


def _add_login_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--user", metavar="NAME", help="log in as this user, with a password that is asked for")
    add("--password-file", metavar="FILE", help="file with the password")
    add("--password", dest="password", nargs="?", action=RefusePassword, help=argparse.SUPPRESS)
    add("--key-file", metavar="FILE", help="file with a key that may read, in place of a login")
    add(*KEY_FLAGS, dest="key", nargs="?", action=RefuseKey, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Print the history; CommandError tells why not."""
    if arguments.user and arguments.key_file:
        raise UsageError("give --user or --key-file, not both")
    if arguments.password_file and not arguments.user:
        raise UsageError("--password-file is for --user NAME")
    if arguments.until is not None and arguments.until <= arguments.since:
        raise UsageError("--since is not before --until")
    for option, package in _PACKAGES.items():
        if getattr(arguments, option):
            needed(*package)
    key = find_key(arguments.key_file) if arguments.key_file else None
    for warning in _warnings(arguments, key):
        tell(f"warning: {warning}", "history")
    try:
        answer = _ask(arguments, key)
        points = time_points(answer)
    except InvalidData as error:
        raise UsageError(str(error)) from None
    except SendError as error:
        raise CommandError(f"{error}. {advice(error, bool(arguments.user))}") from None
    _show(arguments, answer, points)
    return 0


def _ask(arguments: argparse.Namespace, key: FoundKey | None) -> Any:
    session = UserSession(
        arguments.url,
        arguments.timeout / 1000,
        max_content=_MAX_ANSWER_BYTES,
        key=key.secret.reveal() if key else None,
    )
    with session:
        if arguments.user:
            password = find_password(arguments.password_file, arguments.user)
            session.login(arguments.user, password.reveal())
        return session.time_series(
            arguments.namespace,
            arguments.device,
            arguments.field,
            start=_datetime(arguments.since),
            end=_datetime(unix_ms() if arguments.until is None else arguments.until),
            scale=arguments.scale,
            operation=arguments.operation,
        )


def _show(arguments: argparse.Namespace, answer: Any, points: list[TimePoint]) -> None:
    name = f"{arguments.namespace}.{arguments.device}.{arguments.field}"
    if arguments.json:
        print(json_text(answer))
    elif arguments.csv:
        text = csv_text(points)
        if sys.stdout.isatty():
            text = "\n".join(map(printable, text.split("\n")))
        print(text)
    elif arguments.plot or arguments.png:
        from byteport_agent.history_view.plot import terminal_plot, write_png

        if arguments.png:
            write_png(arguments.png, points, name)
            print(f"{len(points)} values of {name} drawn into {arguments.png}")
        else:
            print(terminal_plot(points, name))
    else:
        print("\n".join(table_lines(points, name)))


def _warnings(arguments: argparse.Namespace, key: FoundKey | None) -> Iterator[str]:
    if key is not None and key.warning:
        yield key.warning
    path = arguments.password_file
    if path and open_to_others(path):
        yield f"password file {path!r} is open to every user of this machine: chmod 600 {path!r}"
    if (arguments.user or key) and travels_open(arguments.url):
        what = "password" if arguments.user else "key"
        yield f"the {what} travels unencrypted to {urlsplit(arguments.url).hostname}: use https://"


def _moment_ms(text: str) -> int:
    """Return milliseconds since 1970 of a duration back from now, or of a time with its offset."""
    if fullmatch(r"[0-9.]+(ms|s|m|h|d)", text, ASCII):
        return unix_ms() - duration_ms(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no time: write how long ago, such as 7d, or when, such as "
            "2026-01-31T12:00:00Z"
        ) from None
    if time.tzinfo is None:
        raise ValueError(f"{text!r} lacks its offset from UTC: end it with Z or such as +01:00")
    return (time - _EPOCH) // timedelta(milliseconds=1)


def _datetime(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if number - number != 0:
        raise ValueError(f"{text!r} is no finite number")
    return number
