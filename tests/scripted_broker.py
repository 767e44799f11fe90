"""An MQTT broker without a network, which takes what a publisher sends and does as a test says.

It stands in for `byteport.compat.Stream`, so that every fault comes at its byte and no test waits.
Source: MQTT 3.1.1 (OASIS).
"""

from errno import ECONNREFUSED, ECONNRESET, ETIMEDOUT

import byteport.mqtt

CONNECT, PUBLISH, PINGREQ, DISCONNECT = 0x10, 0x30, 0xC0, 0xE0
CONNACK = b"\x20\x02\x00\x00"


class Packet:
    """A packet as it came: ``kind`` and ``flags`` of its first byte; of a PUBLISH the rest too."""

    def __init__(self, data):
        self.data = data
        self.kind = data[0] & 0xF0
        self.flags = data[0] & 0x0F
        start = 1
        while data[start] > 127:
            start += 1
        self.body = data[start + 1 :]
        if self.kind == PUBLISH:
            size = self.body[0] << 8 | self.body[1]
            self.topic = self.body[2 : 2 + size].decode()
            self.number = self.body[2 + size] << 8 | self.body[3 + size]
            self.payload = self.body[4 + size :]


class ScriptedBroker:
    """``packets`` has what came in ``sends`` parts, ``connections`` how often it was connected to.

    ``connack`` is its answer to a CONNECT, ``mute`` how many PUBLISHes it does not answer,
    ``extra`` bytes that it sends before its next answer. ``breaks_after`` is after how many bytes
    to the publisher it closes, ``resets`` at how many bytes from it the connection is reset.
    """

    def __init__(self):
        self.packets = []
        self.connections = 0
        self.sends = 0
        self.listens = True
        self.problem = OSError(ECONNREFUSED, "refused")  # what comes where it does not listen
        self.connack = CONNACK
        self.mute = 0
        self.extra = b""
        self.breaks_after = self.resets = None
        self.reversed = False  # confirmations come in another order
        self.pingresp = b"\xd0\x00"
        self.streams = []

    def published(self):
        return [each for each in self.packets if each.kind == PUBLISH]

    def texts(self):
        return [bytes(each.payload).decode() for each in self.published()]

    def count(self, kind):
        return len([each for each in self.packets if each.kind == kind])

    def answer(self, packet):
        if packet.kind == CONNECT:
            return self.connack
        if packet.kind == PUBLISH:
            if self.mute:
                self.mute -= 1
                return b""
            return b"\x40\x02" + bytes((packet.number >> 8, packet.number & 255))
        return self.pingresp if packet.kind == PINGREQ else b""

    def __enter__(self):
        self._before = byteport.mqtt.Stream
        byteport.mqtt.Stream = self._connect
        return self

    def __exit__(self, *_):
        byteport.mqtt.Stream = self._before

    def _connect(self, host, port, tls, deadline):
        self.where = (host, port, tls)
        if not self.listens:
            raise self.problem
        self.connections += 1
        stream = _Stream(self)
        self.streams.append(stream)
        return stream


class _Stream:
    def __init__(self, broker):
        self._broker = broker
        self._came = b""
        self._answer = b""
        self._told = self._took = 0
        self.closed = False

    def send(self, data, deadline):
        assert not self.closed
        broker = self._broker
        broker.sends += 1
        self._took += len(data)
        if broker.resets is not None and self._took > broker.resets:
            broker.resets = None
            self._broken = True
            raise OSError(ECONNRESET, "reset")
        self._came += bytes(data)
        while True:
            size = _size(self._came)
            if not size or len(self._came) < size:
                return
            packet = Packet(self._came[:size])
            self._came = self._came[size:]
            broker.packets.append(packet)
            answer = broker.answer(packet)
            if answer:
                answer = broker.extra + answer
                broker.extra = b""
            self._answer = answer + self._answer if broker.reversed else self._answer + answer

    def receive_into(self, buffer, deadline):
        assert not self.closed
        broker = self._broker
        if broker.breaks_after is not None and self._told >= broker.breaks_after:
            broker.breaks_after = None
            self._answer = b""
            return 0
        if not self._answer:
            raise OSError(ETIMEDOUT, "timed out")
        buffer[0:1] = self._answer[:1]  # one byte at a time, as a network may
        self._answer = self._answer[1:]
        self._told += 1
        return 1

    def close(self):
        self.closed = True


def _size(data):
    size = shift = 0
    for i in range(1, len(data)):
        size |= (data[i] & 127) << shift
        shift += 7
        if data[i] < 128:
            return 1 + i + size
    return 0
