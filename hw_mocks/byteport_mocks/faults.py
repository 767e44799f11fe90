"""What goes wrong on a bus, and when: a fault is a kind with a schedule.

    bus.inject(NackAddress(when=nth(3)))                       # the third transaction
    bus.inject(FlipBit(byte=2, bit=0, address=0x44, when=every(10)))
    bus.inject(NeverReady(when=during(60000, 120000)))         # one minute of virtual time
    bus.inject(AllOnes(when=probability(0.05, seed=1)))
    bus.clear()

A schedule counts the transactions (START to STOP; on SPI a selection, on a UART a frame) with the
fault's address, or all of them where it has none, from 1 on, since it was injected. Bytes are
counted from 0 within a transaction, address bytes apart: byte 0 of a write is mostly the register.
"""

# ruff: noqa: ARG002 (hooks)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport_mocks.device import Device

    Schedule = Callable[[int, int], bool]

ACK = 0
NACK = 1
HANG = 2  # the clock or data line is held low: the host gives up after its time limit


def always() -> "Schedule":
    return lambda _count, _now_ms: True


def nth(number: int) -> "Schedule":
    """The given transaction only, counted from 1."""
    return lambda count, _now_ms: count == number


def every(number: int) -> "Schedule":
    """Each transaction whose count the number divides."""
    return lambda count, _now_ms: count % number == 0


def during(start_ms: int, end_ms: int) -> "Schedule":
    """All transactions from one time of the bus's clock up to, without, another."""
    return lambda _count, now_ms: start_ms <= now_ms < end_ms


def flapping(up_ms: int, down_ms: int) -> "Schedule":
    """In turn nothing for the one time, then all transactions for the other, from 0 on."""
    return lambda _count, now_ms: now_ms % (up_ms + down_ms) >= up_ms


def probability(share: float, seed: int = 1) -> "Schedule":
    """A share of all transactions, at random but the same ones in each run and interpreter."""
    state = [seed & 0x7FFFFFFF or 1]

    def due(_count: int, _now_ms: int) -> bool:
        state[0] = state[0] * 48271 % 0x7FFFFFFF  # Park and Miller's generator
        return (state[0] >> 7 & 0xFFFF) < share * 65536

    return due


class Fault:
    """Base of all faults: does nothing, and knows when."""

    def __init__(self, when: "Schedule | None" = None, address: "int | None" = None) -> None:
        if when is not None and not callable(when):
            raise TypeError(f"when={when!r} is no schedule, such as nth(3) or every(10)")
        self.address = address
        self.count = 0  # transactions seen
        self.hits = 0  # those in which the fault was due
        self._when = always() if when is None else when

    def begin(self, address: "int | None", now_ms: int) -> bool:
        """Count a transaction that starts now and return whether the fault is due in it."""
        if self.address is not None and address != self.address:
            return False
        self.count += 1
        if not self._when(self.count, now_ms):
            return False
        self.hits += 1
        return True

    # Hooks, called in a transaction in which the fault is due

    def apply(self, device: "Device") -> None:
        """Change the part before the transaction starts."""

    def lift(self, device: "Device") -> None:
        """Take the change back; called at the next transaction not due, and by `clear`."""

    def on_start(self, read: bool) -> int:
        return ACK

    def on_write(self, index: int) -> int:
        """Return ACK, NACK or HANG for a byte that the host writes."""
        return ACK

    def on_read(self, index: int, byte: int) -> "int | None":
        """Return the byte that arrives in place of this one, None if (on a UART) none does."""
        return byte

    def on_recover(self) -> None:
        """React to nine clocks and a STOP from a host that frees a stuck bus."""


class NackAddress(Fault):
    """The chip does not answer: loose wire, no power, or busy."""

    def on_start(self, read: bool) -> int:
        return NACK


class NackByte(Fault):
    """The chip does not acknowledge the byte of that number in a write."""

    def __init__(
        self, byte: int, when: "Schedule | None" = None, address: "int | None" = None
    ) -> None:
        super().__init__(when, address)
        self.byte = byte

    def on_write(self, index: int) -> int:
        return NACK if index == self.byte else ACK


class FlipBit(Fault):
    """One bit of one byte that is read is wrong; a CRC shows it, where there is one."""

    def __init__(
        self,
        byte: int = 0,
        bit: int = 0,
        when: "Schedule | None" = None,
        address: "int | None" = None,
    ) -> None:
        super().__init__(when, address)
        self.byte = byte
        self.bit = bit

    def on_read(self, index: int, byte: int) -> "int | None":
        return byte ^ 1 << self.bit if index == self.byte else byte


class DropByte(Fault):
    """One byte is lost: on a UART the frame is short, on I2C and SPI it reads as 0xFF."""

    def __init__(
        self, byte: int = 0, when: "Schedule | None" = None, address: "int | None" = None
    ) -> None:
        super().__init__(when, address)
        self.byte = byte

    def on_read(self, index: int, byte: int) -> "int | None":
        return None if index == self.byte else byte


class AllZeros(Fault):
    """All bytes read are 0x00: data line shorted to ground, or MISO low."""

    def on_read(self, index: int, byte: int) -> "int | None":
        return 0x00


class AllOnes(Fault):
    """All bytes read are 0xFF: data line open, or MISO high."""

    def on_read(self, index: int, byte: int) -> "int | None":
        return 0xFF


class Hang(Fault):
    """The chip holds the clock line low until the host gives up: ETIMEDOUT."""

    def on_start(self, read: bool) -> int:
        return HANG


class StuckBus(Fault):
    """From its first time on the data line stays low, for all chips, until `bus.recover()`."""

    def __init__(self, when: "Schedule | None" = None) -> None:
        super().__init__(when)
        self.stuck = False

    def begin(self, address: "int | None", now_ms: int) -> bool:
        due = super().begin(address, now_ms)
        self.stuck = self.stuck or due
        return self.stuck

    def on_start(self, read: bool) -> int:
        return HANG

    def on_recover(self) -> None:
        self.stuck = False


class NeverReady(Fault):
    """A conversion under way never ends: the busy bit stays, or each read is refused."""

    def apply(self, device: "Device") -> None:
        device.stall(True)

    def lift(self, device: "Device") -> None:
        device.stall(False)


class Stale(Fault):
    """Conversions end as they should and give the same sample again."""

    def apply(self, device: "Device") -> None:
        device.freeze(True)

    def lift(self, device: "Device") -> None:
        device.freeze(False)


class PowerOnReset(Fault):
    """The part lost its power for a moment: configuration and conversions are gone."""

    def apply(self, device: "Device") -> None:
        device.power_on()


class WrongId(Fault):
    """The chip shows another chip id: a clone, or another chip at the same address."""

    def __init__(
        self, chip_id: int, when: "Schedule | None" = None, address: "int | None" = None
    ) -> None:
        super().__init__(when, address)
        self.chip_id = chip_id

    def apply(self, device: "Device") -> None:
        device.pretend_id(self.chip_id)

    def lift(self, device: "Device") -> None:
        device.pretend_id(None)
