"""The service's answer to a heartbeat: that names and key are right, or what is to be mended.

A heartbeat is a call without a field, so that nothing is stored.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from byteport import Client
from byteport.errors import RateLimited, Rejected, SendError, Unreachable
from byteport.http import Response, Session
from byteport.meaning import DeviceNotFound, Forbidden, Redirected
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.doctor.clock import check_against
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine

HEARTBEAT_S = 10


class Listening:
    """A session that keeps the last answer, whose headers a client does not give."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.answer: Response | None = None

    def get(self, url: str, **options: Any) -> Response:
        self.answer = self._session.get(url, **options)
        return self.answer

    def post(self, url: str, **options: Any) -> Response:
        self.answer = self._session.post(url, **options)
        return self.answer

    @property
    def date_ms(self) -> int | None:
        """The time that the answer says it is."""
        text = self.answer.headers.get("date", "") if self.answer else ""
        try:
            return int(parsedate_to_datetime(text).timestamp()) * 1000
        except ValueError:
            return None


def check_answer(machine: Machine, device: Device, output: ByteportTarget) -> Iterator[Finding]:
    """Yield what a service answers, and whether its clock is another."""
    timeout_s = min(output.timeout_ms / 1000, HEARTBEAT_S)
    with Session(timeout_s, ca=output.ca) as session:
        heard = Listening(session)
        start_s = monotonic()
        client = Client(
            device.namespace,
            device.key.secret.reveal(),
            device.uid,
            output.url,
            output.method,
            timeout_s,
            session=heard,
        )
        try:
            with closing(client):
                client.heartbeat()
        except SendError as error:
            yield finding_of(error, device, output)
        else:
            place = f"{device.namespace}.{device.uid}"
            took = f"in {monotonic() - start_s:.2f} s"
            yield ok(output.name, f"{output.url} takes readings of {place}, answered {took}")
        if heard.date_ms is not None:
            yield from check_against(machine.unix_ms(), heard.date_ms, output.url)


def _pasted(path: str) -> str:
    """Return what puts a key into a file without its being shown or kept by the shell."""
    sudo = "" if os.access(path, os.W_OK) else "sudo "
    return f"{sudo}tee {path} >/dev/null    # paste the key, Enter, Ctrl-D"


def finding_of(error: SendError, device: Device, output: ByteportTarget) -> Finding:
    """Return what an error of a heartbeat means for whoever sets a machine up."""
    text = str(error)
    if isinstance(error, Forbidden):
        advice = (
            f"put the key of namespace {device.namespace} or of this device there, or allow "
            f"{output.method} in the namespace's Security tab: {device.key.source}"
        )
        command = _pasted(device.key_file) if device.key_file else ""
        return problem(output.name, text, advice, command)
    if isinstance(error, DeviceNotFound):
        advice = (
            f"is the namespace {device.namespace!r} right? Then register the device "
            f"{device.uid!r} in it, signed in to Byteport"
        )
        return problem(output.name, text, advice)
    if isinstance(error, RateLimited):
        return warning(output.name, text, "send less often: raise interval, lower max_rate")
    if isinstance(error, Redirected):
        return problem(output.name, text, "write that address as url of this output")
    if isinstance(error, Rejected):
        return problem(output.name, text, "check uid in [device]")
    if isinstance(error, Unreachable):
        return _unreachable(error, output)
    return problem(output.name, text, "check url, namespace and key")


def _unreachable(error: SendError, output: ByteportTarget) -> Finding:
    text = str(error)
    if error.status >= 500 or error.status == 408:
        advice = "nothing here: readings wait and are sent when it is back"
        return warning(output.name, text, advice)
    if error.status:
        advice = "open a page in a browser on this network, and sign in where it asks to"
        return problem(output.name, text, advice)
    advice = "does the service run there, and is the network good?"
    return problem(output.name, text, advice, f"curl -sSI {output.url}")
