"""One connection to Byteport: carries a call and says what came of it.

A call's bytes depend on nothing but the call. The API key is in no text that leaves here.
"""

from byteport import Client
from byteport.connection import split_url
from byteport.digits import ms_text
from byteport.errors import ByteportError
from byteport.http import Session
from byteport.packets import carries, packet, store_packets
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.line import Line
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.same_answers import SameAnswers

_DELIVERED = Outcome(Kind.DELIVERED)


def packing_of(settings: ByteportTarget) -> Packing:
    """Return which entries an output may send in one call."""
    if not settings.packets:
        return Packing()
    return Packing(settings.most_together, lambda entry: carries(entry.fields), apart=True)


class ByteportLink:
    """Connects when it has something to send; for one thread, but `cut` is for any."""

    def __init__(self, settings: ByteportTarget, device: Device, answers: Answers) -> None:
        self._answers = answers
        self._namespace = device.namespace
        self._url = settings.url
        self._timeout_s = settings.timeout_ms / 1000
        self._legacy_key = settings.legacy_key
        self._lines = Line(), Line()  # of a kept connection each
        self._client = Client(
            device.namespace,
            device.key.secret.reveal(),
            url=settings.url,
            method=settings.method,
            timeout=self._timeout_s,
            session=SameAnswers(split_url(settings.url)[0], settings.ca, connect=self._lines[0]),
        )
        self._session = Session(ca=settings.ca, connect=self._lines[1])

    def send(self, call: Call) -> Outcome:
        """Make a call, and wait for its answer up to the time-out."""
        try:
            if call.many:
                self._send_packets(call)
            else:
                ts = None if call.ts_ms is None else ms_text(call.ts_ms)
                self._client.store(call.fields, ts, call.device)
        except ByteportError as error:
            return self._answers.outcome(error, call)
        return _DELIVERED

    def cut(self) -> None:
        """End a call that waits in another thread; nothing can be sent any more."""
        for line in self._lines:
            line.cut()

    def close(self) -> None:
        """Close the connection, until the next call."""
        self._client.close()
        self._session.close()

    def _send_packets(self, call: Call) -> None:
        assert self._legacy_key is not None
        packets = [
            packet(self._namespace, call.device, entry.ts_ms, entry.fields)
            for entry in call.entries
            if entry.ts_ms is not None
        ]
        key = self._legacy_key.secret.reveal()
        store_packets(self._session, self._url, packets, key, self._timeout_s)
