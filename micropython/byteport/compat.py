"""The only place that knows which interpreter this is.

The same names mean the same on both, and all else in the core is one source:

    const               marks a number that MicroPython folds into the code
    EPOCH_OFFSET        seconds to add to time.time() to count from 1970
    FLOAT32             floats have 24 bits, too few for a timestamp
    ticks_ms, ticks_add, ticks_diff, sleep_ms   a monotonic clock that may wrap
    after               where a buffer goes on behind a word, in any case, and spaces; 0 for another
    datetime_text       a datetime as seconds since 1970
    ilistdir            a folder's entries as tuples that begin with the name
    Lock                a mutex, or nothing where there is one thread
    Stream              a TCP or TLS connection whose every wait ends at a deadline

CPython's are in `compat_cpython`, MicroPython's here, so that a board has one module to load;
`compat_tls` and `compat_compression` stand apart because not every board needs them.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING or sys.implementation.name != "micropython":
    from byteport.compat_cpython import *  # noqa: F403
else:
    import errno
    import gc
    import select
    import socket
    import time
    from os import ilistdir  # noqa: F401
    from time import sleep_ms, ticks_add, ticks_diff, ticks_ms  # noqa: F401

    EPOCH_OFFSET = 0 if time.gmtime(0)[0] == 1970 else 946684800
    FLOAT32 = 16777216.0 + 1.0 == 16777216.0

    def const(value):
        return value

    def datetime_text(_):
        return ""  # boards have no datetime

    def after(buffer, start, lower):
        for c in lower:
            if buffer[start] | 32 != c:
                return 0
            start += 1
        while buffer[start] == 32:
            start += 1
        return start

    class Lock:
        """No lock: the station has one thread."""

        def __enter__(self):
            pass

        def __exit__(self, *_):
            pass

    class Stream:
        """See the CPython side. Sockets never block here: time-outs of their own differ by port.

        ``idle()`` is called in each wait, and returns for how long it may go on; ``idle(True)``
        before a name is looked up, which has no limit (micropython #18797).
        """

        idle = None

        def __init__(self, host, port, tls, deadline, connect=None):  # noqa: ARG002 (a PC's)
            # TLS buffers come out of the same memory on some ports
            gc.collect()
            failure = OSError(errno.ECONNREFUSED)
            host = host.strip("[]")
            if self.idle:
                self.idle(True)
            for address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
                sock = self._stream = socket.socket(address[0])
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
                    return
                except OSError as error:
                    failure = error
                    sock.close()
                except BaseException:
                    sock.close()
                    raise
            raise failure

        def _wait(self, event, deadline):
            self._poll.modify(self._stream, event)
            left = ticks_diff(deadline, ticks_ms())
            while left > 0:
                if self.idle:
                    left = min(left, self.idle())
                for _, events in self._poll.ipoll(left):
                    if event == select.POLLOUT and events & select.POLLERR:
                        raise OSError(errno.ECONNREFUSED)
                    return
                left = ticks_diff(deadline, ticks_ms())
            raise OSError(errno.ETIMEDOUT)

        def send(self, data, deadline):
            view = memoryview(data)
            sent = 0
            while sent < len(view):
                try:
                    count = self._stream.write(view[sent:] if sent else view)
                except ValueError as error:  # what mbedTLS makes of a wrong certificate
                    raise OSError(str(error).strip())
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
