"""The faults of one bus, and which of them are due in the present transaction."""

from byteport_mocks.faults import ACK, Fault

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.device import Device


class FaultList:
    """Asked by a bus at each step of a transaction what goes wrong there."""

    def __init__(self) -> None:
        self._faults: "list[Fault]" = []
        self._due: "list[Fault]" = []
        self._applied: "list[tuple[Fault, Device]]" = []

    def inject(self, fault: "Fault") -> None:
        if not isinstance(fault, Fault):
            raise TypeError(
                f"{fault!r} is no fault of byteport_mocks.faults, such as NackAddress()"
            )
        self._faults.append(fault)

    def clear(self) -> None:
        """Remove all faults and undo what they did to the parts, a power cut excepted."""
        for fault, device in self._applied:
            fault.lift(device)
        self._faults = []
        self._due = []
        self._applied = []

    def recover(self) -> None:
        for fault in self._faults:
            fault.on_recover()

    def begin(self, address: "int | None", device: "Device | None", now_ms: int) -> None:
        """Start a transaction: find the faults that are due in it, and change the part."""
        self._due = [fault for fault in self._faults if fault.begin(address, now_ms)]
        if device is not None:
            self.apply(device)

    def apply(self, device: "Device") -> None:
        """Change a part as the faults due in the present transaction do."""
        for pair in list(self._applied):
            if pair[1] is device and pair[0] not in self._due:
                pair[0].lift(device)
                self._applied.remove(pair)
        for fault in self._due:
            if (fault, device) not in self._applied:
                self._applied.append((fault, device))
            fault.apply(device)

    def on_start(self, read: bool) -> int:
        return max([fault.on_start(read) for fault in self._due], default=ACK)

    def on_write(self, index: int) -> int:
        return max([fault.on_write(index) for fault in self._due], default=ACK)

    def on_read(self, index: int, byte: int) -> "int | None":
        """Return the byte that arrives, None where it is lost."""
        arrives: "int | None" = byte
        for fault in self._due:
            if arrives is not None:
                arrives = fault.on_read(index, arrives)
        return arrives
