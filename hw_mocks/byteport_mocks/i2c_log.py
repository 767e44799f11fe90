"""What passed over an I2C bus, in a form that a failed test can print."""


class Transaction:
    """One transaction, START to STOP; its repr reads like a logic analyser's line."""

    def __init__(self, address: int, started_ms: int) -> None:
        self.address = address
        self.started_ms = started_ms
        self.starts = 0
        self.written = 0
        self.read = 0
        self.failure = ""  # "nack", "timeout"
        self.messages: "list[tuple[int, bool, bytearray]]" = []  # address, whether read, bytes

    def start(self, address: int, read: bool) -> None:
        self.starts += 1
        self.messages.append((address, read, bytearray()))

    def write(self, byte: int) -> None:
        self.written += 1
        self.messages[-1][2].append(byte)

    def receive(self, byte: int) -> None:
        self.read += 1
        self.messages[-1][2].append(byte)

    def wire_bytes(self) -> int:
        return self.starts + self.written + self.read

    def __repr__(self) -> str:
        parts = [f"{self.started_ms} ms:"]
        for address, read, data in self.messages:
            parts.append(f"0x{address:02x} {'read' if read else 'write'}")
            parts.extend([f"{byte:02x}" for byte in data])
        if self.failure:
            parts.append(self.failure)
        return " ".join(parts)


def bus_time_ms(wire_bytes: int, starts_and_stops: int, freq: int) -> float:
    """Return the time on an ideal bus: nine clocks for a byte, one for each START and STOP."""
    return (9 * wire_bytes + starts_and_stops) * 1000 / freq
