"""Publishes to an MQTT broker at QoS 1: a message is delivered when the broker has confirmed it.

    publisher = Publisher("mqtts://broker.example.org", "myownspace.barDev1", "me", password)
    publisher.publish("home/porch/temperature", b"21.5")
    publisher.flush()       # returns when all are confirmed

What is not confirmed stands in one buffer, packet behind packet: messages that are published one
after another go out together, and those that went out go again on a new connection, marked as
repetitions. Source: MQTT 3.1.1 (OASIS); numbers are its sections.
"""

from errno import ECONNRESET, ETIMEDOUT

from byteport.compat import Stream, const, ticks_add, ticks_diff, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_CONNECT = const(0x10)
_CONNACK = const(0x20)
_PUBLISH_QOS_1 = const(0x32)
_DUP = const(8)
_RETAIN = const(1)
_PUBACK = const(0x40)
_PINGRESP = const(0xD0)
_BUFFER_BYTES = const(32)
_FAREWELL_MS = const(1000)
_REFUSED = const(10000)  # as in byteport.mqtt_meaning: no errno is so high


class Publisher:
    """A session at a broker, whose connection opens when it is needed; for one thread at a time.

    ``url`` is mqtts://host, mqtt://host, or with a port; ``ca`` a CA file, or its content, to trust
    instead of the system's. ``timeout`` is the deadline of a whole call, ``keep_alive`` the longest
    silence, in seconds. At most ``window`` messages wait for the broker, of ``most_bytes`` in all
    or one that is larger.

    ``waiting`` has the number and size of each message that is not confirmed. Every call but
    `close` may raise a SendError of `byteport.mqtt_meaning`; what waits then goes on waiting.
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        user: "str | None" = None,
        password: "str | None" = None,
        ca: "str | bytes | None" = None,
        timeout: float = 20,
        keep_alive: int = 60,
        window: int = 10,
        most_bytes: int = 2048,
    ) -> None:
        self.origin = _origin(url)
        self._ca = ca
        self._tls: "Any" = None
        self._stream: "Any" = None
        self.timeout_ms = int(timeout * 1000)
        self._ping_ms = keep_alive * 1000
        self._window = window
        self._most = most_bytes
        self._number = self._deadline = self._ping_at = 0
        self._sent = 0  # how much of the packets the connection was given
        self.awaited = 0  # the kind of packet that the connection waits for
        self.waiting: "list[tuple[int, int]]" = []
        self._packets = bytearray(most_bytes)
        self._packets[:] = b""  # and a board keeps the memory
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._hello = _hello(client_id, user, password, keep_alive)

    def publish(
        self, topic: "str | bytes | bytearray", payload: "bytes | bytearray", retain: bool = False
    ) -> None:
        """Take a message, once there is room for it; after an error it is not taken.

        It goes out with `flush`, with `upkeep`, or when there is no room for another. Raises
        InvalidValue for a topic that is none.
        """
        topic = topic.encode() if isinstance(topic, str) else topic
        for c in topic or b"#":
            if c in b"#+\0":
                from byteport.mqtt_meaning import wrong_topic

                raise wrong_topic(topic)
        size = 4 + len(topic) + len(payload)
        packets = self._packets
        room = max(self._most - size - 5, 0)
        if len(self.waiting) >= self._window or len(packets) > room:
            self._work(self._window - 1, room)
        start = len(packets)
        number = self._number = self._number % 65535 + 1
        try:
            packets.append(_PUBLISH_QOS_1 | _RETAIN if retain else _PUBLISH_QOS_1)
            _add_size(packets, size)
            _add_16(packets, len(topic))
            packets.extend(topic)
            _add_16(packets, number)
            packets.extend(payload)
            self.waiting.append((number, len(packets) - start))
        except MemoryError:
            packets[start:] = b""  # no half of a packet
            raise

    def flush(self) -> None:
        """Return when the broker has confirmed all."""
        if self.waiting:
            self._work(0, 0)

    def ping(self) -> None:
        """Return when the broker has shown that it is there."""
        if self._stream:
            self.awaited = _PINGRESP
        self._work(self._window, self._most)

    def upkeep(self) -> None:
        """Send what waits, and keep a connection alive; to be called every second or so."""
        if self._stream and ticks_diff(ticks_ms(), self._ping_at) >= 0:
            self.ping()
        elif self._sent < len(self._packets):
            self._work(self._window, self._most)

    def close(self) -> None:
        """Close the connection; the next call opens another, where what waits is sent again."""
        if self._stream:
            try:
                self._stream.send(b"\xe0\0", ticks_add(ticks_ms(), _FAREWELL_MS))
            except OSError:
                pass  # it was closed already
            self._drop()

    def _work(self, most: int, most_bytes: int) -> None:
        """Have a connection, and receive until no more than so many messages wait."""
        now = ticks_ms()
        self._deadline = ticks_add(now, self.timeout_ms)
        self._ping_at = ticks_add(now, self._ping_ms)
        is_new = False
        while True:
            try:
                if not self._stream:
                    is_new = True
                    self._open()
                start = self._sent
                packets = self._packets
                if start < len(packets):
                    self._sent = len(packets)
                    self._stream.send(packets[start:] if start else packets, self._deadline)
                if self.awaited:
                    self._stream.send(b"\xc0\0", self._deadline)
                while self.awaited or len(self.waiting) > most or len(self._packets) > most_bytes:
                    self._receive()
                return
            except BaseException as error:
                self._drop()
                if not isinstance(error, OSError):
                    raise
                # else a broker may have closed long ago what was open
                if is_new or error.errno == ETIMEDOUT:
                    from byteport.mqtt_meaning import error_of

                    raise error_of(self, error)

    def _open(self) -> None:
        secure, host, port = self.origin
        self.awaited = _CONNACK
        if secure and not self._tls:
            from byteport.compat_tls import tls_context

            self._tls = tls_context(self._ca, True)
        self._stream = Stream(host, port, self._tls, self._deadline)
        self._stream.send(self._hello, self._deadline)
        while self.awaited:
            self._receive()
        start = 0
        for _, size in self.waiting:
            if start < self._sent:
                self._packets[start] |= _DUP
            start += size
        self._sent = 0

    def _drop(self) -> None:
        if self._stream:
            self._stream.close()
            self._stream = None

    def _receive(self) -> None:
        """Take the next packet."""
        buffer = self._buffer
        self._read(0, 1)
        kind = buffer[0]
        size = shift = 0
        buffer[1] = 128
        while buffer[1] > 127 and shift < 28:
            self._read(1, 2)
            size |= (buffer[1] & 127) << shift
            shift += 7
        if kind & 0xF0 == 0x30 and buffer[1] < 128:
            # for whoever subscribed in this session; nobody takes it here, so the broker keeps it
            while size:
                part = min(size, _BUFFER_BYTES)
                self._read(0, part)
                size -= part
            return
        if size != (0 if kind == _PINGRESP else 2) or kind not in (_PUBACK, self.awaited):
            raise OSError(_REFUSED, "")  # it does not speak MQTT
        self._read(0, size)
        if kind == _PUBACK:
            self._confirmed(buffer[0] << 8 | buffer[1])
            return
        if size and buffer[1]:
            raise OSError(_REFUSED + buffer[1], "")  # by 3.2.2.3
        self.awaited = 0

    def _confirmed(self, number: int) -> None:
        start = 0
        for entry in self.waiting:
            end = start + entry[1]
            if entry[0] == number:
                self._packets[start:end] = b""
                self._sent -= entry[1]
                self.waiting.remove(entry)
                return
            start = end

    def _read(self, start: int, end: int) -> None:
        while start < end:
            count = self._stream.receive_into(self._view[start:end], self._deadline)
            if not count:
                raise OSError(ECONNRESET, "")
            start += count


def _hello(
    client_id: str, user: "str | None", password: "str | None", keep_alive: int
) -> bytearray:
    # 3.1; the session stays at the broker: nothing may be repeated in a new one (3.1.2.4)
    head = bytearray(b"\0\4MQTT\4\0")
    _add_16(head, keep_alive)
    if user:
        head[7] = 0xC0 if password else 0x80
    for text in (client_id, user, user and password):  # no password without a user (3.1.2.9)
        if text:
            data = text.encode()
            _add_16(head, len(data))
            head.extend(data)
    packet = bytearray((_CONNECT,))
    _add_size(packet, len(head))
    return packet + head


def _add_16(out: bytearray, number: int) -> None:
    out.append(number >> 8)
    out.append(number & 255)


def _add_size(out: bytearray, size: int) -> None:
    """Append a remaining length (2.2.3)."""
    while size > 127:
        out.append(size & 127 | 128)
        size >>= 7
    out.append(size)


def _origin(url: str) -> "tuple[bool, str, int]":
    scheme, _, rest = url.partition("://")
    secure = scheme == "mqtts"
    host, _, port = rest.rpartition(":")
    if not port.isdigit():
        host = rest
        port = "8883" if secure else "1883"
    if not (secure or scheme == "mqtt") or not host or "@" in host or "/" in host:
        from byteport.mqtt_meaning import wrong_url

        raise wrong_url()
    return secure, host, int(port)
