"""MicroPython's side of `byteport.compat`; what it works around is named at each place."""

import errno
import gc
import select
import socket
import time
from time import sleep_ms, ticks_add, ticks_diff, ticks_ms  # noqa: F401

EPOCH_OFFSET = 0 if time.gmtime(0)[0] == 1970 else 946684800
FLOAT32 = 16777216.0 + 1.0 == 16777216.0


def const(value):
    return value


def find(buffer, byte, start, end):
    # bytearray has no find() before MicroPython 1.26
    while start < end:
        if buffer[start] == byte:
            return start
        start += 1
    return -1


def zlib_compress(data):
    import io

    import deflate

    stream = io.BytesIO()
    compressor = deflate.DeflateIO(stream, deflate.ZLIB)
    if not hasattr(compressor, "write"):  # many ports only decompress
        raise ImportError("deflate")
    compressor.write(data)
    compressor.close()
    return stream.getvalue()


class Lock:
    """No lock: the station has one thread."""

    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass


def tls_context(ca, verify):
    import tls

    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    if not verify:
        context.verify_mode = tls.CERT_NONE
        return context
    if ca is None:
        raise ValueError("https needs ca=, the CA certificate to trust: boards have none built in")
    if isinstance(ca, str):
        with open(ca, "rb") as file:
            ca = file.read()
    context.verify_mode = tls.CERT_REQUIRED
    context.load_verify_locations(ca)
    return context


class Stream:
    """See the CPython side. Sockets never block here: time-outs of their own differ by port."""

    def __init__(self, host, port, tls, deadline, connect=None):  # noqa: ARG002 (a PC's)
        # TLS buffers come out of the same memory on some ports
        gc.collect()
        address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        sock = socket.socket(address[0])
        self._sock = sock
        self._stream = sock
        self._poll = select.poll()
        self._poll.register(sock, select.POLLOUT)
        try:
            sock.setblocking(False)
            try:
                sock.connect(address[-1])
            except OSError as error:
                if error.errno != errno.EINPROGRESS:
                    raise
            self._wait(select.POLLOUT, deadline)
            if tls is not None:
                self._poll.unregister(sock)
                self._stream = tls.wrap_socket(
                    sock, server_hostname=host, do_handshake_on_connect=False
                )
                self._poll.register(self._stream, select.POLLOUT)
        except:
            sock.close()
            raise

    def _wait(self, event, deadline):
        self._poll.modify(self._stream, event)
        left = ticks_diff(deadline, ticks_ms())
        if left > 0:
            for _ in self._poll.ipoll(left):
                return
        raise OSError(errno.ETIMEDOUT)

    def send(self, data, deadline):
        view = memoryview(data)
        sent = 0
        while sent < len(view):
            count = self._stream.write(view[sent:] if sent else view)
            if count:
                sent += count
            else:
                self._wait(select.POLLOUT, deadline)

    def receive_into(self, buffer, deadline):
        while True:
            count = self._stream.readinto(buffer)
            if count is not None:
                return count
            self._wait(select.POLLIN, deadline)

    def quiet(self):
        self._poll.modify(self._stream, select.POLLIN)
        for _ in self._poll.ipoll(0):
            return False
        return True

    def close(self):
        self._stream.close()
        self._sock.close()
