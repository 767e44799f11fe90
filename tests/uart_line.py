"""A UART whose bytes a test chooses one by one: what has come so far, and what was written."""


class Line:
    """Holds bytes already, gives at most so many at a time, and keeps what is written."""

    def __init__(self, data=b"", most=256):
        self.data = data
        self.most = most
        self.written = b""

    def any(self):
        return len(self.data)

    def readinto(self, buffer):
        count = min(len(buffer), len(self.data), self.most)
        buffer[:count] = self.data[:count]
        self.data = self.data[count:]
        return count or None

    def write(self, data):
        self.written += data
        return len(data)
